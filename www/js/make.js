/** Make test certificates here: off the main thread, with progress and a way to stop. */

import { createGenerator, DpsError } from "../package/esm/index.js";
import { announce } from "./announce.js";
import { h, show } from "./dom.js";
import { newWorker } from "./parts.js";
import { addFiles, changed, state } from "./state.js";

/** @type {[string, string][]} */
const KINDS = [["chain", "A chain: root, intermediate, device (for a group)"], ["self-signed", "A self-signed device (individual)"]];

/** @type {[string, string][]} */
const KEY_TYPES = [["p256", "EC P-256"], ["p384", "EC P-384"], ["rsa2048", "RSA 2048"], ["rsa3072", "RSA 3072"], ["rsa4096", "RSA 4096"]];

export function makeForm() {
  const kind = select("make-kind", "Kind", KINDS);
  const keyType = select("make-key", "Key", KEY_TYPES);
  const name = h("input", { type: "text", id: "make-name", value: "test-device-1", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const outcome = h("div", { role: "status", "aria-live": "polite" });
  let stop = new AbortController();
  const start = h("button", { type: "button", onclick: make }, "Make them");

  async function make() {
    stop = new AbortController();
    start.disabled = true;
    const progress = h("progress", { "aria-label": "Searching for a key" });
    show(outcome, h("div", { class: "row" }, progress, h("button", { type: "button", onclick: () => stop.abort() }, "Stop")));
    try {
      const request = { kind: /** @type {"chain"} */ (kind.input.value), registrationId: name.value.trim(), keyType: /** @type {"p256"} */ (keyType.input.value) };
      const made = await generate(request, stop.signal);
      show(outcome, h("p", { class: "hint" }, "They are test certificates: their names say so, and their keys have been in a browser."));
      take(made.files, request);
    } catch (error) {
      if (!(error instanceof DpsError) && !(error instanceof DOMException)) throw error;
      const trouble = stop.signal.aborted ? "Stopped." : error.message;
      show(outcome, h("p", {}, trouble));
      announce(trouble);
    } finally {
      start.disabled = false;
    }
  }

  return h("details", {},
    h("summary", {}, "Make test certificates"),
    h("div", { class: "inside" },
      kind.field,
      h("div", { class: "fields" },
        h("div", { class: "stack tight" }, h("label", { for: "make-name" }, "Registration ID of the test device"), name),
        keyType.field),
      h("div", {}, start),
      outcome));
}

/** @param {import("../package/esm/index.js").GenerationRequest} request @param {AbortSignal} signal */
async function generate(request, signal) {
  const generator = createGenerator({ worker: newWorker });
  try {
    return await generator.generate(request, { signal });
  } finally {
    generator.close();
  }
}

/**
 * What was made becomes the files of the tab, and the settings those of the device.
 *
 * @param {import("../package/esm/index.js").GeneratedFile[]} files
 * @param {{ kind: string, registrationId: string }} request
 */
function take(files, { kind, registrationId }) {
  state.settings.registrationId = registrationId;
  state.settings.enrollment = kind === "chain" ? "group" : "individual";
  const isOfDevice = (/** @type {{ path: string }} */ { path }) => /^device/.test(path) && path.endsWith(".pem");
  const chain = files.find(({ path }) => path === "device-full-chain.pem") ?? files.find(({ path }) => path === "device.pem");
  const kept = files.filter((file) => file === chain || (isOfDevice(file) && file.secret));
  state.files = [];
  addFiles(kept.map(({ path, text }) => ({ name: path, data: new TextEncoder().encode(text) })));
  changed("settings");
}

/**
 * @param {string} id
 * @param {string} label
 * @param {[string, string][]} choices
 */
function select(id, label, choices) {
  const input = h("select", { id }, choices.map(([value, text]) => h("option", { value }, text)));
  return { input, field: h("div", { class: "stack tight" }, h("label", { for: id }, label), input) };
}
