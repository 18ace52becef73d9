/** A line for those who hear the page, and a short note for those who see it. */

import { h } from "./dom.js";

const line = h("p", { class: "announcement", role: "status", "aria-live": "polite" });
document.body.append(line);
let clearing = 0;

/** @param {string} text */
export function announce(text) {
  line.textContent = text;
  clearTimeout(clearing);
  clearing = window.setTimeout(() => { line.textContent = ""; }, 4000);
}
