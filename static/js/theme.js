// Runs before the first paint: says that scripts work, and turns "same as the system" into light or dark.
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const wish = root.dataset.theme;
    const dark = wish === "dark" || (wish === "auto" && system.matches);
    root.setAttribute("data-bs-theme", dark ? "dark" : "light");
  };
  root.classList.add("js");
  system.addEventListener?.("change", paint);
  document.addEventListener("theme-chosen", paint);
  paint();
})();
