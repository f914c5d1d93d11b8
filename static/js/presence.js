// Tells colleagues that somebody writes on the open case, and that somebody has left it.
import { one } from "./dom.js";

const REST = 12000;
let timer = 0;

function say(state) {
  const field = one("#presence-state");
  if (!field || field.value === state) return;
  field.value = state;
  window.htmx?.trigger("#presence", "live");
}

function leave() {
  const place = one("#presence");
  const token = one("[name=csrfmiddlewaretoken]")?.value;
  if (!place || !token) return;
  const data = new FormData();
  data.set("state", "left");
  data.set("csrfmiddlewaretoken", token);
  navigator.sendBeacon(place.getAttribute("hx-post"), data);
}

export function watch() {
  document.addEventListener("input", (event) => {
    if (event.target.id !== "composer-body") return;
    clearTimeout(timer);
    say(event.target.value.trim() ? "writing" : "viewing");
    timer = setTimeout(say, REST, "viewing");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const coming = event.detail.xhr?.responseURL ?? "";
    const here = one("[data-case-open]")?.dataset.caseOpen;
    if (event.target.id === "detail" && here && !coming.includes(`/cases/${here}/`)) leave();
  });
  // A page that nobody sees is nobody at the case.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "presence" && document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
    else window.htmx?.trigger("#presence", "live");
  });
  window.addEventListener("pagehide", leave);
}
