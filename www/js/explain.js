/** Explanation: an error or a log explained, joined with the certificates that are there, and the conversation. */

import { conversation } from "./conversation.js";
import { byId, h, show } from "./dom.js";
import { explainText } from "./engine.js";
import { list } from "./result/finding.js";
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
  show(byId("explain-body"), h("div", { class: "stack" },
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
  const explained = await explainText(text.trim(), state);
  if (!explained.explained) {
    return [h("p", {}, h("strong", {}, "Nothing in this text is known. "), explained.whatToGive ?? "")];
  }
  return [
    explained.assigned && h("p", { class: "verdict good" }, h("span", { class: "mark", "aria-hidden": "true" }, "✓"),
      h("span", {}, `The text tells of an assignment to ${explained.assigned.hub}.`)),
    ...explained.happenings.map(happening),
    explained.also.length > 0 && h("h3", {}, "Wrong in the files besides"),
    explained.also.length > 0 && list(explained.also),
    !explained.hasFiles && h("p", { class: "hint" }, "With the device's files above, the causes that they rule out are ruled out."),
  ].filter((part) => part !== false && part !== undefined);
}

/** What each verdict on a cause is, in words. */
const VERDICTS = {
  "in-text": "shown by the text",
  "in-files": "shown by your files",
  open: "possible",
  "ruled-out": "ruled out by your files",
};

/** @param {import("../package/esm/index.js").Explanation["happenings"][number]} happened */
function happening({ finding, times, causes, unsettled }) {
  return h("section", { class: "stack" },
    h("h3", {}, times > 1 ? `What happened (${times} times)` : "What happened"),
    list([finding]),
    causes.length > 0 && h("h3", {}, "Likely causes, in order"),
    causes.length > 0 && h("ol", { class: "causes" }, causes.map(({ verdict, finding: cause }) =>
      h("li", { class: verdict }, h("p", { class: "group-title" }, VERDICTS[verdict]), ...[...list([cause]).children].flatMap((item) => [...item.children])))),
    unsettled && h("p", { class: "hint" }, `Not established: ${unsettled.what} (${unsettled.source})`));
}
