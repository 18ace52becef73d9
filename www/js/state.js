/**
 * All that this tab knows. It lives here and nowhere else: not in storage, not in cookies.
 *
 * @typedef {"any" | "device-chain" | "device-key" | "group-ca" | "server-trust"} Purpose
 *
 * @typedef {object} InputFile
 * @property {number} id
 * @property {string} name no other file has it
 * @property {Uint8Array} data
 * @property {Purpose} purpose what the person says it is; `any` lets it sort itself
 *
 * @typedef {object} Settings
 * @property {string} registrationId
 * @property {string} idScope
 * @property {"unknown" | "individual" | "group"} enrollment
 * @property {"public" | "usgov" | "china" | "none"} cloud `none` for a server of one's own, such as an emulator
 * @property {string} endpoint HOST[:PORT], empty for the cloud's own
 * @property {string} at judged at this date, empty for now
 *
 * @typedef {"you" | "certificate" | "log" | "link" | "example"} Source where a setting came from
 *
 * @typedef {object} State
 * @property {InputFile[]} files
 * @property {Settings} settings
 * @property {Partial<Record<keyof Settings, Source>>} sources
 * @property {string} passphrase
 * @property {{ name: string, text: string } | null} log
 * @property {import("./engine.js").Inspection | null} inspection
 * @property {import("./engine.js").Explanation | null} explanation
 * @property {string} pasted what a person has pasted of a client's settings
 * @property {import("./attempts.js").Attempt | null} kept an attempt that what comes is compared with
 * @property {boolean} isBusy whether an answer is under way
 */

/** @type {Settings} */
const EMPTY = { registrationId: "", idScope: "", enrollment: "unknown", cloud: "public", endpoint: "", at: "" };

/** @type {State} */
export const state = {
  files: [],
  settings: { ...EMPTY },
  sources: {},
  passphrase: "",
  log: null,
  inspection: null,
  explanation: null,
  pasted: "",
  kept: null,
  isBusy: false,
};

/** @typedef {"files" | "settings" | "log" | "answer" | "loaded"} Change */

/** @type {Set<(what: Change) => void>} */
const listeners = new Set();

/**
 * Calls back after every change.
 *
 * @param {(what: Change) => void} listener
 */
export function onChange(listener) {
  listeners.add(listener);
}

/** @param {Change} what */
export function changed(what) {
  for (const listener of listeners) listener(what);
}

let lastId = 0;

/**
 * Adds files. Two of one name are two files.
 *
 * @param {{ name: string, data: Uint8Array, purpose?: Purpose }[]} added
 */
export function addFiles(added) {
  for (const { name, data, purpose = "any" } of added) {
    state.files.push({ id: ++lastId, name: freeName(name), data, purpose });
  }
  changed("files");
}

/** @param {string} name */
function freeName(name) {
  const isTaken = (/** @type {string} */ it) => state.files.some((known) => known.name === it);
  let free = name;
  for (let number = 2; isTaken(free); number += 1) free = `${name} (${number})`;
  return free;
}

/** @param {number} id */
export function removeFile(id) {
  const file = state.files.find((known) => known.id === id);
  file?.data.fill(0);
  state.files = state.files.filter((known) => known.id !== id);
  changed("files");
}

/** Overwrites what the files hold, and lets go of them, of their passphrase, of what was pasted or kept, of the log and of the settings. */
export function forgetAll() {
  for (const file of state.files) file.data.fill(0);
  Object.assign(state, { files: [], passphrase: "", log: null, explanation: null, pasted: "", kept: null, settings: { ...EMPTY }, sources: {} });
}

/**
 * Sets what is known of the device.
 *
 * @param {Partial<Settings>} settings
 * @param {Source} source
 */
export function tell(settings, source) {
  let isNew = false;
  for (const [key, value] of Object.entries(settings)) {
    const name = /** @type {keyof Settings} */ (key);
    if (state.settings[name] === value) continue;
    Object.assign(state.settings, { [name]: value });
    state.sources[name] = value === EMPTY[name] ? undefined : source;
    isNew = true;
  }
  if (isNew) changed("settings");
}

/** @param {{ name: string, text: string } | null} log */
export function setLog(log) {
  state.log = log;
  changed("log");
}

/** Whether there is nothing to show yet. */
export function isEmpty() {
  return state.files.length === 0 && state.log === null;
}
