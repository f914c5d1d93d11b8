// What every script shares: the page's own sentences, messages to the reader, small queries.
const sentences = document.getElementById("words")?.dataset ?? {};

export const words = sentences;
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export function say(pattern, values = {}) {
  return (pattern ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function typing(target) {
  return target instanceof Element && !!target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

export function toast(text, tone = "", action = null) {
  const box = document.createElement("div");
  box.className = `toast ${tone ? `toast-${tone}` : ""}`;
  const sentence = document.createElement("span");
  sentence.textContent = text;
  box.append(sentence);
  if (action) box.append(button(action.label, () => { action.run(); box.remove(); }));
  one("#toasts")?.append(box);
  setTimeout(() => box.remove(), 10000);
}

export function alarm(text) {
  const region = one("#alarms");
  if (region) region.textContent = text;
}

function button(label, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm push";
  made.textContent = label;
  made.addEventListener("click", run);
  return made;
}
