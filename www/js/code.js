/** The page of a code: in a finding, and at its own address `#DX436`. */

import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { explanationPage } from "./engine.js";
import { later } from "./modules.js";

/**
 * @param {string} code
 * @returns {Promise<HTMLElement>}
 */
export async function pageOf(code) {
  try {
    const [found, { page }] = await Promise.all([explanationPage(code), later()]);
    return found ? page(found.markdown) : h("p", {}, "There is no page for this code.");
  } catch {
    return h("p", { class: "notice" }, "The explanations could not be loaded. Load the page again to try once more.");
  }
}

/** @param {string} code */
export async function openCode(code) {
  openDialog(code, await pageOf(code));
}
