/* Leave: blank first, everything else after. The link works without this file; here it becomes
   instant, takes the page out of the history, and answers to Shift pressed three times. */

const SHIFT_GAP_MS = 5000;
const link = document.getElementById("leave");
const root = document.documentElement;
let going = false;

/* Nothing may hold somebody back on the way out: this listener is the first, so it can silence all. */
addEventListener("beforeunload", (event) => {
  if (going) event.stopImmediatePropagation();
}, { capture: true });

export function blank() {
  root.classList.add("gone");
  document.title = link?.closest("header")?.querySelector(".name")?.textContent ?? "";
}

// Other tabs of this site show the same words: they go with this one.
const tabs = window.BroadcastChannel ? new BroadcastChannel("tabs") : null;
if (tabs) tabs.onmessage = () => leave();

export function leave() {
  if (going) return;
  going = true;
  blank();
  tabs?.postMessage("leave");
  document.dispatchEvent(new Event("leaving"));
  for (const media of document.querySelectorAll("audio, video")) media.pause();
  document.body.replaceChildren(said(link.dataset.going));
  go(link.href);
}

/* An installed app stays in the list of recent apps, so there it turns into its own empty page. */
function go(away) {
  const installed = matchMedia("(display-mode: standalone), (display-mode: fullscreen), (display-mode: minimal-ui)").matches
    || navigator.standalone === true;
  if (installed) {
    fetch(away, { method: "POST", keepalive: true, credentials: "same-origin" }).catch(() => {});
    location.replace("/offline");
  } else {
    location.replace(away);
  }
}

function said(words) {
  const line = document.createElement("p");
  line.className = "unseen";
  line.setAttribute("role", "alert");
  line.textContent = words;
  return line;
}

link?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

/* A page that comes back from the back/forward cache was blanked when it went, and asks the server. */
addEventListener("pagehide", (event) => {
  if (event.persisted) blank();
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  blank();
  location.reload();
});

/* Shift three times, only with a real keyboard: on-screen Shift keys would set it off by accident.
   On-screen keyboards name no key position (`code`), and a touch screen alone is no fine pointer. */
const status = document.createElement("div");
const dots = document.createElement("div");
let presses = 0;
let combined = false;
let timer = 0;

function real(event) {
  return event.key === "Shift" && event.code.startsWith("Shift") && matchMedia("(any-pointer: fine)").matches;
}

function count(number, words) {
  clearTimeout(timer);
  presses = number;
  dots.hidden = number === 0;
  [...dots.children].forEach((dot, place) => dot.classList.toggle("on", place < number));
  status.textContent = words;
  if (number) timer = setTimeout(() => count(0, link.dataset.stopped), SHIFT_GAP_MS);
}

function pressed() {
  if (presses === 2) leave();
  else count(presses + 1, presses === 0 ? link.dataset.pressTwo : link.dataset.pressOne);
}

addEventListener("keydown", (event) => {
  combined = event.key !== "Shift";
  if (combined && presses) count(0, "");
}, { capture: true });
addEventListener("keyup", (event) => {
  if (real(event) && !combined && !event.ctrlKey && !event.altKey && !event.metaKey) pressed();
  if (event.key === "Shift") combined = false;
}, { capture: true });

if (link) {
  status.className = "unseen";
  status.setAttribute("role", "status");
  dots.className = "presses";
  dots.hidden = true;
  dots.setAttribute("aria-hidden", "true");
  dots.append(...[0, 1, 2].map(() => document.createElement("i")));
  document.body.append(status, dots);
}
