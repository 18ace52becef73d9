/** The sign of a verdict, beside its colour and its words. */

import { s } from "./dom.js";

/** @typedef {import("./verdict.js").Verdict["kind"]} Kind */

/** @type {Record<Exclude<Kind, "locked">, string>} */
const SIGNS = { reading: "…", refused: "✕", doubtful: "!", incomplete: "○", ready: "✓", log: "≡" };

/** @param {Kind} kind */
export function markOf(kind) {
  return kind === "locked" ? padlock() : SIGNS[kind];
}

/** Drawn, for many machines have no letter that looks like it. */
export function padlock() {
  return s("svg", { viewBox: "0 0 16 16", width: "1em", height: "1em", fill: "currentColor" },
    s("path", { d: "M3 7h1V5a4 4 0 0 1 8 0v2h1a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zm3 0h4V5a2 2 0 0 0-4 0z" }));
}
