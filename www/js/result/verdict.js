/** The verdict in one sentence. */

import { h } from "../dom.js";

/** @typedef {import("../engine.js").Inspection} Inspection */

/** @param {Inspection | null} inspection */
export function verdict(inspection) {
  const { kind, mark, sentence } = judge(inspection);
  return h("p", { class: `verdict ${kind}` }, h("span", { class: "mark", "aria-hidden": "true" }, mark), h("span", {}, sentence));
}

/**
 * @param {Inspection | null} inspection
 * @returns {{ kind: "empty" | "good" | "warning" | "error", mark: string, sentence: string }}
 */
export function judge(inspection) {
  if (!inspection) {
    return { kind: "empty", mark: "○", sentence: "Add a file above, or try an example, and the verdict stands here." };
  }
  const { report } = inspection;
  const of = (/** @type {string} */ severity) => report.findings.filter((finding) => finding.severity === severity);
  const [error, warning] = [of("error")[0], of("warning")[0]];
  const more = (/** @type {number} */ count, /** @type {string} */ word) =>
    count > 1 ? ` There ${count === 2 ? "is" : "are"} ${count - 1} more ${word}${count === 2 ? "" : "s"}.` : "";
  if (error) {
    const { unless } = report.verdict;
    const condition = unless?.condition === "dps-is-laxer" ? `, unless ${unless.sentence}` : "";
    return {
      kind: "error",
      mark: "✕",
      sentence: `This device will not get through${condition}: ${lower(error.message)}${more(of("error").length, "error")}`,
    };
  }
  if (report.certificates.length === 0) {
    return { kind: "warning", mark: "!", sentence: "There is no certificate among the files yet." };
  }
  const refused = report.findings.find(({ code }) => report.refused.includes(code));
  if (refused) {
    // Keys are repaired too, but not handed out here.
    const where = inspection.repairs.length > 0 ? " Repaired certificates are below." : "";
    return { kind: "error", mark: "✕", sentence: `A client does not read these files as they are written: ${lower(refused.message)}${where}` };
  }
  if (warning) {
    return { kind: "warning", mark: "!", sentence: `It can work, with a doubt: ${lower(warning.message)}${more(of("warning").length, "warning")}` };
  }
  return { kind: "good", mark: "✓", sentence: "These files are ready: nothing in them will keep the device from being provisioned." };
}

/**
 * A sentence as it goes on behind a colon; names and abbreviations keep their capitals.
 *
 * @param {string} sentence
 */
function lower(sentence) {
  return /^(The|A|An|Only|This|There|It|No|Nothing|Something) /.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}
