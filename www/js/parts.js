/**
 * The WebAssembly modules, the explanation pages and the worker's script, fetched whole before the page closes itself to the network. The
 * single-file build puts another module in this one's place, which has them in it.
 */

const NAMES = /** @type {const} */ ({
  inspection: "inspection.wasm",
  complete: "complete.wasm",
  session: "session.wasm",
  advice: "advice.wasm",
  generation: "generation.wasm",
  pages: "pages.json",
});

/** @returns {Promise<Record<keyof typeof NAMES, ArrayBuffer>>} */
export async function parts() {
  const read = async (/** @type {[string, string]} */ [part, name]) => [part, await (await get(name)).arrayBuffer()];
  return Object.fromEntries(await Promise.all(Object.entries(NAMES).map(read)));
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
