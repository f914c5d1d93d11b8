// "My request" reads itself again when something happened; what is being typed stays untouched.
import { one } from "./dom.js";

export function follow() {
  const page = one("[data-follow-live]");
  if (!page?.dataset.followLive || !window.EventSource) return;
  const stream = new EventSource(page.dataset.followLive);
  let timer = 0;
  stream.onmessage = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, 400);
  };
  window.addEventListener("pagehide", () => stream.close(), { once: true });
}

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-fresh]")) {
    const next = fresh.getElementById(part.id);
    if (next && !part.contains(document.activeElement)) part.replaceChildren(...next.childNodes);
  }
}
