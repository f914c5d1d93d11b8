// The server's copy of what is being typed: a form with `data-draft-url` sends its text shortly after each pause.
import { one } from "./dom.js";

const PAUSE = 900;
const waiting = new Map();
const going = new Map();
const sent = new WeakMap();

// One after the other: an older text that arrives last would take the newer one's place.
async function send(form) {
  waiting.delete(form);
  const work = (going.get(form) ?? Promise.resolve()).then(() => post(form))
    .finally(() => going.get(form) === work && going.delete(form));
  going.set(form, work);
  await work;
}

async function post(form) {
  const data = new FormData();
  data.set("body", form.elements.body.value);
  data.set("mode", form.closest("[data-mode]").dataset.mode);
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  form.dispatchEvent(new CustomEvent("draft-leaves", { detail: data.get("body") }));
  await fetch(form.dataset.draftUrl, { method: "POST", body: data, headers: { "HX-Request": "true" } })
    .then((answer) => answer.ok && sent.set(form, data.get("body")))
    .catch(() => { /* the browser keeps its own copy */ });
}

export function later(form) {
  if (!form.dataset.draftUrl) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(send, PAUSE, form));
}

// Send now what has not been sent, and wait until it is there.
export async function flush(form) {
  if (!form) return;
  clearTimeout(waiting.get(form));
  if (waiting.has(form) || form.elements.body.value !== (sent.get(form) ?? form.elements.body.defaultValue)) await send(form);
  await going.get(form);
}

// Nothing may arrive behind the real sending and bring the draft back.
export async function settle(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  await going.get(form);
}

// Does the server hold words of another device, kept after `at`? What left from here (`left`) is none of them.
export function isNewer(form, at, left) {
  const held = form.elements.body?.defaultValue.trim();
  return Number(form.dataset.draftAt ?? 0) * 1000 > at && held !== left?.trim();
}

export function showMode(form) {
  if (form.dataset.draftMode === "note") form.dispatchEvent(new CustomEvent("mode", { detail: "note", bubbles: true }));
  const place = one("[data-draft-state]", form);
  if (form.dataset.draftAt && place) place.textContent = place.dataset.kept ?? "";
}
