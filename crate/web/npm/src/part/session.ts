/** Where `session.wasm` is: beside this file. Bundlers look for this form of address, in a declared function, and ship the file. */
export function sessionAddress(): URL {
  return new URL('./session.wasm', import.meta.url);
}
