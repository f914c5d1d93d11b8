// Completion while writing: "/" at the start of a line offers scripts, "@" in a note offers colleagues.
import { all, one } from "./dom.js";
import { count } from "./toolbox.js";

const MOST = 8;
const PAUSE = 120;
let newest = 0;
let latest = null;

function option(text, hint) {
  const made = document.createElement("li");
  made.className = "expander-option";
  made.setAttribute("role", "option");
  made.id = `expander-${Math.random().toString(36).slice(2)}`;
  const first = document.createElement("span");
  first.className = "strong";
  first.textContent = text;
  const second = document.createElement("span");
  second.className = "small soft clip";
  second.textContent = hint;
  made.append(first, second);
  return made;
}

// Waits for a pause; a question that has been overtaken is not asked.
async function read(url, text, number) {
  await new Promise((go) => setTimeout(go, PAUSE));
  if (number !== newest) return null;
  const answer = await fetch(`${url}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
  return new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
}

function menu(options) {
  const list = document.createElement("ul");
  list.className = "expander-menu";
  list.setAttribute("role", "listbox");
  list.append(...options.slice(0, MOST));
  return { matched: options.length > 0, fragment: list };
}

async function scripts(host, text, number) {
  const page = await read(host.dataset.scriptsUrl, text, number);
  if (number !== newest) return latest ?? { matched: false };
  return menu(all("[data-tool-script]", page).map((form) => {
    const made = option(`/${form.dataset.shortcut}`, form.dataset.title);
    made.dataset.value = form.dataset.text;
    made.source = form;
    return made;
  }));
}

async function people(host, text, number) {
  const page = await read(host.dataset.peopleUrl, text, number);
  if (number !== newest) return latest ?? { matched: false };
  return menu(all("[data-person]", page).map((each) => {
    const made = option(each.dataset.name, `@${each.dataset.person} ${each.dataset.team}`);
    made.dataset.value = `@${each.dataset.person}`;
    return made;
  }));
}

function atLineStart(box, text) {
  const place = box.selectionStart - text.length - 1;
  return place <= 0 || box.value[place - 1] === "\n";
}

// The element's events do not bubble, so they are caught on their way down.
export function watch() {
  document.addEventListener("text-expander-change", (event) => {
    const host = event.target;
    const { key, text, provide } = event.detail;
    newest += 1;
    const mode = host.closest("[data-mode]").dataset.mode;
    latest = null;
    if (key === "/" && one("#toolbox") && atLineStart(one("textarea", host), text)) latest = scripts(host, text, newest);
    if (key === "@" && mode === "note") latest = people(host, text, newest);
    if (latest) provide(latest);
  }, true);
  document.addEventListener("text-expander-value", (event) => {
    const { item } = event.detail;
    event.detail.value = item.dataset.value;
    if (item.source) count(item.source);
  }, true);
  // The element writes into the box without saying so; what keeps drafts listens to what is typed.
  document.addEventListener("text-expander-committed", (event) => {
    one("textarea", event.target).dispatchEvent(new Event("input", { bubbles: true }));
  }, true);
}
