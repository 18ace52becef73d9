/**
 * The WebAssembly modules, the explanation pages, the lexicon and the worker's script, fetched whole before the page closes itself to
 * the network. The build puts the published names here; the single-file build puts another module in this one's place,
 * which has them in it.
 */

/** @typedef {"inspection" | "complete" | "session" | "generation" | "pages" | "lexicon"} Module */

/** @type {Record<Module | "worker", string>} what each is called beside the page; the build knows */
const NAMES = PUBLISHED_NAMES;

/**
 * @param {readonly Module[]} wanted
 * @returns {Promise<Partial<Record<Module, ArrayBuffer>>>}
 */
export async function modules(wanted) {
  const read = async (/** @type {Module} */ name) => [name, await (await get(name)).arrayBuffer()];
  return Object.fromEntries(await Promise.all(wanted.map(read)));
}

/** @returns {Promise<string>} what runs in a worker, whole */
export async function workerScript() {
  return (await get("worker")).text();
}

/** @param {Module | "worker"} name */
async function get(name) {
  const response = await fetch(new URL(NAMES[name], import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response;
}
