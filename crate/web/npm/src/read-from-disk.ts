import { readFile } from 'node:fs/promises';
import type { Sources } from './module.js';

/** Reads a part from beside this file. */
export function readFromDisk(part: keyof Sources): Promise<Uint8Array> {
  const name = part === 'pages' ? 'pages.json' : `${part}.wasm`;
  return readFile(new URL(`../${name}`, import.meta.url));
}
