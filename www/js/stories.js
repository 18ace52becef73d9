/** What the empty page offers: three stories to open, and others. */

import { announce } from "./announce.js";
import { byId } from "./dom.js";
import { examples } from "./example.js";
import { addFiles, changed, forgetAll, setLog, tell } from "./state.js";

/** The build wrote the buttons, so that they are painted with the page. */
export function start() {
  byId("stories").addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (!button) return;
    const { example, opens } = button.dataset;
    const told = examples[Number(example ?? -1)];
    if (told) load(told);
    if (opens) unfold(/** @type {HTMLDetailsElement} */ (byId(opens)));
  });
}

/** @param {import("./example.js").Example} example */
function load(example) {
  forgetAll();
  addFiles(example.files.map(({ name, text, purpose }) => ({ name, data: new TextEncoder().encode(text), purpose })));
  if (example.log) setLog({ name: "client.log", text: example.log });
  tell(example.settings, "example");
  changed("settings");
  announce(`Example: ${example.title}.`);
}

/** @param {HTMLDetailsElement} details */
function unfold(details) {
  details.open = true;
  details.scrollIntoView();
  details.querySelector("summary")?.focus();
}
