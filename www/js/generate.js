/** Make test certificates here: off the main thread, with progress and a way to stop. */

import { announce } from "./announce.js";
import { h, show, withCommands } from "./dom.js";
import { generate, isTold } from "./engine.js";
import { request, requestForm } from "./generate/form.js";
import { made } from "./generate/files.js";

/** @typedef {import("../package/esm/index.js").GenerationProgress} GenerationProgress */

export function makeForm() {
  const form = requestForm();
  const outcome = h("div", { class: "stack" });
  const start = h("button", { type: "submit" }, "Make them");

  async function make() {
    const stop = new AbortController();
    const asked = request(form);
    const step = h("span", { class: "hint" }, "Making keys…");
    start.disabled = true;
    show(outcome, h("div", { class: "row working" },
      h("progress", { "aria-label": "Making keys" }), step,
      h("button", { type: "button", onclick: () => stop.abort() }, "Stop")));
    try {
      const result = await generate(asked, { signal: stop.signal, onProgress: (progress) => show(step, words(progress)) });
      show(outcome, made(result, asked));
      announce("Test certificates are made.", true);
    } catch (error) {
      if (!isTold(error) && !stop.signal.aborted) throw error;
      show(outcome, h("p", { class: "notice", role: "alert" }, stop.signal.aborted ? "Stopped; nothing was made." : withCommands(trouble(error))));
    } finally {
      start.disabled = false;
    }
  }

  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    make();
  };
  return h("details", { id: "generate" },
    h("summary", {}, "Make test certificates"),
    h("div", { class: "inside" },
      h("p", { class: "hint" }, "For trying things out. In production, keys come into being in the device, and a CA signs for them."),
      h("form", { class: "stack", onsubmit: submit }, form.fields, h("div", {}, start)),
      outcome));
}

/** @param {GenerationProgress} progress */
function words({ keyType, primes, candidates, devices, of }) {
  const search = candidates > 0 ? `searching prime ${Math.min(primes + 1, 2)} of 2, ${candidates} numbers tried` : keyType.startsWith("rsa") ? "the browser is making an RSA key" : "making keys";
  return of > 1 ? `${devices} of ${of} devices; ${search}` : `${search[0]?.toUpperCase()}${search.slice(1)}…`;
}

/** @param {unknown} error */
function trouble(error) {
  if (!isTold(error)) return String(error);
  return error.findings.length > 0 ? error.findings.map(({ message, nextStep }) => `${message} ${nextStep}`).join(" ") : error.message;
}
