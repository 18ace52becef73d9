/** What the empty page offers: three stories to open, and others. */

import { announce } from "./announce.js";
import { byId, h, show } from "./dom.js";
import { examples } from "./example.js";
import { addFiles, changed, forgetAll, setLog, tell } from "./state.js";

export function start() {
  const stories = examples.filter(({ story }) => story !== undefined);
  const others = examples.filter(({ story }) => story === undefined);
  show(byId("stories"),
    h("ul", { class: "stories" }, stories.map((example) => h("li", {},
      h("button", { type: "button", onclick: () => load(example) }, h("strong", {}, example.title), h("span", {}, example.story))))),
    h("p", { class: "row" }, "Or:", others.map((example) =>
      h("button", { type: "button", class: "plain", onclick: () => load(example) }, example.title))));
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
