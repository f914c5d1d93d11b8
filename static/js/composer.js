// The box for replies and notes: two modes, preview, Ctrl+Enter, progress of files, version of the case.
import { all, one, say, toast, words } from "./dom.js";
import { save, settle } from "./drafts.js";

const box = () => one("[data-composer]");
const body = () => one("#composer-body");

export function setMode(mode) {
  const composer = box();
  const tab = composer && one(`[data-mode-set=${mode}]`, composer);
  if (!tab) return;
  composer.dataset.mode = mode;
  for (const each of all("[data-mode-set]", composer)) each.setAttribute("aria-selected", String(each === tab));
  for (const part of all("[data-only]", composer)) part.hidden = part.dataset.only !== mode;
  const form = one("form", composer);
  form.action = form.dataset[`${mode}Url`];
  body().placeholder = body().dataset[mode === "note" ? "hintNote" : "hintReply"];
  const label = one("[data-mode-label]", composer);
  label.textContent = label.dataset[mode];
}

export function write(mode) {
  setMode(mode);
  body()?.focus();
}

export function send() {
  const composer = box();
  const mode = composer.dataset.mode;
  one(`[data-only=${mode}]`, composer).matches("button")
    ? one(`[data-only=${mode}]`, composer).click()
    : one(`[data-only=${mode}] [data-submit]`, composer).click();
}

// Puts a text where the cursor stands, on a line of its own when there are words before it.
export function insert(text) {
  const field = body();
  if (!field) return;
  field.hidden = false;
  const before = field.value.slice(0, field.selectionStart);
  const gap = before && !before.endsWith("\n") ? "\n\n" : "";
  field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

async function post(form, submitter) {
  const values = submitter?.name ? { [submitter.name]: submitter.value } : {};
  const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const buttons = all("button", form);
  for (const button of buttons) button.disabled = true;
  one("[data-draft-state]", form).textContent = words.sending;
  await settle(form);
  window.htmx.ajax("POST", url, { source: form, target: "#detail", swap: "innerHTML", values }).finally(() => {
    for (const button of buttons) button.disabled = false;
    const state = one("[data-draft-state]", form);
    if (state) state.textContent = "";
  });
}

async function preview(button) {
  const shown = one("#composer-preview");
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(pressed));
  if (pressed) {
    const data = new FormData();
    data.set("body", body().value);
    data.set("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(button.dataset.preview, { method: "POST", body: data, headers: { "HX-Request": "true" } });
    shown.innerHTML = answer.ok ? await answer.text() : "";
  }
  shown.hidden = !pressed;
  body().hidden = pressed;
}

function syncVersion() {
  const shown = one("#timeline [data-version-now]");
  const now = shown?.dataset.versionNow;
  if (!now || body()?.value.trim()) return;
  one("#composer-opened").value = shown.dataset.now;
  for (const field of all("#detail [name=version]")) field.value = now;
}

export function watch() {
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-mode-set]");
    if (tab) { write(tab.dataset.modeSet); save(one("form", box())); }
    const eye = event.target.closest("[data-preview]");
    if (eye) preview(eye);
  });
  document.addEventListener("mode", (event) => setMode(event.detail));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-send]") || !window.htmx) return;
    event.preventDefault();
    post(event.target, event.submitter);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === body()) send();
    const tab = event.target.closest?.("[role=tab]");
    if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) write(tab.dataset.modeSet === "reply" ? "note" : "reply");
  });
  document.addEventListener("opened", (event) => {
    const answer = one("[data-resolution]", event.target);
    if (answer && !answer.value && box()?.dataset.mode === "reply") answer.value = body()?.value ?? "";
  });
  document.addEventListener("htmx:afterSwap", (event) => event.target.id === "timeline" && syncVersion());
  document.addEventListener("htmx:xhr:progress", (event) => {
    const state = one("[data-draft-state]");
    if (state && event.detail.lengthComputable && event.detail.total > 65536) {
      state.textContent = say(words.uploaded, { p: `${Math.round((100 * event.detail.loaded) / event.detail.total)}%` });
    }
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => event.target.closest("form") && toast(words.failed, "breach"));
  }
}

