/** What the empty page offers: three stories to open, and others. */

import { announce } from "./announce.js";
import { byId } from "./dom.js";
import { later } from "./modules.js";
import { addFiles, changed, forgetAll, setLog, tell } from "./state.js";

/**
 * @typedef {object} Example
 * @property {string} title
 * @property {string} [story] what it is about, for one of the stories
 * @property {string} [log]
 * @property {Partial<import("./state.js").Settings>} settings
 * @property {{ name: string, purpose: import("./state.js").Purpose, text: string }[]} files
 */

/** The build wrote the buttons, so that they are painted with the page. */
export function start() {
  byId("stories").addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (!button) return;
    const { example, opens } = button.dataset;
    if (example) void load(Number(example));
    if (opens) unfold(/** @type {HTMLDetailsElement} */ (byId(opens)));
  });
}

/** @param {number} index of an example in `example/list.json`, whose files the build takes from the project's tests */
async function load(index) {
  const example = await later().then(({ EXAMPLES }) => EXAMPLES[index], () => undefined);
  if (!example) {
    announce("The examples could not be loaded. Load the page again to try once more.");
    return;
  }
  forgetAll();
  addFiles(example.files.map(({ name, text, purpose }) => ({ name, data: new TextEncoder().encode(text), purpose })));
  if (example.log) setLog({ name: "client.log", text: example.log });
  tell(example.settings, "example");
  changed("settings");
  announce(`Example: ${example.title}.`, true);
}

/** @param {HTMLDetailsElement} details */
function unfold(details) {
  details.open = true;
  details.scrollIntoView();
  details.querySelector("summary")?.focus();
}
