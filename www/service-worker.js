/**
 * Keeps one whole version of the page for use without a network. The build puts in what this version is made of, so that
 * nothing of two versions can meet; a newer one waits until a person takes it.
 */

const PREFIX = "dps-x509-";
const VERSION = `${PREFIX}VERSION_OF_PAGE`;
const FILES = FILES_OF_PAGE;

addEventListener("install", (event) => {
  // All or nothing: one file that does not come makes the installation fail, and what was there stays.
  event.waitUntil(caches.open(VERSION).then((cache) => cache.addAll(FILES.map((name) => new Request(name, { cache: "no-cache" })))));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== VERSION).map((name) => caches.delete(name)))));
});

addEventListener("message", ({ data }) => {
  if (data === "take-over") skipWaiting();
});

addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const isPage = event.request.mode === "navigate";
  event.respondWith(caches.open(VERSION)
    .then((cache) => cache.match(isPage ? "./" : event.request))
    .then((kept) => kept ?? fetch(event.request)));
});
