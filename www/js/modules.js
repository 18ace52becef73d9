/**
 * The WebAssembly modules, the explanation pages and the worker's script, fetched whole before the page closes itself to
 * the network. The single-file build puts another module in this one's place, which has them in it.
 */

const NAMES = /** @type {const} */ ({
  inspection: "inspection.wasm",
  complete: "complete.wasm",
  session: "session.wasm",
  generation: "generation.wasm",
  pages: "pages.json",
});

/** @typedef {keyof typeof NAMES} Module */

/**
 * What a first look at files needs. index.html runs this module before the others, so it comes together with them, but
 * behind what there is to read.
 */
const early = painted().then(() => bytes("inspection"));

/**
 * @param {Module[]} wanted
 * @returns {Promise<Partial<Record<Module, ArrayBuffer>>>}
 */
export async function modules(wanted) {
  const read = async (/** @type {Module} */ name) => [name, await (name === "inspection" ? early : bytes(name))];
  return Object.fromEntries(await Promise.all(wanted.map(read)));
}

/** @returns {Promise<string>} what runs in a worker, whole */
export async function workerScript() {
  return (await get("worker-script.js")).text();
}

/** Once the page has been painted; one that nobody sees is not. */
function painted() {
  return new Promise((resolve) => {
    if (document.hidden) resolve(undefined);
    else requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** @param {Module} name */
async function bytes(name) {
  return (await get(NAMES[name])).arrayBuffer();
}

/** @param {string} name */
async function get(name) {
  const response = await fetch(new URL(`../package/esm/part/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}
