/** What was made: files to download, and to look at on this page. */

import { h } from "../dom.js";
import { download, downloadAll } from "../export.js";
import { addFiles, forgetAll, state, tell } from "../state.js";

/**
 * @typedef {import("../../package/esm/index.js").Generated} Generated
 * @typedef {import("../../package/esm/index.js").GeneratedFile} GeneratedFile
 * @typedef {import("../../package/esm/index.js").GenerationRequest} GenerationRequest
 */

/** More files than these are listed nowhere; they are in the archive. */
const LISTED = 12;

/**
 * @param {Generated} result
 * @param {GenerationRequest} asked
 */
export function made(result, asked) {
  const { files, warnings } = result;
  const device = files.find(({ kind }) => kind === "device-full-chain") ?? files.find(({ kind }) => kind === "device-certificate");
  return h("div", { class: "stack" },
    h("p", {}, `Made: ${files.length} files, marked as test certificates by their names. Their keys have been in a browser: use them for tests alone.`),
    warnings.map((warning) => h("p", { class: "notice" }, warning)),
    h("div", { class: "row" },
      h("button", { type: "button", class: "primary", onclick: () => downloadAll(`${asked.kind}.zip`, files) }, `Download all ${files.length} files (zip)`),
      device && h("button", { type: "button", onclick: () => look(files, device, asked) },
        state.files.length === 0 ? "Look at them here" : "Look at them here, instead of your files")),
    files.length <= LISTED && h("ul", { class: "files" }, files.map(entry)));
}

/** @param {GeneratedFile} file handed out and not shown: it may be a key */
function entry({ path, text, isSecret, subject, kind }) {
  return h("li", {},
    h("span", { class: "name" }, path),
    h("span", { class: "kind" }, [kind.replaceAll("-", " "), isSecret ? "not encrypted" : subject].filter(Boolean).join(": ")),
    h("span", { class: "controls" },
      h("button", { type: "button", class: "plain", "aria-label": `Download ${path}`, onclick: () => download(path, text) }, "Download")));
}

/**
 * One device's files become those of the tab, and the settings those of the device.
 *
 * @param {GeneratedFile[]} files
 * @param {GeneratedFile} device
 * @param {GenerationRequest} asked
 */
function look(files, device, asked) {
  const key = files.find(({ kind, registrationId }) => kind === "device-key" && registrationId === device.registrationId);
  const root = files.find(({ kind }) => kind === "root-certificate");
  const input = (/** @type {GeneratedFile | undefined} */ file, /** @type {import("../state.js").Purpose} */ purpose) =>
    file ? [{ name: file.path, data: new TextEncoder().encode(file.text), purpose }] : [];
  forgetAll();
  addFiles([...input(device, "device-chain"), ...input(key, "device-key"), ...input(root, "group-ca")]);
  tell({ registrationId: device.registrationId ?? "", enrollment: asked.kind === "self-signed" ? "individual" : "group" }, "certificate");
  document.getElementById("verdict")?.focus();
}
