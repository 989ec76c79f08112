/* Keeps one empty page for when there is no network, and nothing else. No page of a signed-in
   person, no answer with words in it and no file is ever put into a cache.
   SHELL, the name of this set of files, is written above by the server. */

const FILES = ["/offline", "/static/app.css", "/static/leave.js", "/static/icon.svg"];
const LATER = "/leave-later";

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  // A form that fails to send stays with the browser, which can send the same words again.
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(navigate(request));
  } else if (isShellFile(request)) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

async function keepShell() {
  const cache = await caches.open(SHELL);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
}

function isShellFile(request) {
  const url = new URL(request.url);
  return request.method === "GET" && url.origin === location.origin && FILES.includes(url.pathname);
}

async function kept(request) {
  const cache = await caches.open(SHELL);
  return (await cache.match(request, { ignoreSearch: true })) ?? Response.error();
}

/* Somebody who left without a network is signed out before anything else is shown. */
async function navigate(request) {
  const cache = await caches.open(SHELL);
  const leaving = new URL(request.url).pathname === "/leave";
  try {
    if (!leaving && (await cache.match(LATER))) {
      await fetch("/leave", { method: "POST" });
      await cache.delete(LATER);
    }
    return await fetch(request);
  } catch {
    if (leaving) await cache.put(LATER, new Response(""));
    return (await cache.match("/offline")) ?? Response.error();
  }
}
