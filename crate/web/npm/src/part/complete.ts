/** Where `complete.wasm` is: beside this file. Bundlers look for this very form of address, and ship the file. */
export const completeAddress = (): URL => new URL('./complete.wasm', import.meta.url);
