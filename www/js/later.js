/**
 * What no first look needs, in a script of its own: the examples, the rehearsal, archives, the pages of codes, the bytes of a
 * certificate, and the package for a browser in which no worker can be started. It has its own copy of what it shares with the page, so it is told where the modules are.
 */

export { EXAMPLES } from "./example-data.js";
export { derTree } from "./der.js";
export { page } from "./markdown.js";
export { rehearse } from "./rehearsal.js";
export { zip } from "./zip.js";
export * as dps from "../package/esm/index.js";
