// Answers while one types: asks the help centre after a pause and shows the best few beside the question.
import { all } from "./dom.js";

const PAUSE = 350;

function attach(field) {
  const place = document.getElementById(field.dataset.answers);
  let timer = 0;
  let asked = "";
  const ask = async () => {
    const text = field.value.trim().slice(0, 300);
    if (text === asked) return;
    asked = text;
    if (text.length < 2) return place.replaceChildren();
    const url = new URL(field.dataset.answersUrl, location.href);
    url.searchParams.set("q", text);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "answers" } });
      if (answer.ok && asked === text) place.innerHTML = await answer.text();
    } catch { /* without a connection the form works on, only without suggestions */ }
  };
  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("compositionend", () => { timer = setTimeout(ask, PAUSE); });
}

export const watch = () => all("[data-answers]").forEach(attach);
