/** The files as they should be: canonical PEM, and the chain in the order in which it is sent. */

import { h } from "../dom.js";
import { codeBox } from "../export.js";

/** @param {import("../engine.js").Inspection} inspection */
export function repaired({ repairs }) {
  if (repairs.length === 0) return null;
  return h("details", {},
    h("summary", {}, `Repaired and ready files (${repairs.length})`),
    h("div", { class: "inside" },
      h("p", { class: "hint" }, "The same certificates, byte for byte, in clean PEM. Keys are not among them."),
      repairs.map(({ name, text }) => codeBox(name, text))));
}
