/* Keeps what is typed. While it is typed, it goes to the server as a draft: a second and a half after a
   keystroke, and at once on the way out; passphrases and files never. Before it is sent for good, this
   asks whether anybody is there to take it. If not, the page stays as it is, and says so. Without this
   file the form is sent directly. */

const PATIENCE_MS = 10000;

async function isThere() {
  try {
    await fetch("/sw.js", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  } catch {
    return false;
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const notice = form.querySelector("[data-no-connection]");
  if (!notice || form.dataset.asked) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  notice.hidden = true;
  notice.hidden = await isThere();
  if (!notice.hidden) return;
  form.dataset.asked = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.asked;
}, { capture: true });

const WAIT_MS = 1500;
const AGAIN_MS = 6000;
const KEEPALIVE_BYTES = 60000;
const timers = new Map();
const onTheWay = new Set();  // sent, and nobody said that it came
let sending = null;

function typed(form) {
  const body = new URLSearchParams({ "draft-of": new URL(form.action).pathname });
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  return body;
}

async function send(form, leaving = false) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  const body = typed(form);
  sending = new AbortController();
  onTheWay.add(form);
  try {
    await fetch("/drafts", {
      method: "POST", body, signal: sending.signal,
      keepalive: leaving && body.toString().length < KEEPALIVE_BYTES,
    });
    onTheWay.delete(form);
  } catch {
    if (!sending.signal.aborted) later(form, AGAIN_MS);
  }
}

// The first keystroke sets the clock, so that whoever never pauses loses no more than who does.
function later(form, wait = WAIT_MS) {
  if (!timers.has(form)) timers.set(form, setTimeout(send, wait, form));
}

// Whoever leaves takes what is on the way with them: it is sent once more, and outlives the page.
function all() {
  for (const form of new Set([...timers.keys(), ...onTheWay])) send(form, true);
}

addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.method === "post" && form.querySelector("[data-no-connection]") && !form.querySelector("[type=password]")) later(form);
});
addEventListener("submit", (event) => {
  clearTimeout(timers.get(event.target));
  timers.delete(event.target);
  onTheWay.delete(event.target);
  sending?.abort();
});
addEventListener("pagehide", all);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && all());
document.addEventListener("leaving", all);
