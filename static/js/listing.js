// The list of cases: stays fresh in place, moves nothing under the pointer, is walked and picked by keys.
import { all, one, say, words } from "./dom.js";

const list = () => one("[data-list]");
const rows = () => all(".case-row", list() ?? document.createElement("div"));
let here = -1;
let timer = 0;

export function step(by) {
  const shown = rows();
  if (!shown.length) return;
  if (here < 0) here = shown.findIndex((row) => row.classList.contains("is-open")) - (by < 0 ? -1 : 0);
  here = Math.max(0, Math.min(shown.length - 1, here + by));
  for (const [index, row] of shown.entries()) row.classList.toggle("is-here", index === here);
  shown[here].scrollIntoView({ block: "nearest" });
  one(".case-link", shown[here]).focus({ preventScroll: true });
}

export function openHere() {
  one(".case-row.is-here .case-link")?.click();
}

export function pickHere() {
  const box = one(".case-row.is-here input") ?? one(".case-row:focus-within input");
  if (!box) return;
  box.checked = !box.checked;
  showBulk();
}

export function markOpen(number) {
  for (const row of rows()) {
    const open = row.dataset.case === number;
    row.classList.toggle("is-open", open);
    const link = one(".case-link", row);
    if (open) {
      link.setAttribute("aria-current", "true");
      row.classList.remove("is-unread");
    } else link.removeAttribute("aria-current");
  }
}

function showBulk() {
  const bar = one("[data-bulk]");
  if (!bar) return;
  const picked = rows().filter((row) => one("input", row).checked).length;
  bar.hidden = picked === 0;
  list().classList.toggle("is-picking", picked > 0);
  one("[data-bulk-words]", bar).textContent = say(words.selected, { n: picked });
}

async function refresh() {
  const url = list()?.dataset.list;
  if (!url) return;
  const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "case-rows" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const total = one("[data-count]", fresh)?.dataset.count;
  if (total) one("#listing-count").textContent = total;
  const byCase = new Map(all(".case-row", fresh).map((row) => [row.dataset.case, row]));
  const shown = new Set(rows().map((row) => row.dataset.case));
  const added = [...byCase.keys()].filter((number) => !shown.has(number));
  if (isAtRest()) return replaceAll(fresh, added);
  for (const row of rows()) update(row, byCase.get(row.dataset.case));
  showPill(added.length);
}

function isAtRest() {
  const box = list();
  return box.scrollTop < 8 && !box.matches(":hover") && !box.contains(document.activeElement) && !one("input:checked", box);
}

function replaceAll(fresh, added) {
  const open = one("[data-case-open]")?.dataset.caseOpen;
  list().replaceChildren(...fresh.body.childNodes);
  window.htmx?.process(list());
  for (const row of rows()) row.classList.toggle("is-added", added.includes(row.dataset.case));
  here = -1;
  showPill(0);
  markOpen(open);
}

function update(row, fresh) {
  row.classList.toggle("is-gone", !fresh);
  if (!fresh || row.innerHTML === fresh.innerHTML) return;
  const focused = row.contains(document.activeElement);
  const picked = one("input", row).checked;
  row.classList.toggle("is-unread", fresh.classList.contains("is-unread"));
  row.replaceChildren(...fresh.childNodes);
  one("input", row).checked = picked;
  window.htmx?.process(row);
  if (focused) one(".case-link", row).focus({ preventScroll: true });
  markOpen(one("[data-case-open]")?.dataset.caseOpen);
}

function showPill(count) {
  const pill = one("[data-new-pill]");
  if (!pill) return;
  pill.hidden = count === 0;
  one("[data-new-words]", pill).textContent = say(words.new, { n: count });
}

export function watch() {
  if (!list()) return;
  document.addEventListener("heard", (event) => {
    if (event.detail.name !== "reload" && !event.detail.topics.includes("case")) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, 600);
  });
  document.addEventListener("change", (event) => event.target.matches(".case-pick input") && showBulk());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-bulk-clear]")) {
      for (const box of all(".case-pick input:checked")) box.checked = false;
      showBulk();
    }
    if (event.target.closest("[data-new-pill]")) {
      list().scrollTop = 0;
      document.activeElement.blur();
      fetchAll();
    }
  });
  markOpen(one("[data-case-open]")?.dataset.caseOpen);
}

async function fetchAll() {
  const answer = await fetch(list().dataset.list, { headers: { "HX-Request": "true", "HX-Target": "case-rows" } });
  if (answer.ok) replaceAll(new DOMParser().parseFromString(await answer.text(), "text/html"), []);
}
