/** The report to copy, save or print. It is made from findings and public facts: no key is in it. */

import { keep } from "./attempts.js";
import { h } from "./dom.js";
import { copy, download } from "./export.js";
import { place } from "./finding.js";
import { judge } from "./verdict.js";

/** @typedef {import("./engine.js").Inspection} Inspection */

/** @param {Inspection} inspection */
export function reports(inspection) {
  const text = () => asText(inspection);
  const markdown = () => asMarkdown(inspection);
  const json = () => `${JSON.stringify(inspection.report, null, 2)}\n`;
  const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) => h("button", { type: "button", onclick }, label);
  return h("section", { class: "stack", "aria-labelledby": "report-title" },
    h("h3", { id: "report-title" }, "For a ticket or a colleague"),
    h("div", { class: "row" },
      button("Copy as Markdown", () => copy(markdown(), "The report")),
      button("Copy as text", () => copy(text(), "The report")),
      button("Save JSON", () => download("dps-x509-report.json", json(), "application/json")),
      button("Save Markdown", () => download("dps-x509-report.md", markdown(), "text/markdown")),
      button("Print", () => window.print()),
      button("Keep to compare", keep)));
}

/** On paper nothing is folded. */
export function unfoldForPaper() {
  /** @type {HTMLDetailsElement[]} */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("#fix details:not([open])")].filter((one) => one instanceof HTMLDetailsElement);
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of opened) one.open = false; });
}

/** @param {Inspection} inspection */
export function asText(inspection) {
  const { report } = inspection;
  const { sentence, why } = judge(inspection);
  const lines = [sentence, why, ""];
  for (const one of report.certificates) {
    lines.push(`${one.role}: ${one.subject || "no name"} (until ${one.notAfter ?? "?"}, SHA-256 ${one.sha256})`);
  }
  for (const finding of report.findings) {
    lines.push("", `${finding.severity} ${finding.code} ${finding.name}`, `  ${finding.message}`);
    const at = place(finding);
    if (at) lines.push(`  where: ${at}`);
    if (finding.nextStep) lines.push(`  next:  ${finding.nextStep}`);
  }
  return `${lines.join("\n")}\n`;
}

/** @param {Inspection} inspection */
export function asMarkdown(inspection) {
  const { report } = inspection;
  const { sentence, why } = judge(inspection);
  const code = (/** @type {string} */ text) => `\`${text.replaceAll("`", "'")}\``;
  const lines = [`**${escape(sentence)}** ${escape(why)}`, ""];
  if (report.certificates.length > 0) {
    lines.push("| role | subject | valid until | SHA-256 |", "|---|---|---|---|");
    for (const one of report.certificates) {
      lines.push(`| ${one.role} | ${code(one.subject || "no name").replaceAll("|", "\\|")} | ${one.notAfter ?? "?"} | ${code(one.sha256)} |`);
    }
  }
  for (const finding of report.findings) {
    lines.push("", `### ${finding.severity} ${finding.code} ${finding.name}`, "", escape(finding.message));
    const at = place(finding);
    if (at) lines.push("", `Where: ${code(at)}`);
    if (finding.nextStep) lines.push("", `Next: ${escape(finding.nextStep)}`);
  }
  return `${lines.join("\n")}\n`;
}

/**
 * What a certificate says must not become markup in a ticket.
 *
 * @param {string} text
 */
function escape(text) {
  return text.replace(/[\\`*_{}[\]<>#|]/g, (mark) => `\\${mark}`);
}
