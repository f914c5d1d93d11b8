// Scripts and macros beside the composer: search, choose by keys, put a text in, let a macro act.
import { all, one } from "./dom.js";
import { insert } from "./composer.js";
import { flush } from "./drafts.js";

const box = () => document.getElementById("toolbox");
const input = () => one("[data-toolbox-input]", box());
const found = () => one("[data-toolbox-found]", box());
let timer = 0;

async function find(text) {
  const answer = await fetch(`${box().dataset.toolbox}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
  if (answer.ok && box().open && input().value === text) found().innerHTML = await answer.text();
}

function step(by) {
  const picks = all(".tool-pick", found());
  if (!picks.length) return;
  const at = picks.indexOf(document.activeElement);
  if (at <= 0 && by < 0) input().focus();
  else picks[Math.min(picks.length - 1, at + by)].focus();
}

// The count of uses may fail in silence; the text is in the box already.
export function count(form) {
  fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => {});
}

function putIn(form) {
  box().close();
  insert(form.dataset.text);
  count(form);
}

async function apply(form) {
  const values = Object.fromEntries(new FormData(form));
  const version = one(".composer [name=version]")?.value;
  if (version) values.version = version;
  box().close();
  await flush(one("form[data-draft-url]"));
  window.htmx.ajax("POST", form.action, { source: "#detail", target: "#detail", swap: "innerHTML", values });
}

export function watch() {
  document.addEventListener("opened", (event) => {
    if (event.target !== box()) return;
    input().value = "";
    find("");
  });
  document.addEventListener("input", (event) => {
    if (!box() || event.target !== input()) return;
    clearTimeout(timer);
    timer = setTimeout(find, 150, input().value);
  });
  document.addEventListener("keydown", (event) => {
    if (!box()?.open || event.isComposing || !box().contains(event.target)) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { event.preventDefault(); step(by); }
    if (event.key === "Enter" && event.target === input()) { event.preventDefault(); one(".tool-pick", found())?.click(); }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("#toolbox .tool-option")) return;
    event.preventDefault();
    if (form.matches("[data-tool-script]")) putIn(form);
    else apply(form);
  });
}
