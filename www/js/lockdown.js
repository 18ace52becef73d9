/** How far the page is with loading. Once everything is there nothing more is to be fetched: it forbids that to itself. */

import { byId } from "./dom.js";

/** Files can be looked at; the rest is on its way. */
export function announceUsable() {
  byId("lockdown").textContent = "Files can be looked at; the other parts are still loading.";
}

/**
 * Policies of one page add up, so this can only take away (Content Security Policy level 3, section 8.1).
 * Workers are made before it, or from blobs.
 */
export function lockDown() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "connect-src 'none'; img-src data:; font-src 'none'; media-src 'none'; object-src 'none'; frame-src 'none'; form-action 'none'; base-uri 'none'";
  document.head.append(policy);
  byId("lockdown").textContent = "Everything is loaded; from here on the page has forbidden itself every connection.";
}
