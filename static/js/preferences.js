// Colours change at once, without a new page; the choice is stored by the same form that works without scripts.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const chosen = event.submitter;
  if (!form.matches("[data-preferences]") || chosen?.name !== "theme" || !window.fetch) return;
  event.preventDefault();
  const data = new FormData(form);
  data.set("theme", chosen.value);
  document.documentElement.dataset.theme = chosen.value;
  document.dispatchEvent(new CustomEvent("theme-chosen"));
  for (const other of form.querySelectorAll("[name=theme]")) {
    other.setAttribute("aria-current", String(other === chosen));
  }
  form.closest("details")?.removeAttribute("open");
  fetch(form.action, { method: "POST", body: data, redirect: "manual" });
});
