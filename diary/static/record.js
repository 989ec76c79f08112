// Records a voice and hands it to the form as one more file. A warning stands before the first word.
const MOST_SECONDS = 60 * 60;

function prepare(form) {
  const open = form.querySelector("[data-record]");
  const box = form.querySelector("[data-voice]");
  if (!open || !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return;
  const [state, start, stop, drop] = ["voice-state", "start", "stop", "drop"].map((name) => box.querySelector(`[data-${name}]`));
  const texts = form.querySelector("[data-chosen]").dataset;
  let recorder = null, clock = 0, keep = false;

  const rest = () => {
    clearInterval(clock);
    recorder?.stream.getTracks().forEach((track) => track.stop());
    recorder = null;
    start.hidden = false;
    stop.hidden = true;
    state.textContent = "";
  };

  const finish = (kept) => {
    keep = kept;
    if (recorder) recorder.stop();
    box.hidden = true;
    open.focus();
  };

  open.hidden = false;
  open.addEventListener("click", () => {
    box.hidden = false;
    start.focus();
  });
  drop.addEventListener("click", () => finish(false));
  stop.addEventListener("click", () => finish(true));
  start.addEventListener("click", async () => {
    try {
      recorder = new MediaRecorder(await navigator.mediaDevices.getUserMedia({ audio: true }));
    } catch {
      state.textContent = texts.noVoice;
      return;
    }
    const pieces = [], began = new Date();
    recorder.ondataavailable = (event) => pieces.push(event.data);
    recorder.onstop = () => {
      const kind = recorder.mimeType.split(";")[0];
      const name = `voice-${began.toISOString().slice(0, 19).replace(/[:T]/g, "-")}.${kind.includes("mp4") ? "m4a" : kind.split("/")[1]}`;
      if (keep) {
        const file = new File(pieces, name, { type: kind, lastModified: began.getTime() });
        form.dispatchEvent(new CustomEvent("voice", { detail: file }));
      }
      rest();
    };
    recorder.start(1000);
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
    clock = setInterval(() => {
      const seconds = Math.round((Date.now() - began) / 1000);
      state.textContent = texts.recording.replace("%(seconds)s", seconds);
      if (seconds >= MOST_SECONDS) finish(true);
    }, 1000);
  });
}

for (const form of document.querySelectorAll("form[data-upload]")) prepare(form);
