// A little arithmetic that a person never notices and a flood of forms cannot afford. Without a secure
// context there is nothing to calculate with; the form then goes by hand, and the server is stricter.
import { one } from "./dom.js";

const pending = new WeakMap();

export function prepare(form) {
  if (!form.dataset.captcha || !window.crypto?.subtle || pending.has(form)) return;
  pending.set(form, solve(form.dataset.captcha, form.dataset.captchaWorker).catch(() => ""));
}

export async function fill(form) {
  prepare(form);
  const field = one("[name=altcha]", form);
  if (field && pending.has(form)) field.value = await pending.get(form);
  pending.delete(form);
}

async function solve(url, workerUrl) {
  const answer = await fetch(url);
  if (!answer.ok) return "";
  const challenge = await answer.json();
  const solution = await work(challenge, workerUrl);
  return solution ? btoa(JSON.stringify({ challenge, solution })) : "";
}

function work(challenge, workerUrl) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl);
    worker.onmessage = (event) => {
      worker.terminate();
      resolve(event.data?.error ? null : event.data);
    };
    worker.onerror = reject;
    worker.postMessage({ type: "work", challenge, counterStart: 0, counterStep: 1, timeout: 60000 });
  });
}
