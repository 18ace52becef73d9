/**
 * A copy of the page for use without a network, when a person asks for it. It is fetched while the page loads, before the
 * page closes itself: asking for it loads the page anew.
 */

import { announce } from "./announce.js";
import { byId, h, show } from "./dom.js";
import { trustedScript } from "./worker.js";

/** The address that asks for the copy. */
const ASKED = "#offline";

/** Longest wait for the copy, in milliseconds; then the page goes on without. */
const PATIENCE = 60_000;

/** Whether there can be a copy: a file from disk is one already. */
const isPossible = "serviceWorker" in navigator && location.protocol !== "file:" && SERVICE_WORKER !== "";

/** Fetches the copy if it was asked for, and says what became of it. Before the page closes itself. */
export async function keepIfAsked() {
  if (!isPossible) return;
  if (location.hash === ASKED) {
    history.replaceState(null, "", location.pathname + location.search);
    try {
      await Promise.race([fetchCopy(), late()]);
      announce("A copy is kept. This page works without a network now.");
    } catch {
      announce("No copy could be kept. Nothing else is missing.");
    }
  }
  await offer();
}

async function fetchCopy() {
  const registration = await navigator.serviceWorker.register(trustedScript(new URL(SERVICE_WORKER, location.href).href), { scope: "./" });
  const worker = registration.installing;
  if (!worker) return;
  await new Promise((resolve, reject) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated" || worker.state === "installed") resolve(undefined);
      else if (worker.state === "redundant") reject(new Error("not installed"));
    });
  });
}

function late() {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("too slow")), PATIENCE); });
}

/** What can be done about a copy now: keep one, forget it, take a newer one. */
async function offer() {
  const registration = await navigator.serviceWorker.getRegistration();
  const button = (/** @type {string} */ label, /** @type {string} */ id, /** @type {() => void} */ onclick) =>
    h("button", { type: "button", class: "plain", id, onclick }, label);
  if (!registration) {
    show(byId("offline"), button("Keep a copy for use without a network (loads the page anew)", "keep-copy", keepCopy));
    return;
  }
  show(byId("offline"), button("Forget the copy that is kept here", "forget-copy", () => void forget(registration)));
  if (registration.waiting) tellOfNewer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed" && registration.waiting) tellOfNewer(registration.waiting);
    });
  });
}

function keepCopy() {
  location.hash = ASKED;
  location.reload();
}

/** @param {ServiceWorkerRegistration} registration */
async function forget(registration) {
  await registration.unregister();
  for (const name of await caches.keys()) {
    if (name.startsWith("dps-x509-")) await caches.delete(name);
  }
  announce("The copy is gone.");
  await offer();
}

/** @param {ServiceWorker} worker of a newer version, whole and waiting */
function tellOfNewer(worker) {
  const take = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    worker.postMessage("take-over");
  };
  show(byId("newer"), h("p", { class: "notice link-bar" }, "A newer version of this page is here. Taking it loads the page anew: files and settings go. ",
    h("button", { type: "button", onclick: take }, "Take it"),
    h("button", { type: "button", onclick: () => show(byId("newer")) }, "Later")));
}
