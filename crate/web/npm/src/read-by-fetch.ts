import type { Sources } from './module.js';

// Bundlers look for this very form of address.
const addresses: Record<keyof Sources, () => URL> = {
  inspection: () => new URL('../inspection.wasm', import.meta.url),
  complete: () => new URL('../complete.wasm', import.meta.url),
  generation: () => new URL('../generation.wasm', import.meta.url),
  session: () => new URL('../session.wasm', import.meta.url),
  pages: () => new URL('../pages.json', import.meta.url),
};

/** Reads a part from beside this file. */
export function readByFetch(part: keyof Sources): Promise<URL> {
  return Promise.resolve(addresses[part]());
}
