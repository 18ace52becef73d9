/** Where `complete.wasm` is: beside this file. Bundlers look for this form of address, in a declared function, and ship the file. */
export function completeAddress(): URL {
  return new URL('./complete.wasm', import.meta.url);
}
