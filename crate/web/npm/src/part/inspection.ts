/** Where `inspection.wasm` is: beside this file. Bundlers look for this form of address, in a declared function, and ship the file. */
export function inspectionAddress(): URL {
  return new URL('./inspection.wasm', import.meta.url);
}
