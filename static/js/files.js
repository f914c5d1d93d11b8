// Files by click, paste or drop: names in sight, too large ones refused at once, a warning before they are lost.
import { all, one, say, toast, words } from "./dom.js";

const input = (zone) => one("input[type=file]", zone);
const shown = (zone) => one("[data-file-list]", zone.closest("form") ?? zone);

export function draw(zone) {
  const list = shown(zone);
  const field = input(zone);
  list.replaceChildren(...[...field.files].map((file, index) => line(zone, file, index)));
}

function line(zone, file, index) {
  const item = document.createElement("li");
  item.className = "file";
  const name = document.createElement("span");
  name.className = "clip";
  name.textContent = file.name;
  const size = document.createElement("span");
  size.className = "faint";
  size.textContent = `${Math.max(1, Math.round(file.size / 1024))} KB`;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "btn btn-ghost btn-sm";
  drop.textContent = words.remove;
  drop.setAttribute("aria-label", `${words.remove} ${file.name}`);
  drop.addEventListener("click", () => { keep(zone, [...input(zone).files].filter((_, at) => at !== index)); });
  item.append(name, size, drop);
  return item;
}

function keep(zone, files) {
  const limit = Number(zone.dataset.maxMb || 20);
  const store = new DataTransfer();
  for (const file of files) {
    if (file.size <= limit * 1048576) store.items.add(file);
    else toast(say(words.tooBig, { name: file.name, mb: limit }), "breach");
  }
  input(zone).files = store.files;
  draw(zone);
}

export function watch(root = document) {
  for (const zone of all("[data-files]", root)) {
    if (zone.dataset.watched) continue;
    zone.dataset.watched = "1";
    const field = input(zone);
    const area = zone.closest("[data-composer]") ?? zone;
    const form = zone.closest("form");
    field.addEventListener("change", () => keep(zone, [...field.files]));
    form.addEventListener("reset", () => setTimeout(draw, 0, zone));
    area.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("is-over"); });
    area.addEventListener("dragleave", () => area.classList.remove("is-over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      area.classList.remove("is-over");
      keep(zone, [...field.files, ...event.dataTransfer.files]);
    });
    form.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) keep(zone, [...field.files, ...event.clipboardData.files]);
    });
  }
}

window.addEventListener("beforeunload", (event) => {
  const unsent = all("[data-files]:not([data-sent])").some((zone) => input(zone)?.files.length);
  if (unsent) event.preventDefault();
});
