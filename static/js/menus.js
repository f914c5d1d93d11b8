// Menus made of <details>: one open at a time, closed by Escape or a press elsewhere, walked by arrows.
import { all, one } from "./dom.js";

document.addEventListener("click", (event) => {
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  if (event.target.closest("[data-dismiss], [data-bs-dismiss=alert]")) {
    event.target.closest(".toast, .alert")?.remove();
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element && event.target.closest("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    one("summary", menu).focus();
    event.stopPropagation();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = all(".menu-item", menu);
  if (!step || !items.length || event.target.matches("select, input, textarea")) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length].focus();
});
