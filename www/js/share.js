/** A link that carries what is not secret: settings, never files. */

/** @typedef {import("./state.js").Settings} Settings */

/** @type {Record<"enrollment" | "cloud", string[]>} */
const CHOICES = { enrollment: ["unknown", "individual", "group"], cloud: ["public", "usgov", "china", "none"] };

/** Longest text that a link may carry: nothing here is longer. */
const LONGEST = 256;

/** @param {Settings} settings */
export function linkWithSettings(settings) {
  const told = Object.entries(settings).filter(([, value]) => value !== "");
  const url = new URL(location.href);
  url.hash = new URLSearchParams(told).toString();
  return url.href;
}

/**
 * The settings in a link, as far as they are what they should be.
 *
 * @param {string} hash
 * @returns {Partial<Settings>}
 */
export function settingsOfLink(hash) {
  const told = new URLSearchParams(hash.replace(/^#/, ""));
  /** @type {Record<string, string>} */
  const settings = {};
  for (const key of ["registrationId", "idScope", "endpoint", "at"]) {
    const value = told.get(key);
    if (value !== null && value.length <= LONGEST) settings[key] = value;
  }
  for (const [key, choices] of Object.entries(CHOICES)) {
    const value = told.get(key);
    if (value !== null && choices.includes(value)) settings[key] = value;
  }
  return settings;
}

/**
 * The code that a link is the address of, `#DX436`.
 *
 * @param {string} hash
 */
export function codeOfLink(hash) {
  return /^#(DX\d{3})$/i.exec(hash)?.[1]?.toUpperCase();
}

/**
 * The question of the check that a link is the address of, `#check=key`.
 *
 * @param {string} hash
 */
export function checkOfLink(hash) {
  return /^#check=([a-z]{1,20})$/.exec(hash)?.[1];
}
