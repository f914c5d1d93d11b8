// Everything the portal does beyond plain pages; each form works without it.
import "./menus.js";
import "./preferences.js";
import * as answers from "./answers.js";
import * as captcha from "./captcha.js";
import { attach } from "./device.js";
import { all, one } from "./dom.js";
import * as drafts from "./drafts.js";
import * as files from "./files.js";
import { follow } from "./follow.js";
import * as offers from "./offers.js";
import * as upload from "./upload.js";

answers.watch();
drafts.watch();
files.watch();
follow();
offers.watch();
one("[data-focus]")?.focus();

for (const form of all("form[data-request]")) {
  attach(form);
  form.addEventListener("focusin", () => captcha.prepare(form), { once: true });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]")) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  await captcha.fill(form);
  upload.send(form, event.submitter);
  delete form.dataset.sending;
});
