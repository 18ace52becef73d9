/**
 * The WebAssembly modules, the explanation pages and the worker's script, fetched whole before the page closes itself to the network. The
 * single-file build puts another module in this one's place, which has them in it.
 */

const NAMES = /** @type {const} */ ({
  inspection: "inspection.wasm",
  complete: "complete.wasm",
  session: "session.wasm",
  generation: "generation.wasm",
  pages: "pages.json",
});

/** @typedef {keyof typeof NAMES} Part */

/**
 * @param {Part[]} wanted
 * @returns {Promise<Partial<Record<Part, ArrayBuffer>>>}
 */
export async function parts(wanted) {
  const read = async (/** @type {Part} */ part) => [part, await (await get(NAMES[part])).arrayBuffer()];
  return Object.fromEntries(await Promise.all(wanted.map(read)));
}

/** @returns {Promise<string>} what runs in a worker, whole */
export async function workerScript() {
  return (await get("worker.js")).text();
}

/** @param {string} name */
async function get(name) {
  const response = await fetch(new URL(`../package/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}
