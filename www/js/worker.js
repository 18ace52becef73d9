/** Workers of the page: the package's worker script, from a text that is already here. */

/** @typedef {{ createPolicy(name: string, rules: object): { createScriptURL(url: string): string } }} TrustedTypes */

const { trustedTypes } = /** @type {{ trustedTypes?: TrustedTypes }} */ (/** @type {unknown} */ (window));

/** The uses that the page's policy allows: an address that this module has just made, and the page's own service worker. */
const policy = trustedTypes?.createPolicy("dps-x509", { createScriptURL: (/** @type {string} */ url) => url });

/**
 * What starts workers with this script. One from a blob needs no connection, and is under the page's own policies.
 *
 * @param {string} script
 * @returns {() => Worker}
 */
export function workersOf(script) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const trusted = trustedScript(url);
  return () => new Worker(trusted);
}

/**
 * @param {string} url of a script of this page
 * @returns {string}
 */
export function trustedScript(url) {
  return policy?.createScriptURL(url) ?? url;
}
