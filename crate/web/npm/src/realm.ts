/**
 * What a value is, whichever realm it comes from. Jest, jsdom, frames and Node's `vm` have constructors of their own, for
 * which `instanceof` says no; the tag is the same everywhere.
 *
 * @returns Such as `Blob`, `ArrayBuffer`, `URL`, `Response`, `WebAssembly.Module`.
 */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Whether it is an error, of any realm. */
export function isError(value: unknown): value is Error & { code?: unknown } {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}
