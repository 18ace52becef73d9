// Where things are, and what they hold.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../../..');
export const npm = join(import.meta.dirname, '..');

/** All cases of a folder of tests/case, by name. */
export function cases(folder) {
  const path = join(root, 'tests/case', folder);
  const found = readdirSync(path).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(path, file), 'utf8'))]);
  if (found.length < 30) throw new Error(`only ${found.length} cases in ${path}`);
  return found;
}

/** What the native core says of every case of a kind, whole, by name. */
export function native(kind) {
  // Not of the one package alone: it would be compiled with other features.
  const args = ['run', '--quiet', '--example', 'native', '--', kind];
  return JSON.parse(execFileSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 }));
}

/** A file of tests/fixture/cert. */
export function fixture(name) {
  return readFileSync(join(root, 'tests/fixture/cert', name));
}
