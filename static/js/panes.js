// What changes around an opened case: the pane in sight, the title, the marked row, the end of the talk.
import { one } from "./dom.js";
import { markOpen } from "./listing.js";
import * as drafts from "./drafts.js";
import * as files from "./files.js";

function arrive() {
  const open = one("[data-case-open]");
  one("#workspace")?.classList.toggle("has-case", !!open);
  one("#workspace")?.classList.remove("has-home");
  if (!open) return;
  one("h1.listing-title")?.setAttribute("aria-level", "2");
  document.title = open.dataset.title;
  markOpen(open.dataset.caseOpen);
  drafts.watch(open.parentElement);
  files.watch(open.parentElement);
  toEnd();
  one("[data-focus]", open)?.focus();
}

export function toEnd() {
  const talk = one("[data-timeline]");
  if (!talk || location.hash) return;
  if (talk.scrollHeight > talk.clientHeight) talk.scrollTop = talk.scrollHeight;
  else if (one("#detail").scrollHeight > one("#detail").clientHeight) one(".said:last-of-type", talk)?.scrollIntoView({ block: "center" });
}

let stay = false;

export function watch() {
  toEnd();
  document.addEventListener("htmx:beforeSwap", (event) => {
    const talk = one("[data-timeline]");
    stay = event.target.id === "timeline" && talk.scrollHeight - talk.scrollTop - talk.clientHeight > 80;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "detail") arrive();
    if (event.target.id === "timeline" && !stay) toEnd();
  });
  document.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (!back || event.ctrlKey || event.metaKey) return;
    if (!window.matchMedia("(max-width: 991.98px)").matches) return;
    event.preventDefault();
    one("#workspace").classList.remove("has-case");
    history.pushState({}, "", back.href);
    one(".case-row.is-open .case-link")?.focus();
  });
}
