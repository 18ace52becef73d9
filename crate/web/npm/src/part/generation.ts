/** Where `generation.wasm` is: beside this file. Bundlers look for this form of address, in a declared function, and ship the file. */
export function generationAddress(): URL {
  return new URL('./generation.wasm', import.meta.url);
}
