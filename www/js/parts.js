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

/** @typedef {keyof typeof NAMES} Part */

/**
 * What a first look at files needs. index.html runs this module before the others, so it comes together with them, but
 * behind what there is to read.
 */
const early = painted().then(() => bytes("inspection"));

/**
 * @param {Part[]} wanted
 * @returns {Promise<Partial<Record<Part, ArrayBuffer>>>}
 */
export async function parts(wanted) {
  const read = async (/** @type {Part} */ part) => [part, await (part === "inspection" ? early : bytes(part))];
  return Object.fromEntries(await Promise.all(wanted.map(read)));
}

/** @returns {Promise<string>} what runs in a worker, whole */
export async function workerScript() {
  return (await get("worker.js")).text();
}

/** Once the page has been painted; one that nobody sees is not. */
function painted() {
  return new Promise((resolve) => {
    if (document.hidden) resolve(undefined);
    else requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** @param {Part} part */
async function bytes(part) {
  return (await get(NAMES[part])).arrayBuffer();
}

/** @param {string} name */
async function get(name) {
  const response = await fetch(new URL(`../package/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}
