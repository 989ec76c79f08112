/* Before words are sent, asks whether anybody is there to take them. If not, the page stays as it
   is, with everything that was typed, and says so. Without this file the form is sent directly. */

import "./draft.js";

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
