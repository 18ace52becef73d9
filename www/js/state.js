/**
 * All that this tab knows. It lives here and nowhere else: not in storage, not in cookies.
 *
 * @typedef {"any" | "device-chain" | "device-key" | "group-ca" | "server-trust"} Purpose
 *
 * @typedef {object} InputFile
 * @property {number} id
 * @property {string} name
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
 * @typedef {object} State
 * @property {InputFile[]} files
 * @property {Settings} settings
 * @property {string} passphrase
 * @property {import("./engine.js").Inspection | null} inspection
 */

/** @type {State} */
export const state = {
  files: [],
  settings: { registrationId: "", idScope: "", enrollment: "unknown", cloud: "public", endpoint: "", at: "" },
  passphrase: "",
  inspection: null,
};

/** @type {Set<(what: Change) => void>} */
const listeners = new Set();

/** @typedef {"files" | "settings" | "inspection"} Change */

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
 * Adds files; one with the name of another replaces it.
 *
 * @param {{ name: string, data: Uint8Array, purpose?: Purpose }[]} added
 */
export function addFiles(added) {
  for (const { name, data, purpose = "any" } of added) {
    const file = { id: ++lastId, name, data, purpose };
    const at = state.files.findIndex((known) => known.name === name);
    if (at < 0) {
      state.files.push(file);
    } else {
      state.files[at]?.data.fill(0);
      state.files[at] = file;
    }
  }
  changed("files");
}

/** @param {number} id */
export function removeFile(id) {
  const file = state.files.find((known) => known.id === id);
  file?.data.fill(0);
  state.files = state.files.filter((known) => known.id !== id);
  changed("files");
}

export function removeAllFiles() {
  forgetFiles();
  changed("files");
}

/** Overwrites what the files hold, and lets go of them and of their passphrase. */
export function forgetFiles() {
  for (const file of state.files) file.data.fill(0);
  state.files = [];
  state.passphrase = "";
}
