/**
 * How it is proved: key, certificate and issuers on one line, the server's chain on another; they meet in TLS. A link
 * is whole only where a signature was computed, dashed where names fit alone, and broken where it does not hold.
 */

import { openCertificate } from "./certificate.js";
import { byId, h, redraw } from "./dom.js";
import { certificate, isOfLock, leafOf, nameOf, nameOfIssuer, resultOf } from "./facts.js";
import { goToFinding } from "./fix.js";
import { onChange, state } from "./state.js";

/** @typedef {import("./engine.js").Inspection} Inspection */

/**
 * @typedef {object} Box
 * @property {string} title
 * @property {string} [whole] the whole name of a certificate, by RFC 4514
 * @property {string} role
 * @property {"" | "good" | "error" | "warning" | "absent"} look
 * @property {string} [sha256] of the certificate that a click shows
 *
 * @typedef {object} Link
 * @property {"signed" | "named" | "broken"} look
 * @property {string} words
 * @property {string} [code] of the finding that a click shows
 */

export function start() {
  onChange(() => {
    const { inspection } = state;
    byId("picture").hidden = !inspection;
    if (!inspection) return;
    const [device, server] = [deviceLine(inspection), serverLine(inspection)];
    redraw(byId("picture-body"),
      h("p", { class: "line-title" }, "device → DPS: who is this device?"),
      line("The device's chain", device.boxes, device.links),
      h("p", { class: "tls" }, "TLS: both prove themselves"),
      h("p", { class: "line-title" }, "DPS → device: is this really DPS?"),
      line("The server's chain", server.boxes, server.links));
  });
}

/**
 * @param {string} label
 * @param {Box[]} boxes
 * @param {Link[]} links each between a box and the next
 */
function line(label, boxes, links) {
  return h("ol", { class: "line", "aria-label": label }, boxes.flatMap((box, at) => {
    const link = links[at];
    return [h("li", {}, drawBox(box)), ...(link && at + 1 < boxes.length ? [h("li", { class: `link ${link.look}` }, drawLink(link))] : [])];
  }));
}

/** @param {Box} box */
function drawBox({ title, whole, role, look, sha256 }) {
  const inside = [h("strong", {}, title), h("span", {}, role)];
  return sha256
    ? h("button", { type: "button", class: `box ${look}`, title: whole, "data-key": `box-${sha256}`, onclick: () => openCertificate(sha256) }, inside)
    : h("div", { class: `box ${look}`, title: whole }, inside);
}

/** @param {Link} link */
function drawLink({ look, words, code }) {
  const mark = { signed: "✓", named: "?", broken: "✕" }[look];
  return code
    ? h("button", { type: "button", "data-key": `link-${code}`, "aria-label": `${words} (${code})`, title: words, onclick: () => goToFinding(code) }, mark)
    : h("span", { title: words }, h("span", { "aria-hidden": "true" }, mark), h("span", { class: "sr-only" }, words));
}

/** @param {Inspection} inspection @returns {{ boxes: Box[], links: Link[] }} */
function deviceLine({ report, settings }) {
  const leaf = leafOf(report);
  if (!leaf) return { boxes: [{ title: "the device's certificate", role: "not here", look: "absent" }], links: [] };
  const key = report.keys.find(({ belongsTo }) => belongsTo === leaf.sha256) ?? report.keys[0];
  const isKeys = key?.belongsTo === leaf.sha256;
  const isLocked = report.findings.some(isOfLock);
  /** @type {Box[]} */
  const boxes = [{
    title: key ? (key.place.path ?? "key") : "the key",
    role: key ? key.type : isLocked ? "locked" : "not here",
    look: key ? (isKeys ? "good" : "error") : "absent",
  }];
  /** @type {Link[]} */
  const links = [key
    ? isKeys ? { look: "signed", words: "the key belongs to the certificate" } : { look: "broken", words: "the key is another's", code: codeOf(report, "key") }
    : { look: "named", words: isLocked ? "not compared: it is locked" : "not compared" }];
  for (const step of report.way) {
    const one = certificate(report, step.sha256);
    if (!one) continue;
    const worst = worstAbout(report, one);
    const until = one.notAfter ? `until ${one.notAfter.slice(0, 10)}` : "";
    const state = step.uploaded
      ? settings.enrollment === "individual" ? "enrolled" : "in the group"
      : step.sent ? "sent" : "not sent";
    boxes.push({ title: nameOf(one), role: [until, state].filter(Boolean).join(", "), look: worst ?? (step.sent || step.uploaded ? "good" : ""), whole: one.subject, sha256: one.sha256 });
    if (step.up === "signature") links.push({ look: "signed", words: "signed, computed here" });
    else if (step.up === "name") links.push({ look: "named", words: "the name fits; the signature was not computed" });
    else if (step.up === "broken") links.push({ look: "broken", words: "the signature does not hold", code: codeOf(report, "signatures") });
    else if (step.up === "missing") {
      boxes.push({ title: nameOfIssuer(step), whole: step.missing ?? undefined, role: "not here", look: "absent" });
      const code = codeOf(report, "chain");
      links.push({ look: code && resultOf(report, "chain") === "failed" ? "broken" : "named", words: "its issuer is not here", code });
    }
  }
  return { boxes, links };
}

/** @param {Inspection} inspection @returns {{ boxes: Box[], links: Link[] }} */
function serverLine({ report, serverTrust, serverRoot, endpoint }) {
  const code = codeOf(report, "trust");
  const [root] = serverTrust;
  const isWrong = resultOf(report, "trust") === "failed";
  return {
    boxes: [
      { title: endpoint, role: "sent by the server", look: "absent" },
      { title: "its intermediate", role: "sent by the server", look: "absent" },
      root
        ? { title: nameOf(root), role: "in your CA file", look: isWrong ? "error" : "good", whole: root.subject, sha256: root.sha256 }
        : { title: serverRoot?.name ?? "the server's own root", role: "goes into the CA file", look: "absent" },
    ],
    links: [
      { look: "named", words: "only the server can show it" },
      isWrong ? { look: "broken", words: "not the root of the server", code } : { look: "named", words: "only the server can show it" },
    ],
  };
}

/**
 * The finding behind a question that did not pass.
 *
 * @param {import("./engine.js").Report} report
 * @param {import("../package/esm/index.js").Checked["question"]} question
 */
function codeOf(report, question) {
  return report.checked.find((one) => one.question === question)?.codes[0];
}

/**
 * @param {import("./engine.js").Report} report
 * @param {import("./engine.js").CertificateFacts} one
 */
function worstAbout({ findings }, { place }) {
  const about = findings.filter((finding) =>
    finding.place?.object !== undefined && finding.place.object === place.object && finding.place.path === place.path && finding.place.line === place.line);
  if (about.some(({ severity }) => severity === "error")) return "error";
  return about.some(({ severity }) => severity === "warning") ? "warning" : null;
}
