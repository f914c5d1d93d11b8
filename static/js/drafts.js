// What was typed is never lost: kept in this browser and on the server until it is sent, and put back afterwards.
import { all, one, toast, words } from "./dom.js";
import * as remote from "./drafts-server.js";

export { flush, settle } from "./drafts-server.js";

const KEEP = "draft:";
const SKIP = new Set(["csrfmiddlewaretoken", "version", "nonce", "altcha", "opened", "website"]);
const OLD = 30 * 24 * 3600 * 1000;

const key = (form) => KEEP + form.dataset.draft;

function values(form) {
  const kept = {};
  for (const field of form.elements) {
    if (!field.name || SKIP.has(field.name) || ["file", "hidden", "submit", "button", "password"].includes(field.type)) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked && !field.defaultChecked) kept[field.name] = field.value;
    } else if (field.value !== (field.defaultValue ?? "") && field.value.trim() && field.tagName !== "SELECT") kept[field.name] = field.value;
    else if (field.tagName === "SELECT" && field.selectedIndex > 0) kept[field.name] = field.value;
  }
  return kept;
}

export function save(form) {
  const kept = values(form);
  const mode = form.closest("[data-mode]")?.dataset.mode;
  try {
    if (Object.keys(kept).length) localStorage.setItem(key(form), JSON.stringify({ ...known(form), at: Date.now(), mode, kept }));
    else localStorage.removeItem(key(form));
  } catch { /* a full or forbidden store must not disturb the writer */ }
}

function known(form) {
  try { return JSON.parse(localStorage.getItem(key(form))); } catch { return null; }
}

// What the server was given last, so that its copy of it is not taken for another device's newer words.
function note(form, left) {
  const draft = known(form);
  if (!draft) return;
  try { localStorage.setItem(key(form), JSON.stringify({ ...draft, left })); } catch { /* as above */ }
}

export function forget(form) {
  try { localStorage.removeItem(key(form)); } catch { /* as above */ }
}

function restore(form) {
  const draft = known(form);
  if (!draft?.kept || Date.now() - draft.at > OLD) return;
  if (remote.isNewer(form, draft.at, draft.left)) return forget(form);
  let changed = false;
  for (const [name, value] of Object.entries(draft.kept)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field.value !== value) changed = true;
    field.value = value;
  }
  if (draft.mode === "note") form.dispatchEvent(new CustomEvent("mode", { detail: "note", bubbles: true }));
  if (changed && !form.closest("dialog")) tell(form);
}

function tell(form) {
  const discard = () => { forget(form); form.reset(); };
  const place = one("[data-draft-state]", form);
  if (place) place.textContent = words.restored;
  else toast(words.restored, "", { label: words.discard, run: discard });
}

export function watch(root = document) {
  for (const form of all("form[data-draft]", root)) {
    if (form.dataset.watched) continue;
    form.dataset.watched = "1";
    remote.showMode(form);
    restore(form);
    form.addEventListener("input", () => {
      save(form);
      remote.later(form);
    });
    form.addEventListener("draft-leaves", (event) => note(form, event.detail));
  }
}

for (const sent of all("[data-draft-sent]")) {
  try { localStorage.removeItem(KEEP + sent.dataset.draftSent); } catch { /* as above */ }
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.elt?.closest?.("form[data-draft]");
  if (form && event.detail.xhr.status < 400) forget(form);
});
