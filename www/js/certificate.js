/** Every certificate: its facts, and its DER as a tree beside its bytes. */

import { openDialog } from "./dialog.js";
import { h, show } from "./dom.js";
import { outline } from "./engine.js";
import { certificate, nameOf } from "./facts.js";
import { later } from "./modules.js";
import { state } from "./state.js";

/** @typedef {import("./engine.js").CertificateFacts} Facts */

/** More of them are in the report. */
const LISTED = 100;

/** @param {import("./engine.js").Inspection} inspection */
export function certificateList({ report }) {
  const { certificates } = report;
  if (certificates.length === 0) return null;
  return h("details", { id: "certificates" },
    h("summary", {}, `Certificates (${certificates.length})`),
    h("ul", { class: "inside rows" }, certificates.slice(0, LISTED).map((one) => h("li", {},
      h("button", { type: "button", class: "plain", "data-key": `certificate-${one.sha256}`, onclick: () => openCertificate(one.sha256) }, `${one.role}: ${nameOf(one)}`))),
      certificates.length > LISTED && h("li", { class: "hint" }, `and ${certificates.length - LISTED} more, in the report`)));
}

/** @param {string} sha256 */
export function openCertificate(sha256) {
  const facts = state.inspection && certificate(state.inspection.report, sha256);
  if (facts) openDialog(`${facts.role}: ${nameOf(facts)}`, ...one(facts));
}

/** @param {Facts} facts */
function one(facts) {
  const rows = [
    ["Subject", facts.subject || "none"],
    ["Issuer", facts.issuer || "none"],
    ["Valid", validity(facts)],
    ["Key", facts.key],
    ["Signed by", facts.signature],
    ["CA", facts.ca === undefined ? "not said" : facts.ca ? `yes${facts.pathLength === undefined ? "" : `, ${facts.pathLength} below it`}` : "no"],
    ["Key usage", facts.keyUsage?.join(", ")],
    ["Extended key usage", facts.extendedKeyUsage?.join(", ")],
    ["Serial number", facts.serialNumber],
    ["SHA-256", facts.sha256],
    ["SHA-1 (thumbprint)", facts.sha1],
    ["Size", `${facts.bytes} bytes`],
    ["From", [facts.place.path, facts.place.line && `line ${facts.place.line}`].filter(Boolean).join(", ")],
  ].filter(([, value]) => value);
  const tree = h("div");
  const unfold = h("details", { class: "bare" }, h("summary", {}, "Its bytes, part by part"), h("div", { class: "inside" }, tree));
  unfold.addEventListener("toggle", async () => {
    if (!unfold.open || tree.hasChildNodes()) return;
    try {
      const [{ der, parts }, { derTree }] = await Promise.all([outline(facts.sha256, state), later()]);
      if (!tree.hasChildNodes()) tree.append(derTree(der, parts, facts.subject));
    } catch {
      show(tree, h("p", { class: "notice" }, "The bytes could not be shown. Load the page again to try once more."));
    }
  });
  return [
    h("dl", { class: "facts" }, rows.flatMap(([label, value]) => [
      h("dt", {}, label), h("dd", { class: /SHA|Serial/.test(String(label)) ? "mono" : "" }, value)])),
    unfold,
  ];
}

/** @param {Facts} facts */
function validity({ notBefore, notAfter }) {
  const day = (/** @type {string | undefined} */ text) => text?.replace("T", " ").replace("Z", " UTC") ?? "?";
  return `${day(notBefore)} to ${day(notAfter)}`;
}
