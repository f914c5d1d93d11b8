// Answers offered while a request is typed, and the word that one of them was enough. Sent by POST: the text of
// a request may hold personal data and must not stand in addresses.
import { all, one } from "./dom.js";

const PAUSE = 350;
const session = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function body(field, values) {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]", field.form)?.value ?? "");
  form.set("session", session);
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  return form;
}

function attach(field) {
  const place = document.getElementById(field.dataset.offers);
  let timer = 0;
  let asked = "";
  const ask = async () => {
    const text = field.value.trim().slice(0, 500);
    if (text === asked) return;
    asked = text;
    if (text.length < 2) return place.replaceChildren();
    try {
      const answer = await fetch(field.dataset.offersUrl, { method: "POST", body: body(field, { text }) });
      if (answer.ok && asked === text) place.innerHTML = await answer.text();
    } catch { /* without a connection the form works on, only without suggestions */ }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); };
  field.addEventListener("input", (event) => event.isComposing || later());
  field.addEventListener("compositionend", later);
  place.addEventListener("click", (event) => {
    const link = event.target.closest("[data-answer-opened]");
    if (link) navigator.sendBeacon(link.dataset.url, body(field, { article: link.dataset.answerOpened }));
    const button = event.target.closest("[data-answer-solved]");
    if (button) leave(button.dataset.url, body(field, { article: button.dataset.answerSolved }));
  });
  if (field.value) later();
}

// A form of its own: the request form around the button must not be sent.
function leave(url, values) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  for (const [name, value] of values) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}

export const watch = () => all("[data-offers]").forEach(attach);
