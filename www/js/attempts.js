/** Two attempts compared: what was found before, and what is found now. Findings are kept, and no file. */

import { announce } from "./announce.js";
import { byId, h, redraw } from "./dom.js";
import { leafOf } from "./facts.js";
import { onChange, state } from "./state.js";
import { current } from "./verdict.js";

/** @typedef {import("./engine.js").Finding} Finding */

/**
 * @typedef {object} Attempt
 * @property {string} time
 * @property {string} sentence
 * @property {Finding[]} findings of the files and of the log
 * @property {import("./state.js").Settings} settings
 * @property {string | undefined} leaf SHA-256
 */

export function start() {
  onChange(draw);
}

/** Keeps what stands now, to be compared with what comes. */
export function keep() {
  state.kept = attempt();
  announce("Kept. Change the files, the settings or the log: what became of it stands under the verdict.");
  draw();
}

/** @returns {Attempt} */
function attempt() {
  const { inspection, explanation, settings } = state;
  return {
    time: new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
    sentence: current().sentence,
    findings: [
      ...(inspection?.report.findings ?? []).filter(({ severity }) => severity !== "note"),
      ...(explanation?.happenings ?? []).map(({ finding }) => finding),
    ],
    settings: { ...settings },
    leaf: inspection ? leafOf(inspection.report)?.sha256 : undefined,
  };
}

function draw() {
  const section = byId("attempts");
  const before = state.kept;
  section.hidden = before === null;
  if (before === null) return;
  const now = attempt();
  const has = (/** @type {Attempt} */ one, /** @type {Finding} */ { code }) => one.findings.some((finding) => finding.code === code);
  const gone = unique(before.findings.filter((finding) => !has(now, finding)));
  const fresh = unique(now.findings.filter((finding) => !has(before, finding)));
  const still = unique(now.findings.filter((finding) => has(before, finding)));
  const told = Object.entries(now.settings).filter(([key, value]) => before.settings[/** @type {keyof typeof before.settings} */ (key)] !== value);
  redraw(byId("attempts-body"),
    h("dl", { class: "facts" },
      h("dt", {}, `At ${before.time}`), h("dd", {}, before.sentence),
      h("dt", {}, "Now"), h("dd", {}, now.sentence),
      now.leaf !== before.leaf && [h("dt", {}, "Device"), h("dd", {}, "another certificate")],
      told.length > 0 && [h("dt", {}, "Settings"), h("dd", {}, told.map(([key, value]) => `${key}: ${value || "empty"}`).join(", "))]),
    list("Gone", "passed", "✓", gone),
    list("New", "failed", "✕", fresh),
    list("Still there", "doubtful", "!", still),
    gone.length + fresh.length + still.length === 0 && h("p", { class: "hint" }, "Nothing wrong was found before, and nothing now."),
    h("button", { type: "button", class: "plain", id: "forget-attempt", onclick: forget }, "Forget the kept attempt"));
}

function forget() {
  state.kept = null;
  draw();
  byId("verdict").focus();
}

/** @param {Finding[]} findings each code once */
function unique(findings) {
  return findings.filter((finding, at) => findings.findIndex(({ code }) => code === finding.code) === at);
}

/**
 * @param {string} words
 * @param {string} look
 * @param {string} mark
 * @param {Finding[]} findings
 */
function list(words, look, mark, findings) {
  if (findings.length === 0) return null;
  return [h("h3", {}, words), h("ul", { class: "checks" }, findings.map((finding) =>
    h("li", { class: look }, h("span", {}, h("span", { "aria-hidden": "true" }, `${mark} `), `${finding.title} (${finding.code})`))))];
}
