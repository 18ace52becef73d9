/** Which file goes into which box: of an MQTT client, and of the portal. */

import { h } from "../dom.js";

/**
 * The boxes in the order of the dialogs, with the side they belong to.
 *
 * @type {[import("../../package/esm/index.js").Destination, string][]}
 */
const BOXES = [
  ["client certificate", "MQTT client: client certificate"],
  ["CA file", "MQTT client: CA file (how the device trusts DPS)"],
  ["individual enrollment", "DPS: individual enrollment"],
  ["enrollment group", "DPS: enrollment group"],
  ["CA certificates of the DPS instance", "DPS: certificates of the instance"],
  ["verification of a CA certificate", "DPS: verification of a certificate"],
];

/** @param {import("../engine.js").Inspection} inspection */
export function destinations({ report }) {
  const rows = BOXES
    .map(([box, label]) => ({ box, label, files: report.certificates.filter((one) => one.destinations.includes(box)) }))
    .filter(({ files }) => files.length > 0);
  const keys = report.keys.map((key) => key.place.path).filter(Boolean);
  if (rows.length === 0 && keys.length === 0) return null;
  return h("section", { class: "stack", "aria-labelledby": "boxes-title" },
    h("h3", { id: "boxes-title" }, "Which file goes into which box"),
    h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Box"), h("th", { scope: "col" }, "File"))),
      h("tbody", {},
        rows.map(({ box, label, files }) => h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, names(box, files)))),
        keys.length > 0 && h("tr", {}, h("th", { scope: "row" }, "MQTT client: client key"), h("td", {}, keys.join(", ")))))));
}

/** What is to be done with a file before a box of the service gets it. */
const FORMS = { "as-it-stands": "", alone: ", alone, as PEM", "as-pem": ", as PEM", "without-key": ", without its private key, as PEM" };

/**
 * @param {import("../../package/esm/index.js").Destination} box
 * @param {import("../engine.js").CertificateFacts[]} files
 */
function names(box, files) {
  const isOfClient = box === "client certificate" || box === "CA file";
  return files.map(({ place, subject, role, forService }) => {
    const filed = isOfClient || !forService ? { place, form: /** @type {const} */ ("as-it-stands") } : forService;
    return `${filed.place.path ?? "?"} (${subject || role})${FORMS[filed.form]}`;
  }).join(isOfClient ? ", then " : " or ");
}
