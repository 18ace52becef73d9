/**
 * The picture of the two chains: the device's proves the device to DPS, the server's proves DPS to the device.
 * Each is drawn from the root down; a link that does not hold is broken where it breaks.
 */

import { h, s } from "../dom.js";

/** @typedef {import("../engine.js").Inspection} Inspection */

/**
 * @typedef {object} Box one certificate, there or not
 * @property {string} title
 * @property {string} role
 * @property {"" | "device" | "error" | "warning" | "absent"} look
 * @property {string} [seal] what the service holds of it
 *
 * @typedef {object} Chain
 * @property {Box[]} boxes the root first
 * @property {(string | null)[]} breaks between each and the next: what is wrong, or null
 */

const WIDTH = 360;
const BOX = 58;
const GAP = 46;

/** @param {Inspection} inspection */
export function pictures(inspection) {
  return h("div", { class: "pictures" },
    figure("device", "Proves the device to DPS", deviceChain(inspection), "Your files. The leaf's name is the registration ID."),
    figure("server", "Proves DPS to the device", serverChain(inspection), "Not your files, but for the root: it goes into the client's CA file."));
}

/**
 * @param {string} id
 * @param {string} title
 * @param {Chain} chain
 * @param {string} hint
 */
function figure(id, title, chain, hint) {
  const words = inWords(chain);
  return h("figure", {},
    h("figcaption", { id: `${id}-title` }, title),
    draw(chain, `${title}. ${words}`),
    h("p", { class: "hint" }, hint));
}

/** @param {Inspection} inspection @returns {Chain} */
function deviceChain(inspection) {
  const { report, groupCas } = inspection;
  const { chain, findings } = report;
  const subjects = [...(chain.root ? [chain.root] : []), ...[...chain.intermediates].reverse(), ...(chain.leaf ? [chain.leaf] : [])];
  const boxes = subjects.map((subject) => box(inspection, subject));
  const breaks = boxes.slice(1).map(({ title }) => linkTrouble(findings, title));
  if (chain.leaf === null) {
    if (boxes.length > 0) breaks.push("missing");
    boxes.push({ title: "the device's certificate", role: "not among the files", look: "absent" });
  } else if (chain.missingIssuer !== null) {
    const uploaded = groupCas.find((one) => one.subject === chain.missingIssuer);
    boxes.unshift({
      title: chain.missingIssuer,
      role: uploaded ? "not sent, and need not be" : "not among the files",
      look: "absent",
      seal: uploaded && "uploaded",
    });
    breaks.unshift(linkTrouble(findings, boxes[1]?.title ?? ""));
  }
  const unreached = groupCas.filter((one) => !boxes.some(({ title }) => title === one.subject));
  for (const one of unreached) {
    boxes.unshift({ title: one.subject, role: "the group's CA", look: "warning", seal: "uploaded" });
    breaks.unshift("not reached");
  }
  return { boxes, breaks };
}

/**
 * @param {Inspection} inspection
 * @param {string} subject
 * @returns {Box}
 */
function box({ report, groupCas, enrollment }, subject) {
  const { chain, certificates, findings } = report;
  const facts = certificates.find((one) => one.subject === subject);
  const isLeaf = subject === chain.leaf;
  const isUploaded = groupCas.some((one) => one.sha256 === facts?.sha256) || (isLeaf && enrollment === "individual");
  return {
    title: subject || "no name",
    role: facts ? `${facts.role}${facts.notAfter ? `, until ${facts.notAfter.slice(0, 10)}` : ""}` : "",
    look: worstAbout(findings, subject) ?? (isLeaf ? "device" : ""),
    seal: isUploaded ? "uploaded" : undefined,
  };
}

/** @param {Inspection} inspection @returns {Chain} */
function serverChain({ report, serverTrust, serverRoots, endpoint }) {
  const isAbout = (/** @type {import("../engine.js").Finding} */ finding) =>
    finding.severity === "error" && serverTrust.some((one) => one.place.path === finding.place?.path);
  const wrong = report.findings.find(isAbout);
  const [root] = serverTrust.length > 0 ? serverTrust : report.certificates.filter((one) => one.destinations.includes("CA file"));
  /** @type {Box[]} */
  const sent = [
    { title: "an intermediate of the server", role: "sent by the server", look: "absent" },
    { title: endpoint, role: "the server's certificate", look: "absent" },
  ];
  if (!root) {
    const title = serverRoots[0] ?? "the server's own root";
    return { boxes: [{ title, role: "root; not among your files", look: "absent" }, ...sent], breaks: [null, null] };
  }
  const role = wrong ? "in your CA file, but not of the server's chain" : "root, in your CA file";
  return { boxes: [{ title: root.subject, role, look: wrong ? "error" : "" }, ...sent], breaks: [wrong?.code ?? null, null] };
}

/**
 * @param {import("../engine.js").Finding[]} findings
 * @param {string} subject
 */
function worstAbout(findings, subject) {
  const about = findings.filter((finding) => finding.place?.object?.includes(`"${subject}"`));
  if (about.some((finding) => finding.severity === "error")) return "error";
  return about.some((finding) => finding.severity === "warning") ? "warning" : null;
}

/** Findings about the link between a certificate and the one above it. */
const LINK = /^(link-|signature-|wrong-issuer|issuer-)|does-not-verify|path-length|wrong-issuer/;

/**
 * @param {import("../engine.js").Finding[]} findings
 * @param {string} subject
 */
function linkTrouble(findings, subject) {
  const trouble = findings.find((finding) =>
    LINK.test(finding.name) && finding.severity === "error" && finding.place?.object?.includes(`"${subject}"`));
  return trouble ? trouble.code : null;
}

/**
 * @param {Chain} chain
 * @param {string} words
 */
function draw({ boxes, breaks }, words) {
  const height = boxes.length * BOX + (boxes.length - 1) * GAP + 4;
  return s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": words },
    boxes.flatMap((box, index) => {
      const top = 2 + index * (BOX + GAP);
      const trouble = breaks[index] ?? null;
      return [
        ...certificate(box, top),
        ...(index + 1 < boxes.length ? arrow(top + BOX, trouble) : []),
      ];
    }));
}

/**
 * @param {Box} box
 * @param {number} top
 */
function certificate(box, top) {
  const middle = WIDTH / 2;
  return [
    s("rect", { class: `box ${box.look}`, x: 2, y: top, width: WIDTH - 4, height: BOX, rx: 9 }),
    s("text", { x: middle, y: top + 25, "text-anchor": "middle" }, shorten(box.title, 46)),
    s("text", { class: "role", x: middle, y: top + 44, "text-anchor": "middle" }, shorten(box.role, 52)),
    ...(box.seal
      ? [
        s("rect", { class: "seal", x: WIDTH - 82, y: top - 9, width: 72, height: 18, rx: 9 }),
        s("text", { class: "seal", x: WIDTH - 46, y: top + 4, "text-anchor": "middle" }, box.seal),
      ]
      : []),
  ];
}

/**
 * @param {number} top
 * @param {string | null} trouble
 */
function arrow(top, trouble) {
  const middle = WIDTH / 2;
  const look = trouble ? "broken" : "";
  return [
    s("line", { class: look, x1: middle, y1: top + 2, x2: middle, y2: top + GAP - 9 }),
    s("path", { class: `head ${look}`, d: `M${middle - 6} ${top + GAP - 11}h12l-6 9z` }),
    s("text", { class: trouble ? "broken" : "quiet", x: middle + 14, y: top + GAP / 2 + 3 }, trouble ? `✕ ${trouble}` : "signed"),
  ];
}

/** @param {Chain} chain */
function inWords({ boxes, breaks }) {
  return boxes
    .map((box, index) => {
      const trouble = breaks[index - 1];
      const link = index === 0 ? "" : trouble ? `broken link (${trouble}) to ` : "signed ";
      return `${link}${box.title} (${box.role || "certificate"})`;
    })
    .join(", ");
}

/**
 * @param {string} text
 * @param {number} length
 */
function shorten(text, length) {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
