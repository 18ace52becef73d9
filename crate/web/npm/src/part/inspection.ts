/** Where `inspection.wasm` is: beside this file. Bundlers look for this very form of address, and ship the file. */
export const inspectionAddress = (): URL => new URL('./inspection.wasm', import.meta.url);
