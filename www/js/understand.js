/** Understand: an error or a log explained, joined with the certificates that are there, and the conversation. */

import { conversation } from "./conversation.js";
import { byId, h, show } from "./dom.js";
import { explainText } from "./engine.js";
import { list } from "./see/finding.js";
import { onChange, state } from "./state.js";

export function start() {
  const area = h("textarea", { id: "log", rows: "6", spellcheck: "false", autocomplete: "off", "aria-describedby": "log-hint" });
  const answer = h("div", { role: "status", "aria-live": "polite", class: "stack" });
  let latest = 0;
  const explain = async () => {
    const mine = ++latest;
    const shown = await explanation(area.value);
    if (mine === latest) show(answer, ...shown);
  };
  const talk = h("div");
  const clear = () => {
    area.value = "";
    latest += 1;
    show(answer);
    area.focus();
  };
  show(byId("understand-body"), h("div", { class: "stack" },
    h("div", { class: "stack tight" },
      h("label", { for: "log" }, "An error code, a message, or a log of any client"),
      area,
      h("p", { class: "hint", id: "log-hint" },
        "Such as 401002, a JSON body, or the log window of an MQTT client. It is joined with the files above.")),
    h("div", { class: "row" },
      h("button", { type: "button", class: "primary", onclick: explain }, "Explain"),
      h("button", { type: "button", onclick: clear }, "Clear")),
    answer,
    h("details", {},
      h("summary", {}, "The conversation with DPS, packet by packet"),
      h("div", { class: "inside" }, talk))));
  const refresh = async () => show(talk, await conversation(state.settings));
  onChange((what) => {
    refresh();
    if (what === "inspection" && answer.hasChildNodes()) explain();
  });
  refresh();
}

/** @param {string} text */
async function explanation(text) {
  if (text.trim() === "") return [h("p", { class: "hint" }, "There is nothing in the box yet.")];
  const { findings, summary } = await explainText(text, state);
  return [h("p", {}, h("strong", {}, summary)), ...(findings.length > 0 ? [list(findings)] : [])];
}
