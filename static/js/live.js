// One stream per page. A message says "this changed"; whatever shows it reads itself again.
import { all, alarm, one, words } from "./dom.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
let wait = FIRST_WAIT;
let last = "";

export function listen() {
  const url = document.body.dataset.liveUrl;
  if (!url || !window.EventSource || !one("[data-live], [data-list]")) return;
  connect(url);
}

function connect(url) {
  const stream = new EventSource(last ? `${url}&since=${last}` : url);
  stream.onopen = () => {
    if (wait > FIRST_WAIT) heard({ name: "reload", topics: [] });
    wait = FIRST_WAIT;
    show("on");
  };
  stream.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (message.seq) last = String(message.seq);
    heard(message);
  };
  stream.onerror = () => {
    show("off");
    if (stream.readyState !== EventSource.CLOSED) return;
    wait = Math.min(wait * 2, LONGEST_WAIT);
    setTimeout(connect, wait, url);
  };
  window.addEventListener("pagehide", () => stream.close(), { once: true });
}

function heard(message) {
  for (const element of all("[data-live]")) {
    const topics = element.dataset.live.split(" ");
    if (message.name === "reload" || topics.some((topic) => message.topics.includes(topic))) soon(element);
  }
  document.dispatchEvent(new CustomEvent("heard", { detail: message }));
}

const waiting = new Set();

function soon(element) {
  if (waiting.has(element)) return;
  waiting.add(element);
  setTimeout(() => {
    waiting.delete(element);
    if (element.isConnected) window.htmx?.trigger(element, "live");
  }, 250);
}

function show(state) {
  const sign = one("[data-link-state]");
  if (!sign || sign.dataset.linkState === state) return;
  sign.dataset.linkState = state;
  const text = one("[data-on]", sign);
  text.textContent = text.dataset[state];
  if (state === "off") alarm(words.offline);
}
