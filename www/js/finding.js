/** The findings, the worst first, each with its explanation folded in. */

import { pageOf } from "./code.js";
import { h, withCommands } from "./dom.js";

/** @typedef {import("./engine.js").Finding} Finding */

const ORDER = ["error", "warning", "note"];

/** @param {Finding[]} findings the worst first; what is caused by another comes behind it */
export function sorted(findings) {
  const weight = (/** @type {Finding} */ one) => ORDER.indexOf(one.severity) * 2 + (one.causedBy === undefined ? 0 : 1);
  return [...findings].sort((one, other) => weight(one) - weight(other));
}

/** @param {Finding[]} findings */
export function list(findings) {
  return h("ol", { class: "findings" }, findings.map((finding) => h("li", {}, card(finding))));
}

/**
 * @param {Finding} finding
 * @param {string} [word] what it is called where that is not its severity
 */
export function card(finding, word = finding.severity) {
  const { code, title, severity, message, expected, found, nextStep, standing, source, causedBy } = finding;
  const facts = [
    ["Where", place(finding)], ["Expected", expected], ["Found", found], ["Because of", causedBy],
  ].filter(([, value]) => value);
  return h("article", { class: `finding ${word === severity ? severity : "warning"}`, "aria-label": `${word} ${code}`, "data-code": code, tabindex: "-1", "data-key": `finding-${code}-${place(finding)}` },
    h("header", {},
      h("span", { class: "severity" }, word),
      h("span", { class: "title" }, title),
      h("span", { class: "code" }, code)),
    h("p", {}, withCommands(message)),
    nextStep && h("p", { class: "next" }, h("strong", {}, "Next: "), withCommands(nextStep)),
    h("details", { class: "bare", "data-key": `why-${code}-${place(finding)}`, ontoggle: unfold },
      h("summary", {}, `What ${code} means`),
      h("div", { class: "inside" },
        facts.length > 0 && h("dl", { class: "facts" }, facts.flatMap(([label, value]) => [h("dt", {}, label), h("dd", {}, value)])),
        h("p", { class: "standing" }, `${standing} (${source})`),
        h("div", { class: "page", "data-page": code }))));
}

/** @param {Event} event of a details element that was opened */
async function unfold({ currentTarget }) {
  const details = /** @type {HTMLDetailsElement} */ (currentTarget);
  const page = details.querySelector("[data-page]");
  if (!details.open || !page || page.hasChildNodes()) return;
  page.append(await pageOf(page.getAttribute("data-page") ?? ""));
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
