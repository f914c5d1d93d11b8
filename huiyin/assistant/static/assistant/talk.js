// The talk goes on without a new page: forms are sent as they are, and the parts that changed are taken over.
const page = document.querySelector("[data-talk]");
const box = document.getElementById("id_text");
let busy = false;

page?.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-ask], form[data-act]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  show(true);
  const body = new FormData(form, event.submitter);
  const asked = form.matches("[data-ask]") ? box.value : "";
  if (asked) box.value = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.getElementById("talk")) return location.reload();
    take(fresh);
    if (!answer.ok && asked) box.value = asked;
  } catch {
    if (asked) box.value = asked;
    form.submit();
  } finally {
    busy = false;
    show(false);
  }
});

box?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  box.form.requestSubmit();
});

function take(fresh) {
  for (const id of ["talk", "talk-foot", "talk-side"]) {
    const next = fresh.getElementById(id);
    if (next) document.getElementById(id).replaceChildren(...next.childNodes);
  }
  const nonce = fresh.querySelector("[data-ask] [name=nonce]");
  if (nonce) page.querySelector("[data-ask] [name=nonce]").value = nonce.value;
  const key = fresh.querySelector("[data-talk]")?.dataset.followLive;
  if (key && key !== page.dataset.followLive) return location.reload();
  document.getElementById("last")?.scrollIntoView({ block: "nearest" });
}

function show(on) {
  const line = page.querySelector("[data-sending]");
  if (line) line.hidden = !on;
}
