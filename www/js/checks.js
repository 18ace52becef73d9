/**
 * Every check, the passed ones too; what no file shows; what would be sent beside what should be. Each has an address,
 * `#check=key`.
 */

import { byId, h, redraw } from "./dom.js";
import { certificate, certificatesOf, issuerMissing, leafOf, nameOf } from "./facts.js";
import { goToFinding } from "./fix.js";
import { onChange, state } from "./state.js";

/** @typedef {import("../package/esm/index.js").Checked} Checked */

/** @type {Record<Checked["result"], string>} */
const MARKS = { passed: "✓", doubtful: "!", failed: "✕", unknown: "○" };

/** Each question as it is answered: well, and not known. @type {Record<Checked["question"], [string, string]>} */
const WORDS = {
  chain: ["Chain reaches what the service has", "Uploaded CA: not given"],
  signatures: ["Every signature computed", "Signatures: an issuer is missing"],
  key: ["Key belongs to the certificate", "Key: not compared"],
  name: ["CN is the registration ID", "Registration ID: not given"],
  validity: ["Valid", "Validity: no date"],
  usage: ["May be used by a device", "Usage: no certificate"],
  encoding: ["Encoded as it should be", "Encoding: no certificate"],
  files: ["Files read as they are", "Files: nothing read"],
  trust: ["CA file leads to the server", "Server trust: no file"],
  service: ["", "Uploaded and verified: only Azure knows"],
};

export function start() {
  onChange(() => {
    const { inspection } = state;
    byId("checks").hidden = !inspection;
    if (!inspection) return;
    const { report } = inspection;
    byId("checks-title").textContent = `What was checked · ${report.checked.length}`;
    redraw(byId("checks-body"), h("ul", { class: "checks" }, report.checked.map(check)), sending(report));
    if (asked) goToCheck(asked);
  });
}

/** The check that a link has asked for before anything was judged. @type {string | null} */
let asked = null;

/**
 * Goes to what a check has found, and to the check itself if that is nothing; once there are checks.
 *
 * @param {string} question
 * @returns {boolean} whether it is there already
 */
export function goToCheck(question) {
  const checked = state.inspection?.report.checked.find((one) => one.question === question);
  asked = state.inspection ? null : question;
  if (!checked) return false;
  const [code] = checked.codes;
  if (code) goToFinding(code);
  else byId(`check-${question}`).focus();
  return true;
}

/** @param {Checked} checked */
function check({ question, result }) {
  const [well, unknown] = WORDS[question] ?? [question, question];
  const words = [h("span", { "aria-hidden": "true" }, `${MARKS[result]} `), h("span", { class: "sr-only" }, `${result}: `), result === "unknown" ? unknown : well];
  // An address changes nothing when it is the present one: then the click alone goes there.
  return h("li", { class: result }, h("a", { id: `check-${question}`, href: `#check=${question}`, onclick: () => goToCheck(question) }, words));
}

/** @param {import("./engine.js").Report} report */
function sending(report) {
  const leaf = leafOf(report);
  if (!leaf) return null;
  const would = certificatesOf(report, leaf.place.path ?? "");
  const should = report.way.filter(({ sent }) => sent).flatMap(({ sha256 }) => certificate(report, sha256) ?? []);
  const isIn = (/** @type {typeof would} */ all, /** @type {typeof leaf} */ one) => all.some(({ sha256 }) => sha256 === one.sha256);
  const missing = issuerMissing(report);
  const isOfChain = (/** @type {typeof leaf} */ { role }) => role === "intermediate" || role === "root";
  const sent = (/** @type {typeof leaf} */ one) => {
    if (isIn(should, one)) return h("li", {}, nameOf(one));
    // What belongs to the chain does no harm where nobody needs it; anything else is a mistake.
    return isOfChain(one) ? h("li", { class: "needless" }, `${nameOf(one)} (not needed)`) : h("li", { class: "surplus" }, nameOf(one));
  };
  return h("div", { class: "sending" },
    h("div", {}, h("h3", {}, "Would be sent"), h("p", { class: "mono" }, leaf.place.path ?? ""),
      h("ol", {}, would.map(sent))),
    h("div", {}, h("h3", {}, "Should be sent"), h("p", { class: "mono" }, "device-full-chain.pem"),
      h("ol", {}, should.map((one) => h("li", { class: isIn(would, one) ? "" : "added" }, `${isIn(would, one) ? "" : "+ "}${nameOf(one)}`)),
        missing !== null && h("li", { class: "added" }, `+ ${missing}, unless the group has it`))));
}
