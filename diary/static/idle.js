/* A page of somebody who helps does not outlive the session: when nobody used it for as long as that
   lasts, it goes blank at once and turns into the lock. Somebody at another tab of it is still there. */

const { idleSeconds, lock, signOut } = document.body.dataset;
const LIMIT_MS = Number(idleSeconds) * 1000;
const TELL_MS = 5000;
const tabs = window.BroadcastChannel ? new BroadcastChannel("idle") : null;
let used = Date.now();
let told = 0;
let ended = false;

function use() {
  check(); // a key pressed after the time is over brings nothing back
  if (ended) return;
  used = Date.now();
  if (used - told < TELL_MS) return;
  told = used;
  tabs?.postMessage("used");
}

function check() {
  if (!ended && Date.now() - used >= LIMIT_MS) end();
}

async function end() {
  ended = true;
  document.documentElement.classList.add("gone");
  for (const media of document.querySelectorAll("audio, video")) media.pause();
  const form = [...document.forms].find(hasWords);
  if (form) return keep(form);
  document.body.replaceChildren();
  location.replace(`${lock}?next=${encodeURIComponent(location.pathname + location.search)}`);
}

function hasWords(form) {
  const boxes = form.querySelectorAll("textarea, input[type=text], input[type=date]");
  return form.method === "post" && [...boxes].some((box) => box.value.trim());
}

/* What was typed waits behind the lock, as when the session had ended before it was sent. It is sent
   only once the session is known to have ended: it must never be saved by nobody. */
async function keep(form) {
  const answer = await fetch(signOut, { method: "POST", redirect: "manual" }).catch(() => null);
  if (answer?.ok || answer?.type === "opaqueredirect") form.submit();
  else setTimeout(() => keep(form), TELL_MS); // no line just now: the words wait on the blank page
}

if (LIMIT_MS) {
  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    addEventListener(kind, use, { capture: true, passive: true });
  }
  if (tabs) tabs.onmessage = () => { if (!ended) used = Date.now(); };
  // A computer that slept wakes up with the page as it was: it is looked at once more then.
  for (const kind of ["visibilitychange", "focus", "pageshow"]) addEventListener(kind, check, { capture: true });
  setInterval(check, 1000);
}
