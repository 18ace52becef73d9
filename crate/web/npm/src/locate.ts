import { builtin } from './platform.js';
import { kindOf } from './realm.js';
import { locateBy, open, type Source, type Sources } from './source.js';

/**
 * Says where parts of the package are, for bundlers and servers that move them. To be called before anything else; the
 * README says who needs it.
 *
 * @param sources - Addresses, bytes, or functions that give them.
 *
 * @example
 * ```js
 * locate({ inspection: '/assets/inspection.wasm', complete: () => import('dps-x509/complete.wasm') });
 * ```
 */
export function locate(sources: Sources): void {
  locateBy(sources, contentOf);
}

/** What is at the end of a source: a response, bytes, a module, an object. */
async function contentOf(source: Source): Promise<object> {
  let from: unknown = await (typeof source === 'function' ? source() : source);
  // What `import()` gives: an address, bytes or a module, by the tool.
  if (typeof from === 'object' && from !== null && 'default' in from) {
    from = from.default;
  }
  if (typeof from === 'string' || kindOf(from) === 'URL') {
    return at(String(from));
  }
  if (typeof from !== 'object' || from === null) {
    throw new Error('it was located with nothing that is an address or bytes');
  }
  return from;
}

/** An address with a scheme; one letter is a drive of Windows. */
const ADDRESS = /^[a-z][a-z0-9+.-]+:/i;

/** What is at an address or, in Node, at a path. */
async function at(place: string): Promise<object> {
  const files = builtin('node:fs/promises');
  return files === undefined || ADDRESS.test(place) ? open(place) : files.readFile(place);
}
