/** What to do: the findings as steps, which file goes into which box, the repaired files, and the report to take along. */

import { byId, h, redraw } from "./dom.js";
import { codeBox } from "./export.js";
import { isOfLock, nameOf } from "./facts.js";
import { card, sorted } from "./finding.js";
import { certificateList } from "./certificate.js";
import { reports } from "./report.js";
import { onChange, state } from "./state.js";
import { select } from "./tabs.js";

/** Steps that are ticked off, by code and place; they stay so while the page is open. @type {Set<string>} */
const done = new Set();

export function start() {
  onChange(draw);
}

function draw() {
  const { inspection } = state;
  if (!inspection) {
    redraw(byId("fix"), h("p", { class: "hint" }, state.log ? "The log alone is explained under Log. Add the device's files to see which cause it is." : "The files are being read."));
    return;
  }
  const all = sorted(inspection.report.findings);
  const steps = all.filter(({ severity }) => severity !== "note");
  const notes = all.filter(({ severity }) => severity === "note");
  redraw(byId("fix"),
    steps.length === 0 && h("p", {}, "There is nothing to mend in these files."),
    steps.length > 0 && h("ol", { class: "steps" }, steps.map(step)),
    notes.length > 0 && h("details", { id: "notes" },
      h("summary", {}, `Worth knowing (${notes.length})`),
      h("div", { class: "inside" }, notes.map((one) => card(one)))),
    repaired(inspection),
    boxes(inspection),
    certificateList(inspection),
    reports(inspection));
}

/** @param {import("./engine.js").Finding} finding */
function step(finding) {
  const key = `${finding.code} ${finding.place?.path ?? ""} ${finding.place?.line ?? ""}`;
  const tick = h("input", { type: "checkbox", checked: done.has(key), "aria-label": `${finding.code} is done`, "data-key": `done-${key}` });
  const item = h("li", { class: done.has(key) ? "done" : "" }, tick, card(finding, isOfLock(finding) && state.passphrase === "" ? "locked" : undefined));
  tick.addEventListener("change", () => {
    if (tick.checked) done.add(key);
    else done.delete(key);
    item.classList.toggle("done", tick.checked);
  });
  return item;
}

/** @param {import("./engine.js").Inspection} inspection */
function repaired({ repairs }) {
  if (repairs.length === 0) return null;
  return h("details", { id: "repaired" },
    h("summary", {}, `Repaired and ready files (${repairs.length})`),
    h("div", { class: "inside" },
      h("p", { class: "hint" }, "The same certificates, byte for byte, in clean PEM. Keys are not among them."),
      repairs.map(({ name, text }) => codeBox(name, text))));
}

/**
 * The boxes in the order of the dialogs, as the portal and MQTT clients call them.
 *
 * @type {[import("../package/esm/index.js").Destination, string][]}
 */
const BOXES = [
  ["client certificate", "MQTT client: client certificate"],
  ["CA file", "MQTT client: CA file"],
  ["individual enrollment", "DPS: individual enrollment"],
  ["enrollment group", "DPS: enrollment group"],
  ["CA certificates of the DPS instance", "DPS: certificates"],
  ["verification of a CA certificate", "DPS: verification of a certificate"],
];

/** @param {import("./engine.js").Inspection} inspection */
function boxes({ report }) {
  const rows = BOXES
    .map(([box, label]) => ({ box, label, files: report.certificates.filter((one) => one.destinations.includes(box)) }))
    .filter(({ files }) => files.length > 0)
    .map(({ box, label, files }) => [label, box === "client certificate" ? clientCertificate(report) : names(box, files)]);
  const keys = report.keys.filter(({ belongsTo }) => belongsTo !== null).map((key) => key.place.path).filter(Boolean);
  if (rows.length === 0 && keys.length === 0) return null;
  return h("details", { id: "boxes" },
    h("summary", {}, "Which file goes into which box"),
    h("div", { class: "inside" }, h("dl", { class: "facts" },
      rows.flatMap(([label, files]) => [h("dt", {}, label), h("dd", {}, files)]),
      keys.length > 0 && [h("dt", {}, "MQTT client: client key"), h("dd", {}, keys.join(", "))])));
}

/** What is to be done with a file before it goes into its box. */
const FORMS = {
  "as-it-stands": "", alone: ", alone, as PEM", "as-pem": ", as PEM", "without-key": ", without its private key, as PEM",
  joined: ", in one file", "in-order": ", put in order",
};

/** @param {import("./engine.js").Inspection["report"]} report */
function clientCertificate({ clientCertificate: given }) {
  if (!given) return "the device's certificate, which is not among the files";
  return given.files.map(({ path }) => path ?? "?").join(", then ") + FORMS[given.form];
}

/**
 * @param {import("../package/esm/index.js").Destination} box
 * @param {import("./engine.js").CertificateFacts[]} files
 */
function names(box, files) {
  const isOfClient = box === "CA file";
  return files.map((one) => {
    const filed = isOfClient || !one.forService ? { place: one.place, form: /** @type {const} */ ("as-it-stands") } : one.forService;
    return `${filed.place.path ?? "?"} (${nameOf(one)})${FORMS[filed.form]}`;
  }).join(isOfClient ? ", then " : " or ");
}

/**
 * Shows a finding: its tab, its place, the focus on it.
 *
 * @param {string} code
 */
export function goToFinding(code) {
  select("fix");
  const found = byId("fix").querySelector(`[data-code="${code}"]`);
  if (!(found instanceof HTMLElement)) return;
  for (let around = found.parentElement; around; around = around.parentElement) {
    if (around instanceof HTMLDetailsElement) around.open = true;
  }
  found.focus();
  found.scrollIntoView({ block: "nearest" });
}
