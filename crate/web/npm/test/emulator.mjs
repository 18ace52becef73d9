// The emulator of `dps-x509 emulate`, with its own example or with enrollments.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './folders.mjs';

export const binary = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/dps-x509');

/**
 * Starts one: what it says when it is ready, a folder, what ends it, and the device of its example.
 *
 * @param {Record<string, string>} [files] into the folder; with an `enrollments.toml` there is no example.
 */
export async function emulate(files = {}) {
  assert.ok(existsSync(binary), `${binary} is missing; \`cargo xtask build\` makes it`);
  const folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  Object.entries(files).forEach(([name, text]) => writeFileSync(join(folder, name), text));
  const enrollments = 'enrollments.toml' in files ? [join(folder, 'enrollments.toml')] : [];
  const args = ['emulate', ...enrollments, '--listen', '127.0.0.1:0', '--json', '--folder', folder];
  const emulator = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: emulator.stdout });
  const ready = JSON.parse(await new Promise((resolve) => lines.once('line', resolve)));
  const read = (path) => readFileSync(path, 'utf8');
  return {
    ready,
    folder,
    settings: () => ({ idScope: ready.idScope, registrationId: ready.example.registrationId, endpoint: ready.endpoint }),
    identity: () => ({ cert: read(ready.example.fullChain), key: read(ready.example.key), trust: read(ready.root), onlyTrust: true }),
    end() {
      emulator.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
