/** The findings, the worst first, each with its explanation folded in. */

import { h } from "../dom.js";
import { explanationPage } from "../engine.js";
import { page } from "../markdown.js";

/** @typedef {import("../engine.js").Finding} Finding */

const ORDER = ["error", "warning", "note"];

/** @param {Finding[]} all */
export function findings(all) {
  if (all.length === 0) return null;
  const sorted = [...all].sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
  return h("section", { class: "stack", "aria-labelledby": "findings-title" },
    h("h3", { id: "findings-title" }, counts(all)),
    list(sorted));
}

/** @param {Finding[]} sorted */
export function list(sorted) {
  return h("ol", { class: "findings" }, sorted.map((finding) => h("li", {}, one(finding))));
}

/** @param {Finding[]} all */
export function counts(all) {
  return ORDER
    .map((severity) => [all.filter((finding) => finding.severity === severity).length, severity])
    .filter(([count]) => Number(count) > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 ? "" : "s"}`)
    .join(", ");
}

/** @param {Finding} finding */
function one(finding) {
  const { code, name, severity, message, expected, found, nextStep, standing, source, causedBy } = finding;
  const facts = [
    ["Where", place(finding)], ["Expected", expected], ["Found", found], ["Because of", causedBy],
  ].filter(([, value]) => value);
  return h("article", { class: `finding ${severity}`, "aria-label": `${severity} ${code}` },
    h("header", {},
      h("span", { class: "severity" }, severity),
      h("span", { class: "code" }, `${code} ${name}`)),
    h("p", {}, message),
    facts.length > 0 && h("dl", { class: "facts" }, facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])),
    nextStep && h("p", { class: "next" }, h("strong", {}, "Next: "), nextStep),
    h("p", { class: "standing" }, `${standing} (${source})`),
    explanation(code));
}

/** @param {string} code */
function explanation(code) {
  const inside = h("div", { class: "inside" });
  const details = h("details", { class: "bare" }, h("summary", {}, `What ${code} means`), inside);
  details.addEventListener("toggle", async () => {
    if (!details.open || inside.hasChildNodes()) return;
    const found = await explanationPage(code);
    if (!inside.hasChildNodes()) inside.append(found ? page(found.markdown) : h("p", {}, "There is no page for this code."));
  });
  return details;
}

/** @param {Finding} finding */
export function place({ place: at }) {
  if (!at) return "";
  return [
    at.path ?? at.input,
    at.line && `line ${at.line}${at.column ? `, column ${at.column}` : ""}`,
    at.object,
    at.stage,
  ].filter(Boolean).join(", ");
}
