// The forms of scripts and macros: variables put in by a press, acts added, moved, and only the field they need shown.
import { all, one } from "./dom.js";

let last = null;

function show(act) {
  const chosen = one("select", act).value;
  for (const part of all("[data-for]", act)) part.hidden = !part.dataset.for.split(" ").includes(chosen);
}

function renumber() {
  const acts = all("[data-act]", one("[data-acts]")).filter((act) => !act.hidden);
  for (const [place, act] of acts.entries()) one("[name$=-ORDER]", act).value = place + 1;
}

function add() {
  const total = one("[name$=-TOTAL_FORMS]");
  const holder = document.createElement("div");
  holder.innerHTML = one("[data-act-blank]").innerHTML.replaceAll("__prefix__", total.value);
  const act = holder.firstElementChild;
  one("[data-acts]").append(act);
  total.value = Number(total.value) + 1;
  show(act);
  renumber();
  one("select", act).focus();
}

function move(act, by) {
  const beside = by < 0 ? act.previousElementSibling : act.nextElementSibling;
  if (!beside) return;
  if (by < 0) beside.before(act);
  else beside.after(act);
  renumber();
}

function drop(act) {
  one("[name$=-DELETE]", act).checked = true;
  act.hidden = true;
  renumber();
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea")) last = event.target;
});

document.addEventListener("change", (event) => {
  const act = event.target.closest("[data-act]");
  if (act && event.target.matches("[name$=-do]")) show(act);
});

document.addEventListener("click", (event) => {
  const variable = event.target.closest("[data-variable]");
  const act = event.target.closest("[data-act]");
  const box = last?.isConnected ? last : one("textarea:not([hidden])");
  if (variable && box) {
    box.setRangeText(`{{${variable.dataset.variable}}}`, box.selectionStart, box.selectionEnd, "end");
    box.focus();
  }
  if (event.target.closest("[data-act-add]")) add();
  const mover = event.target.closest("[data-act-move]");
  if (mover) move(act, Number(mover.dataset.actMove));
  if (event.target.closest("[data-act-drop]")) drop(act);
});

const list = one("[data-acts]");
if (list) {
  list.classList.add("is-scripted");
  for (const act of all("[data-act]", list)) show(act);
  renumber();
}
