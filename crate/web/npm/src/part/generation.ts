/** Where `generation.wasm` is: beside this file. Bundlers look for this very form of address, and ship the file. */
export const generationAddress = (): URL => new URL('./generation.wasm', import.meta.url);
