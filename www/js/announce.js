/** A line for those who hear the page, and a short note for those who see it. */

import { h } from "./dom.js";

const line = h("p", { class: "announcement", role: "status", "aria-live": "polite" });
document.body.append(line);
let clearing = 0;

/**
 * @param {string} text
 * @param {boolean} [isSeen] whether the page shows it already, so that it is only to be heard
 */
export function announce(text, isSeen = false) {
  line.textContent = text;
  line.classList.toggle("sr-only", isSeen);
  clearTimeout(clearing);
  clearing = window.setTimeout(() => { line.textContent = ""; }, 4000);
}
