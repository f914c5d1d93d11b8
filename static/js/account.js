// Coming in: the arithmetic of a form, passkeys, and the minute before another code. Forms work without it.
import * as captcha from "./captcha.js";
import { all, one } from "./dom.js";
import * as passkeys from "./passkeys.js";

for (const form of all("form[data-captcha]")) {
  form.addEventListener("focusin", () => captcha.prepare(form), { once: true });
}

for (const form of all("form[data-captcha]:not([data-passkey-new])")) {
  form.addEventListener("submit", async (event) => {
    if (one("[name=altcha]", form).value) return;
    event.preventDefault();
    await captcha.fill(form);
    form.submit();
  });
}

for (const form of all("form[data-passkey], form[data-passkey-options], form[data-passkey-new]")) {
  form.addEventListener("submit", (event) => passkeys.answer(event, form));
}

for (const link of all("[data-again]")) {
  const until = Date.parse(link.dataset.sent) + Number(link.dataset.again) * 1000;
  const words = link.textContent;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    link.textContent = left > 0 ? `${words} (${left})` : words;
    link.toggleAttribute("aria-disabled", left > 0);
    if (left > 0) setTimeout(tick, 1000);
  };
  link.addEventListener("click", (event) => {
    if (Date.now() < until) event.preventDefault();
  });
  tick();
}
