/**
 * The WebAssembly modules, the explanation pages, the lexicon and the worker's script, fetched whole before the page closes itself to
 * the network. The build puts the published names here; the single-file build puts another module in this one's place,
 * which has them in it.
 */

/** @typedef {"inspection" | "complete" | "session" | "pages" | "lexicon"} Module */

/** @type {Record<Module | "worker" | "later", string>} what each is called beside the page; the build knows */
const NAMES = PUBLISHED_NAMES;

/** Modules that are certain to be wanted: they are compiled while they come. */
const AT_ONCE = ["inspection", "complete"];

/**
 * @param {readonly Module[]} wanted
 * @returns {Promise<Partial<Record<Module, ArrayBuffer | WebAssembly.Module>>>}
 */
export async function modules(wanted) {
  const read = async (/** @type {Module} */ name) => {
    const response = await get(name);
    // Hosts that do not know the type of .wasm files are common; those are compiled once they are here.
    const isTyped = response.headers.get("content-type")?.startsWith("application/wasm") ?? false;
    const isCompiled = isTyped && AT_ONCE.includes(name) && "compileStreaming" in WebAssembly;
    return [name, await (isCompiled ? WebAssembly.compileStreaming(response) : response.arrayBuffer())];
  };
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

/** @type {Promise<typeof import("./later.js")> | undefined} */
let second;

/**
 * The second script, once. Behind the page's own policy there is none that was not here before.
 *
 * @returns {Promise<typeof import("./later.js")>}
 */
export function later() {
  return second ??= import(new URL(NAMES.later, import.meta.url).href);
}
