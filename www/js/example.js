/** Examples to try. `example/list.json` names files of the project's tests; the build puts them here. */

import { EXAMPLES } from "./example-data.js";

/**
 * @typedef {object} Example
 * @property {string} title
 * @property {string} [story] what it is about, for one of the stories
 * @property {string} [log]
 * @property {Partial<import("./state.js").Settings>} settings
 * @property {{ name: string, purpose: import("./state.js").Purpose, text: string }[]} files
 */

/** @type {Example[]} */
export const examples = EXAMPLES;
