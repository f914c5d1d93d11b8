// What is attached by itself: the page, the device and the time; shown to the sender, never hidden.
import { one } from "./dom.js";

function device() {
  const about = navigator.userAgentData;
  if (about?.platform) {
    const brand = about.brands.filter((each) => !/not.a.brand/i.test(each.brand)).at(-1);
    return `${about.platform}, ${brand?.brand ?? ""} ${brand?.version ?? ""}, ${screen.width}×${screen.height}`;
  }
  return `${navigator.userAgent.slice(0, 160)}, ${screen.width}×${screen.height}`;
}

function page() {
  const from = new URLSearchParams(location.search).get("page");
  return (from || document.referrer || location.href).slice(0, 500);
}

function time() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return `${new Date().toISOString()} ${zone ?? ""}`;
}

export function attach(form) {
  const facts = { page: page(), device: device(), client_time: time() };
  for (const [name, value] of Object.entries(facts)) {
    if (form.elements[name]) form.elements[name].value = value;
    const shown = one(`[data-attached=${name}]`, form);
    if (shown) shown.textContent = name === "client_time" ? new Date().toLocaleString(document.documentElement.lang) : value;
  }
  const list = one("[data-attached-list]", form);
  if (list) list.hidden = false;
}
