// Opens and closes <dialog> by `data-open="id"` and `data-close`; a press beside it closes it too.
import { one } from "./dom.js";

export function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal || dialog.open) return;
  for (const other of document.querySelectorAll("dialog[open]")) other.close();
  dialog.showModal();
  one("[autofocus]", dialog)?.focus();
  dialog.dispatchEvent(new CustomEvent("opened", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener && document.getElementById(opener.dataset.open)?.showModal) {
    event.preventDefault();
    opener.closest("details.menu")?.removeAttribute("open");
    open(opener.dataset.open);
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

document.addEventListener("input", (event) => {
  const list = event.target.dataset?.pickFilter;
  if (!list) return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const item of document.querySelectorAll(`${list} .pick-item`)) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
  }
});
