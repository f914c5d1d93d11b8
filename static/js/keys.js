// The keys of the desk. Nothing happens while somebody types; every key has a visible button too.
import { one, typing } from "./dom.js";
import { open } from "./dialogs.js";
import { openHere, pickHere, step } from "./listing.js";
import { write } from "./composer.js";

const press = (key) => one(`[data-key=${key}]`)?.click();

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  Enter: openHere,
  x: pickHere,
  r: () => write("reply"),
  n: () => write("note"),
  a: () => press("a"),
  s: () => press("s"),
  m: () => press("m"),
  w: () => press("w"),
  e: () => one("[data-key-menu=e] summary")?.click(),
  u: () => one("[data-back]")?.click(),
  "/": () => one("[data-search]")?.focus(),
  "?": () => open("keys"),
};

export function watch() {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open("palette");
      return;
    }
    if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) event.target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (one("dialog[open]") || !KEYS[event.key]) return;
    if (event.key === "Enter" && event.target !== document.body && !event.target.closest("[data-list]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}
