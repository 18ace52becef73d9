/** Once everything is loaded nothing more is to be fetched: the page forbids it to itself, and counts what goes out. */

import { byId } from "./dom.js";

/** No policy speaks of peer connections, so the page gives them away before anything else. */
export function giveUpPeerConnections() {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport"]) {
    Reflect.deleteProperty(window, name);
  }
}

/**
 * Policies of one page add up, so this can only take away (Content Security Policy level 3, section 8.1).
 * Modules come from bytes and workers from blobs that are here already.
 */
export function lockDown() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "default-src 'none'; script-src 'wasm-unsafe-eval'; worker-src blob:; img-src data:; form-action 'none'; base-uri 'none'";
  document.head.append(policy);
  const since = performance.now();
  let count = 0;
  const tell = () => {
    byId("connections").textContent = `${count} connections since loading`;
    byId("connections").classList.toggle("broken", count > 0);
  };
  tell();
  new PerformanceObserver((list) => {
    count += list.getEntries().filter(({ name, startTime }) => startTime > since && /^(https?|wss?):/.test(name)).length;
    tell();
  }).observe({ type: "resource" });
}

/** @param {string} what is still on its way */
export function announceLoading(what) {
  byId("connections").textContent = what;
}
