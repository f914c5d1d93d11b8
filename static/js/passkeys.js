// Passkeys: what the server asks goes to the device, what the device answers goes back in the form.
import * as captcha from "./captcha.js";
import { one } from "./dom.js";

export async function answer(event, form) {
  const field = one("[name=credential]", form);
  if (field.value || !form.reportValidity()) return;
  event.preventDefault();
  if (!window.PublicKeyCredential) return;
  try {
    const given = await (form.dataset.passkeyNew ? make(form) : use(form));
    field.value = JSON.stringify(plain(given));
    if (form.dataset.captcha) await captcha.fill(form);
    form.submit();
  } catch (problem) {
    if (problem.name !== "NotAllowedError" && problem.name !== "AbortError") throw problem;
  }
}

async function make(form) {
  const asked = JSON.parse(document.getElementById(form.dataset.passkeyNew).textContent).publicKey;
  return navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: known(asked.excludeCredentials),
    },
  });
}

async function use(form) {
  const { publicKey: asked } = form.dataset.passkey
    ? await (await fetch(form.dataset.passkey, { headers: { Accept: "application/json" } })).json()
    : JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  return navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) },
  });
}

const known = (listed) => (listed ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

function plain(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
