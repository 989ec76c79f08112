/* Keeps what is typed on the server until it is saved: a second and a half after a keystroke, and at
   once on the way out. Passphrases and files are never sent. Without network nothing happens. */

const WAIT_MS = 1500;
const AGAIN_MS = 6000;
const KEEPALIVE_BYTES = 60000;
const timers = new Map();
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
  try {
    await fetch("/drafts", {
      method: "POST", body, signal: sending.signal,
      keepalive: leaving && body.toString().length < KEEPALIVE_BYTES,
    });
  } catch {
    if (!sending.signal.aborted) later(form, AGAIN_MS);
  }
}

// The first keystroke sets the clock, so that whoever never pauses loses no more than who does.
function later(form, wait = WAIT_MS) {
  if (!timers.has(form)) timers.set(form, setTimeout(send, wait, form));
}

function all() {
  for (const form of [...timers.keys()]) send(form, true);
}

addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.method === "post" && form.querySelector("[data-no-connection]") && !form.querySelector("[type=password]")) later(form);
});
addEventListener("submit", (event) => {
  clearTimeout(timers.get(event.target));
  timers.delete(event.target);
  sending?.abort();
});
addEventListener("pagehide", all);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && all());
document.addEventListener("leaving", all);
