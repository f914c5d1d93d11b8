// The command palette: filters what the page offers, asks the server for cases, people and articles.
import { all, one } from "./dom.js";

const box = () => document.getElementById("palette");
const input = () => one("[data-palette-input]");
let timer = 0;
let at = 0;

const options = () => all(".palette-option:not([hidden])", box());

function choose(index) {
  const shown = options();
  at = shown.length ? (index + shown.length) % shown.length : 0;
  for (const [place, option] of shown.entries()) {
    option.setAttribute("aria-selected", String(place === at));
    option.id ||= `option-${place}`;
  }
  input().setAttribute("aria-activedescendant", shown[at]?.id ?? "");
  shown[at]?.scrollIntoView({ block: "nearest" });
  one("[data-palette-none]").hidden = shown.length > 0;
}

function collect() {
  for (const old of all("[data-palette-made]", box())) old.remove();
  const home = one("[data-palette-commands]");
  for (const source of all("[data-key][title], [data-key-menu] > summary[title], .views .view, .rail-extra a")) {
    const option = document.createElement("div");
    option.className = "palette-option";
    option.setAttribute("role", "option");
    option.dataset.paletteMade = "1";
    const drawing = one("svg", source)?.cloneNode(true);
    const text = document.createElement("span");
    text.textContent = source.title || one(".clip", source)?.textContent || source.textContent.trim();
    option.append(...[drawing, text].filter(Boolean));
    option.addEventListener("click", () => { box().close(); source.click(); });
    home.append(option);
  }
}

function filter() {
  const wanted = input().value.trim().toLowerCase();
  for (const option of all("[data-palette-commands] .palette-option")) {
    option.hidden = !option.textContent.toLowerCase().includes(wanted);
  }
  choose(0);
  clearTimeout(timer);
  if (wanted) timer = setTimeout(find, 200, wanted);
  else one("[data-palette-found]").replaceChildren();
}

async function find(wanted) {
  const url = `${input().dataset.foundUrl}?q=${encodeURIComponent(wanted)}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "found" } });
  if (!answer.ok || input().value.trim().toLowerCase() !== wanted) return;
  one("[data-palette-found]").innerHTML = await answer.text();
  choose(at);
}

export function watch() {
  if (!box()) return;
  box().addEventListener("opened", () => { input().value = ""; collect(); filter(); input().focus(); });
  input().addEventListener("input", filter);
  box().addEventListener("mousemove", (event) => {
    const index = options().indexOf(event.target.closest(".palette-option"));
    if (index >= 0 && index !== at) choose(index);
  });
  input().addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { event.preventDefault(); choose(at + by); }
    if (event.key === "Enter") { event.preventDefault(); options()[at]?.click(); }
  });
}
