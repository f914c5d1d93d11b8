// Twenty verdicts by keyboard: a digit decides the row that has the focus and goes on to the next.
const rows = [...document.querySelectorAll("[data-row]")];
const form = document.querySelector("[data-judging]");
let at = 0;

function go(place) {
  at = Math.max(0, Math.min(rows.length - 1, place));
  rows[at]?.focus();
  rows[at]?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!form || event.altKey || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return form.requestSubmit();
  if (event.ctrlKey || event.metaKey || event.target.closest("select, textarea, input:not([type=radio]), dialog[open]")) return;
  const steps = { j: 1, k: -1 };
  const choice = rows[at]?.querySelector(`[data-press="${CSS.escape(event.key)}"]`);
  if (!choice && !(event.key in steps)) return;
  event.preventDefault();
  event.stopPropagation();
  if (choice) choice.checked = true;
  go(at + (steps[event.key] ?? 1));
}, true);

form?.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) at = rows.indexOf(row);
});

go(0);
