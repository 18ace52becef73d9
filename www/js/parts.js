/**
 * The WebAssembly modules and the explanation pages, fetched whole before the page closes itself to the network. The
 * single-file build puts another module in this one's place, which has them in it.
 */

const NAMES = /** @type {const} */ ({
  inspection: "inspection.wasm",
  complete: "complete.wasm",
  session: "session.wasm",
  pages: "pages.json",
});

/** @returns {Promise<Record<keyof typeof NAMES, ArrayBuffer>>} */
export async function parts() {
  const read = async (/** @type {[string, string]} */ [part, name]) => {
    const response = await fetch(new URL(`../package/${name}`, import.meta.url));
    if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
    return [part, await response.arrayBuffer()];
  };
  return Object.fromEntries(await Promise.all(Object.entries(NAMES).map(read)));
}
