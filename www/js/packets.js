/** The conversation with DPS as this device would hold it, with the exact packets that it would send. */

import { byId, h, redraw, withCommands } from "./dom.js";
import { rehearse } from "./engine.js";
import { onChange, state } from "./state.js";

let latest = 0;

export function start() {
  const draw = async () => {
    const mine = ++latest;
    const shown = await conversation(state.settings);
    if (mine === latest) redraw(byId("packets"), shown);
  };
  onChange((what) => {
    if (what === "settings" || what === "loaded") void draw();
  });
}

/**
 * @param {import("./state.js").Settings} settings
 * @returns {Promise<HTMLElement>}
 */
async function conversation(settings) {
  if (settings.registrationId === "" || settings.idScope === "") {
    return h("p", { class: "hint" }, "With registration ID and ID scope, the packets of this device stand here.");
  }
  const { steps, trouble } = await rehearse(settings);
  if (trouble) return h("p", { class: "notice" }, withCommands(trouble));
  const exchange = h("ol", { class: "exchange" }, steps.map(({ from, line, hex, about }) =>
    h("li", { class: from === "service" ? "from-service" : "" },
      h("p", {}, h("strong", {}, from === "device" ? "Device: " : from === "service" ? "DPS: " : ""), about),
      line && h("p", { class: "line" }, line),
      hex && h("details", { class: "bare" },
        h("summary", {}, `${hex.length / 2} bytes`),
        h("div", { class: "inside" }, h("p", { class: "bytes" }, (hex.match(/../g) ?? []).join(" ")))))));
  return h("div", {}, h("p", { class: "hint" }, "A rehearsal: nothing is sent, and the answers of DPS are made up."), exchange);
}
