// Sends the files of a form in pieces that outlast a broken connection (tus 1.0), words first.
// Nothing is stored on the phone: what is unfinished is asked of the server.
import { Sha256 } from "./sha256.js";

const PIECE = 4 << 20;
const VERSION = { "Tus-Resumable": "1.0.0", Accept: "text/plain" };
const WAIT = [1, 2, 4, 8, 15, 30];

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const coded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const mega = (bytes) => (bytes / 1e6).toFixed(1);

class Refused extends Error {}

async function ask(url, options) {
  const answer = await fetch(url, { ...options, headers: { ...VERSION, ...options.headers } });
  if (answer.status === 401) throw new Refused("401");
  if (answer.status >= 500 && answer.status !== 507) throw new TypeError("later");
  return answer;
}

async function said(answer) {
  throw new Refused((answer.headers.get("Content-Type") || "").startsWith("text/plain") ? await answer.text() : "");
}

function put(url, headers, body, tell) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", url);
    for (const [name, value] of Object.entries({ ...VERSION, ...headers })) request.setRequestHeader(name, value);
    request.timeout = 600000;
    request.upload.onprogress = (event) => tell(event.loaded);
    request.onload = () => done(request);
    request.onerror = request.ontimeout = () => failed(new TypeError("gone"));
    request.send(body);
  });
}

class Sending {
  constructor(file, how, list) {
    this.file = file;
    this.how = how;
    this.texts = list.dataset;
    this.row = document.createElement("li");
    this.row.className = "progress";
    this.row.innerHTML = "<p><bdi></bdi></p><progress></progress><p class=\"small\" role=\"status\"></p><p class=\"actions\"></p>";
    const [name, bar, state, actions] = ["bdi", "progress", ".small", ".actions"].map((one) => this.row.querySelector(one));
    Object.assign(this, { bar, state, actions });
    name.textContent = file.name;
    bar.max = Math.max(1, file.size);
    bar.setAttribute("aria-label", file.name);
    bar.value = 0;
    this.offer(this.texts.cancel, () => this.leaveOut());
    this.say(this.texts.oneLeft);
    list.append(this.row);
  }

  say(text) {
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  offer(text, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button link", textContent: text, onclick: act });
    this.actions.replaceChildren(button);
  }

  safe(bytes) {
    this.bar.value = bytes;
    this.say(this.texts.going.replace("%(safe)s", mega(bytes)).replace("%(size)s", mega(this.file.size)));
  }

  async leaveOut() {
    this.out = true;
    this.tooLarge = false;
    this.row.remove();
    // It outlives the page: whoever goes on at once leaves nothing unfinished behind.
    if (this.url) await ask(this.url, { method: "DELETE", keepalive: true }).catch(() => {});
  }

  async find(entry) {
    const modified = new Date(this.file.lastModified).toISOString();
    const listed = await ask(`/uploads?entry=${entry}`, { headers: { Accept: "application/json" } });
    if (!listed.ok) await said(listed);
    const open = await listed.json();
    const mine = open.find((one) => one.name === this.file.name && one.size === this.file.size && one.lastModified === modified);
    if (mine) return mine.url;
    const about = { filename: this.file.name, lastModified: modified, entry, how: this.how };
    const answer = await ask("/uploads", {
      method: "POST",
      headers: {
        "Upload-Length": this.file.size,
        "Upload-Metadata": Object.entries(about).map(([key, value]) => `${key} ${coded(value)}`).join(","),
      },
    });
    if (!answer.ok) await said(answer);
    return answer.headers.get("Location");
  }

  async offset() {
    const answer = await ask(this.url, { method: "HEAD" });
    if (!answer.ok) throw new Refused("");
    return Number(answer.headers.get("Upload-Offset"));
  }

  async counted(until) {
    while (this.hash.size < until) {
      const piece = this.file.slice(this.hash.size, Math.min(until, this.hash.size + PIECE));
      this.hash.update(new Uint8Array(await piece.arrayBuffer()));
    }
  }

  async step(entry) {
    this.url ||= await this.find(entry);
    let at = await this.offset();
    this.hash ||= new Sha256();
    while (at < this.file.size && !this.out) {
      const end = Math.min(at + PIECE, this.file.size);
      await this.counted(end);
      const headers = { "Upload-Offset": at, "Content-Type": "application/offset+octet-stream" };
      if (end === this.file.size) {
        headers["Upload-Whole-Sha256"] = this.whole ||= this.hash.hex();
      }
      this.safe(at);
      const answer = await put(this.url, headers, this.file.slice(at, end), (sent) => {
        this.bar.value = at + sent;
        if (at + sent >= this.file.size) this.say(this.texts.checking);
      });
      if (answer.status === 204) at = Number(answer.getResponseHeader("Upload-Offset"));
      else if (answer.status === 401) throw new Refused("401");
      else if (answer.status === 409 || answer.status === 423 || answer.status >= 500 && answer.status !== 507) throw new TypeError("later");
      else throw new Refused(answer.responseText.length < 200 ? answer.responseText : "");
    }
  }

  // Goes on until the file is safe, left out, or refused for a reason that waiting does not mend.
  async run(entry) {
    this.asks = false;
    for (let tries = 0; !this.out; tries++) {
      try {
        await this.step(entry);
        if (!this.out) this.kept();
        return;
      } catch (error) {
        if (error instanceof Refused) {
          this.asks = true;
          this.say(error.message === "401" ? this.texts.signedOut : error.message || this.texts.failed);
          return;
        }
        this.say(this.texts.waiting);
        await sleep(WAIT[Math.min(tries, WAIT.length - 1)]);
      }
    }
  }

  kept() {
    this.isKept = true;
    this.bar.value = this.file.size;
    this.say(this.texts.done);
    this.actions.replaceChildren();
  }

  // What was refused is asked about when every other file has had its turn, so that it holds back none.
  async settle(entry) {
    while (this.asks && !this.out) await this.answer(entry);
  }

  answer(entry) {
    return new Promise((done) => {
      this.offer(this.texts.again, () => {
        Object.assign(this, { url: null, hash: null, whole: null });
        this.offer(this.texts.cancel, () => this.leaveOut());
        done(this.run(entry));
      });
      const out = this.actions.firstChild.cloneNode();
      out.textContent = this.texts.cancel;
      out.onclick = () => done(this.leaveOut());
      this.actions.append(out);
    });
  }
}

class Form {
  constructor(form) {
    this.form = form;
    this.list = form.querySelector("[data-chosen]");
    this.sendings = [];
    this.queue = Promise.resolve();
    form.addEventListener("change", (event) => {
      if (event.target.type === "file") this.choose(event.target);
    });
    // What was chosen before this file had come goes the same way.
    for (const input of form.querySelectorAll("[type=file]")) this.choose(input);
    form.addEventListener("voice", (event) => this.take(event.detail, "recorder"));
    form.addEventListener("submit", (event) => {
      this.name();
      if (!this.left().length) return;
      event.preventDefault();
      this.submit();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.busy && this.left().some((one) => !one.asks && !one.isKept)) event.preventDefault();
    });
  }

  left() {
    return this.sendings.filter((one) => !one.out);
  }

  choose(input) {
    for (const file of input.files) this.take(file, input.dataset.how);
    input.value = "";
  }

  take(file, how) {
    const sending = new Sending(file, how, this.list);
    this.sendings.push(sending);
    if (file.size > Number(this.list.dataset.limit)) {
      sending.out = sending.tooLarge = true;
      sending.say(this.list.dataset.tooLarge);
    } else if (this.busy && this.form.dataset.entry) {
      this.send(sending);
    }
  }

  // A file that is too large to send is named to the server, so that the next page can say it too.
  name() {
    this.form.querySelector("[name=too_large]")?.remove();
    const names = this.sendings.filter((one) => one.tooLarge).map((one) => one.file.name);
    if (!names.length) return;
    const box = document.createElement("input");
    Object.assign(box, { type: "hidden", name: "too_large", value: names.join("\n") });
    this.form.append(box);
  }

  send(sending) {
    this.queue = this.queue.then(() => sending.run(this.form.dataset.entry));
  }

  // Each file has its turn; then the refused ones are asked about, each by itself.
  async sendAll() {
    for (const sending of this.left()) this.send(sending);
    for (let seen; seen !== this.queue;) {
      seen = this.queue;
      await seen;
      if (this.told && this.left().some((one) => one.asks)) this.told.textContent = this.list.dataset.notAll;
      await Promise.all(this.left().map((one) => one.settle(this.form.dataset.entry)));
    }
  }

  // While it is on its way nothing more can be typed: it would stand there and not be saved.
  hold(on) {
    for (const button of this.form.querySelectorAll("[type=submit]")) button.disabled = on;
    for (const box of this.form.querySelectorAll("textarea, input")) box.readOnly = on;
  }

  async submit() {
    const notice = this.form.querySelector("[data-no-connection]");
    this.hold(true);
    this.busy = true;
    try {
      const entry = this.form.dataset.entry || await this.saveWords();
      if (!entry) return;
      this.form.dataset.entry = entry;
      await this.sendAll();
      this.sendings = [];
      this.busy = false;
      if (this.saved) location.assign(this.saved);
      else this.offerNext();
    } catch (error) {
      if (!notice) throw error;
      notice.hidden = false;
    } finally {
      this.busy = false;
      this.hold(false);
    }
  }

  offerNext() {
    this.next?.remove();
    this.next = document.createElement("a");
    Object.assign(this.next, { className: "button", href: this.form.dataset.after, textContent: this.list.dataset.next });
    this.list.after(this.next);
    this.next.focus();
  }

  // The words are saved before any file is sent; a page that asks to look again takes our place.
  async saveWords() {
    const data = new FormData(this.form);
    data.delete("files");
    data.append("with_files", this.left().length);
    // The page after it is looked at when the files are there: what it has to say must wait for that.
    const answer = await fetch(this.form.action, { method: "POST", headers: { "X-Words-First": "1" }, body: new URLSearchParams(data) });
    const saved = answer.ok && answer.redirected && new URL(answer.url).pathname.match(/^\/(?:diary|orders)\/([0-9a-f]{32})/);
    if (saved) {
      this.told = document.createElement("p");
      this.told.setAttribute("role", "status");
      this.told.textContent = this.list.dataset.wordsSafe;
      this.list.before(this.told);
      this.saved = answer.url;
      return saved[1];
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("form[data-upload]");
    if (!fresh) {
      // The lock takes the words with it but no file, and the form must ask for them afterwards.
      this.form.insertAdjacentHTML("beforeend", "<input type=hidden name=with_files value=1>");
      this.form.submit();
      return null;
    }
    fresh.querySelector("[data-chosen]").replaceWith(this.list);
    document.querySelector("main").replaceWith(page.querySelector("main"));
    const next = new Form(document.querySelector("form[data-upload]"));
    next.sendings = this.sendings;
    document.querySelector("#look-again")?.focus();
    return null;
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) new Form(form);
