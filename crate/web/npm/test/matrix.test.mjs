// A dozen of the throw-away projects of `npm run matrix`, with the package as it would be published.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { configurations } from '../matrix/list.mjs';
import { tryOut } from '../matrix/project.mjs';
import { npm } from './folders.mjs';

let folder;
let tarball;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: npm, encoding: 'utf8' });
  tarball = join(folder, JSON.parse(packed)[0].filename);
});

after(() => rmSync(folder, { recursive: true, force: true }));

for (const one of configurations.filter(({ ci }) => ci)) {
  test(one.name, async () => {
    const { checks } = await tryOut(one, { tarball, keep: false });
    const wrong = Object.fromEntries(Object.entries(checks).filter(([, result]) => result !== 'ok'));
    assert.deepEqual(wrong, {});
    assert.ok(Object.keys(checks).length >= 12);
  });
}
