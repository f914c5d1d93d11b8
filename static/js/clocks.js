// Keeps "12 min left" true while the page stays open; the exact deadline stays in the title.
import { all, say, words } from "./dom.js";

const MINUTE = 60000;
const PRESSING = 15;
const SOON = 90;

function span(minutes) {
  const d = Math.floor(minutes / 1440);
  const h = Math.floor(minutes / 60) % 24;
  const m = minutes % 60;
  if (d) return h ? say(words.dh, { d, h }) : say(words.d, { d });
  if (minutes >= 60) return m ? say(words.hm, { h, m }) : say(words.h, { h });
  return m ? say(words.m, { m }) : words.under;
}

function paint(clock) {
  const left = (new Date(clock.dataset.due) - Date.now()) / MINUTE;
  const over = left < 0;
  clock.classList.toggle("is-solid", over);
  clock.classList.toggle("badge-breach", left <= PRESSING);
  clock.classList.toggle("badge-warning", left > PRESSING && left <= SOON);
  clock.lastElementChild.textContent = say(over ? words.over : words.left, { span: span(Math.floor(Math.abs(left))) });
}

export function tick() {
  setInterval(() => all(".clock[data-due]").forEach(paint), MINUTE / 2);
}
