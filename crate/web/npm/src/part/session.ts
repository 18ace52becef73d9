/** Where `session.wasm` is: beside this file. Bundlers look for this very form of address, and ship the file. */
export const sessionAddress = (): URL => new URL('./session.wasm', import.meta.url);
