// Messages that the server put on the page go away by themselves, unless somebody is reading or about to press.
import { all } from "./dom.js";

const SHOWN = 10000;

function fade(toast) {
  if (toast.matches(":hover, :focus-within")) setTimeout(fade, 2000, toast);
  else toast.remove();
}

export function watch() {
  for (const toast of all("[data-toast]:not([data-timed])")) {
    toast.dataset.timed = "1";
    setTimeout(fade, SHOWN, toast);
  }
}

document.addEventListener("htmx:oobAfterSwap", watch);
