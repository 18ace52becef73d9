/** The verdict: at most fourteen words, and one line of why. */

import { byId, h, show, withCommands } from "./dom.js";
import { isOfDevice, isOfLock, issuerMissing, leafOf, nameOf, resultOf } from "./facts.js";
import { markOf } from "./mark.js";
import { isEmpty, onChange, state } from "./state.js";

/** @typedef {import("./engine.js").Inspection} Inspection */

/**
 * @typedef {object} Verdict
 * @property {"reading" | "refused" | "doubtful" | "incomplete" | "locked" | "ready" | "log"} kind
 * @property {string} sentence
 * @property {string} why
 */

export function start() {
  watch(byId("verdict"));
  let last = "";
  onChange(() => {
    if (isEmpty()) return;
    const { kind, sentence, why } = current();
    // It is read aloud when it is drawn: only what is new.
    if (last === `${kind} ${sentence} ${why}`) return;
    last = `${kind} ${sentence} ${why}`;
    byId("verdict").className = `verdict ${kind}`;
    for (const one of ["reading", "locked"]) byId("screen").classList.toggle(one, kind === one);
    show(byId("verdict-body"),
      h("span", { class: "mark", "aria-hidden": "true" }, markOf(kind)),
      h("p", { class: "sentence" }, sentence),
      why && h("p", { class: "why" }, withCommands(why)));
  });
}

/**
 * Tells the style when the verdict stands over what is scrolled under it. What it is smaller by then it leaves free, so that
 * nothing else moves.
 *
 * @param {HTMLElement} verdict
 */
function watch(verdict) {
  const look = () => {
    const isStuck = matchMedia("(max-width: 40rem)").matches && verdict.getBoundingClientRect().top <= 0;
    if (isStuck === verdict.classList.contains("stuck")) return;
    const height = () => verdict.getBoundingClientRect().height;
    const before = height();
    verdict.classList.toggle("stuck", isStuck);
    verdict.style.marginBottom = isStuck ? `${before - height()}px` : "";
  };
  addEventListener("scroll", look, { passive: true });
}

/** @returns {Verdict} what stands on the page now */
export function current() {
  const { inspection, explanation, files } = state;
  if (files.length === 0 && state.log) return explanation ? ofLog(explanation) : { kind: "reading", sentence: "The log is being read.", why: "" };
  return inspection ? judge(inspection) : { kind: "reading", sentence: "The files are being read.", why: "" };
}

/** @param {Pick<Inspection, "report" | "settings"> & { wrongSettings?: Inspection["wrongSettings"] }} inspection @returns {Verdict} */
export function judge({ report, settings, wrongSettings = [] }) {
  const { findings } = report;
  const leaf = leafOf(report);
  const ofDevice = findings.filter((finding) => isOfDevice(finding, report));
  const errors = ofDevice.filter(({ severity }) => severity === "error");
  const first = errors.find(({ causedBy }) => causedBy === undefined) ?? errors[0];
  const locked = findings.find(isOfLock);
  if (!leaf) return withoutDevice(report, first, locked);
  if (first) {
    const { unless } = report.verdict;
    if (unless && unless.condition !== "repaired") return { kind: "refused", sentence: `DPS may refuse this: ${first.title}.`, why: `${first.message} Not ready, unless ${unless.sentence}.` };
    const isServer = first.family === "trust";
    return { kind: "refused", sentence: `${isServer ? "The device will refuse DPS" : "DPS will refuse this"}: ${first.title}.`, why: first.message };
  }
  const unread = findings.find(({ code }) => report.refused.includes(code));
  if (unread) return { kind: "refused", sentence: `A client cannot read this file: ${unread.title}.`, why: `${unread.message} The repaired file is under Fix.` };
  // The files were judged without it.
  const [wrong] = wrongSettings;
  if (wrong) return { kind: "refused", sentence: `DPS will refuse this: ${wrong.title}.`, why: wrong.message };
  if (locked) return { kind: "locked", sentence: "Locked: give the passphrase, and the verdict follows.", why: locked.message };
  const warning = ofDevice.find(({ severity }) => severity === "warning");
  if (warning) return { kind: "doubtful", sentence: `It may work, with a doubt: ${warning.title}.`, why: warning.message };
  const open = unknowns(report, settings);
  if (open.length > 0) return { kind: "incomplete", sentence: `Nothing wrong so far. Not known yet: ${list(open.slice(0, 3))}.`, why: `${nameOf(leaf)} is ready if that is right too.` };
  const how = settings.enrollment === "group" ? "the enrollment group" : "an individual enrollment";
  return { kind: "ready", sentence: `Ready for ${how}.`, why: `${nameOf(leaf)} proves itself, as far as files can show it.` };
}

/**
 * @param {import("./engine.js").Report} report
 * @param {import("./engine.js").Finding | undefined} first
 * @param {import("./engine.js").Finding | undefined} locked
 * @returns {Verdict}
 */
function withoutDevice(report, first, locked) {
  if (locked) return { kind: "locked", sentence: "Locked: give the passphrase, and the verdict follows.", why: locked.message };
  const damaged = report.findings.find(({ family, severity, name }) => family === "file" && severity === "error" && name !== "store-not-opened");
  const about = first ?? damaged;
  if (about && report.certificates.length === 0) return { kind: "incomplete", sentence: `Nothing to judge yet: ${about.title}.`, why: about.message };
  return { kind: "incomplete", sentence: "The device's certificate is not here yet.", why: "Add it, with the intermediates that the device sends." };
}

/** @param {import("./engine.js").Explanation} explanation @returns {Verdict} */
function ofLog({ happenings, assigned, elsewhere, explained, whatToGive }) {
  const [first] = happenings;
  if (first) return { kind: "log", sentence: `The log says: ${first.finding.title}.`, why: first.finding.message };
  if (assigned) return { kind: "log", sentence: "DPS assigned the device; the hub is next.", why: `The hub is ${assigned.hub}.` };
  if (explained) return { kind: "log", sentence: "The log tells no failure.", why: "" };
  return { kind: "log", sentence: elsewhere ? "This text is not about DPS or a hub." : "Nothing in this text is known.", why: whatToGive ?? "" };
}

/**
 * What keeps a good device from being called ready.
 *
 * @param {import("./engine.js").Report} report
 * @param {import("./state.js").Settings} settings
 */
function unknowns(report, settings) {
  const isOpen = (/** @type {import("../package/esm/index.js").Checked["question"]} */ question) => resultOf(report, question) === "unknown";
  return [
    isOpen("key") && "the key",
    settings.enrollment === "unknown" && "the enrollment",
    settings.registrationId === "" && "the registration ID",
    issuerMissing(report) !== null && "the issuer",
    settings.enrollment === "group" && isOpen("chain") && issuerMissing(report) === null && "the group's CA",
    isOpen("signatures") && issuerMissing(report) === null && "a signature",
  ].filter((word) => word !== false);
}

/** @param {string[]} words */
function list(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
