/** The log: what happened, the deciding line in its text, how far the conversation came, and the causes in order. */

import { byId, h, redraw, withCommands } from "./dom.js";
import { bringText } from "./door.js";
import { card, list } from "./finding.js";
import { onChange, state } from "./state.js";

/** @typedef {import("./engine.js").Explanation} Explanation */

/** Lines of the log around the deciding one. */
const AROUND = 6;

export function start() {
  onChange(draw);
  draw();
}

function draw() {
  const { log, explanation } = state;
  redraw(byId("log"), h("div", { class: "stack" },
    log ? null : empty(),
    log && !explanation ? h("p", { class: "hint" }, "The log is being read.") : null,
    log && explanation ? shown(explanation, log.text) : null));
}

function empty() {
  const area = h("textarea", { id: "log-text", rows: "5", spellcheck: "false", autocomplete: "off" });
  return h("div", { class: "stack" },
    h("label", { for: "log-text" }, "A log of any client, an answer of DPS, or an error code"),
    area,
    h("div", {}, h("button", { type: "button", id: "explain-log", onclick: () => { if (area.value.trim() !== "") void bringText(area.value); } }, "Explain")));
}

/**
 * @param {Explanation} explanation
 * @param {string} text
 */
function shown(explanation, text) {
  const { happenings, assigned, reached, elsewhere, othersFiles, also, explained, whatToGive, hasFiles } = explanation;
  if (!explained) return h("div", { class: "stack" },
    h("p", {}, h("strong", {}, elsewhere ? "This text is not about DPS or a hub. " : "Nothing in this text is known. "), withCommands(whatToGive ?? "")),
    elsewhere && h("p", { class: "hint" }, `It tells of: ${elsewhere.map(({ what }) => what).join("; ")}`),
    excerpt(text, undefined));
  const line = happenings[0]?.finding.place?.line;
  return h("div", { class: "stack" },
    ladder(explanation),
    assigned && h("p", { class: "notice good" }, `DPS assigned the device to ${assigned.hub}.`),
    reached && h("p", { class: "hint" }, withCommands(`How far it came: ${reached.what}`)),
    excerpt(text, line),
    ...happenings.map(happening),
    othersFiles && h("p", { class: "notice" }, `The log is of "${othersFiles.registrationId}"; the files are of "${othersFiles.commonName}". They may not belong together.`),
    also.length > 0 && h("h3", {}, "Wrong in the files besides"),
    also.length > 0 && list(also),
    elsewhere && elsewhere.length > 0 && h("p", { class: "hint" }, `Of other hosts and programs: ${elsewhere.map(({ what }) => what).join("; ")}`),
    !hasFiles && h("p", { class: "hint" }, "Add the device's files: the causes that they rule out go."));
}

/** The stages of a provisioning, as far as files of a log can tell them apart. */
const STAGES = ["network", "TLS", "MQTT", "registration", "hub"];

/** Which stage a family of findings is about. @type {Record<string, string>} */
const STAGE_OF = { network: "network", proxy: "network", tls: "TLS", trust: "TLS", clock: "TLS", protocol: "MQTT", client: "MQTT", service: "registration", enrollment: "registration", issuance: "registration", hub: "hub" };

/** @param {Explanation} explanation */
function ladder({ happenings, assigned }) {
  const broken = STAGE_OF[happenings[0]?.finding.family ?? ""];
  const at = broken ? STAGES.indexOf(broken) : -1;
  if (at < 0 && !assigned) return null;
  const upTo = at >= 0 ? at : STAGES.indexOf("hub");
  return h("ol", { class: "ladder", "aria-label": "How far the conversation came" }, STAGES.map((stage, index) => {
    const look = index === at ? "broken" : index < upTo ? "passed" : "open";
    return h("li", { class: look }, stage, h("span", { class: "sr-only" }, { broken: ": broke here", passed: ": passed", open: ": not reached" }[look]));
  }));
}

/**
 * The text around a line.
 *
 * @param {string} text
 * @param {number | undefined} line from 1
 */
function excerpt(text, line) {
  const lines = text.split(/\r\n|\n|\r/);
  const at = line === undefined ? 0 : line - 1;
  const from = Math.max(0, at - AROUND);
  const part = lines.slice(from, at + AROUND + 1);
  return h("details", { id: "log-excerpt", open: line !== undefined },
    h("summary", {}, line === undefined ? "The text" : `The text, line ${line}`),
    h("pre", { class: "excerpt", tabindex: "0", role: "region", "aria-label": "The text around the deciding line" },
      part.map((one, index) => from + index === at && line !== undefined ? h("mark", {}, `${one.slice(0, 2000)}\n`) : `${one.slice(0, 2000)}\n`)));
}

/** What each verdict on a cause is, in words. */
const VERDICTS = { "in-text": "shown by the log", "in-files": "shown by your files", open: "possible", "ruled-out": "ruled out by your files" };

/** @param {Explanation["happenings"][number]} happened */
function happening({ finding, times, causes, unsettled }) {
  const open = causes.filter(({ verdict }) => verdict !== "ruled-out");
  const out = causes.filter(({ verdict }) => verdict === "ruled-out");
  return h("section", { class: "stack" },
    h("h3", {}, times > 1 ? `What happened, ${times} times` : "What happened"),
    list([finding]),
    open.length > 0 && h("h3", {}, "Likely causes, in order"),
    open.length > 0 && h("ol", { class: "causes" }, open.map(({ verdict, finding: cause }) =>
      h("li", { class: verdict }, h("p", { class: "group-title" }, VERDICTS[verdict]), card(cause)))),
    out.length > 0 && h("details", { class: "bare", "data-key": `out-${finding.code}` },
      h("summary", {}, `Ruled out by your files: ${out.map(({ finding: cause }) => cause.title).join(", ")}`),
      h("div", { class: "inside" }, out.map(({ finding: cause }) => card(cause)))),
    unsettled && h("p", { class: "hint" }, withCommands(`Not established: ${unsettled.what} (${unsettled.source})`)));
}
