// Sends a form with files in the background, shows how far it is, then goes where the server says.
import { all, one, say, toast, words } from "./dom.js";
import { forget } from "./drafts.js";

export function send(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.set(submitter.name, submitter.value);
  const request = new XMLHttpRequest();
  const bar = progress(form);
  busy(form, true);
  request.upload.onprogress = (event) => {
    if (!event.lengthComputable) return;
    bar.value = event.loaded / event.total;
    one("[data-sent-words]", form).textContent = say(words.uploaded, { p: `${Math.round(bar.value * 100)}%` });
  };
  request.onload = () => arrived(form, request);
  request.onerror = () => { busy(form, false); bar.parentElement.hidden = true; toast(words.failed, "breach"); };
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(data);
}

function progress(form) {
  const line = one("[data-progress]", form);
  line.hidden = false;
  return one("progress", line);
}

function busy(form, on) {
  for (const button of all("button", form)) button.disabled = on;
}

function arrived(form, request) {
  if (request.status < 400) {
    forget(form);
    for (const zone of all("[data-files]", form)) zone.dataset.sent = "1";
    location.assign(request.responseURL);
    return;
  }
  busy(form, false);
  one("[data-progress]", form).hidden = true;
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const summary = one(".error-summary", page) ?? one("main", page);
  one(".error-summary", form)?.remove();
  form.prepend(document.importNode(summary, true));
  renew(form, page);
  one(".error-summary", form)?.focus();
}

function renew(form, page) {
  for (const name of ["nonce", "opened"]) {
    const fresh = one(`[name=${name}]`, page);
    if (fresh && form.elements[name]) form.elements[name].value = fresh.value;
  }
}
