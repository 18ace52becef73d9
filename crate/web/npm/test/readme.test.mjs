// The examples of the README, as programs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { fixture, npm } from './folders.mjs';

const blocks = [...readFileSync(join(npm, 'README.md'), 'utf8').matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);

/** What each prints, by a word that is in it. The provisioning is run in provision.test.mjs. */
const expected = {
  'inspect(files': /^CN=device-1\nerror DX401: [^]*# DX401 cn-is-not-registration-id/,
  'explainRefusal(': /^DX707 DX431 [^]*-----BEGIN CERTIFICATE-----[^]*\[ 'needless', 'needless' \]\nNothing changed/,
  'explainText(': /^DPS [^]*'ruled-out: [^]*'paho'[^]*device-full-chain\.pem \d+\n[^]*paho\//,
  'generate(': /^\[\n  'root\.pem',[^]*'device-full-chain\.pem',\n  'enrollments\.toml'\n\] \[\]\n0 of 2 primes, \d+ numbers tested\n[^]*\[ 'device-certificate', 'device-key', 'device-full-chain' \]/,
  'createInspector(': /^\[ 'CN=device-1', 'CN=device-1' \]/,
};

test('every example runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(npm, join(folder, 'node_modules/dps-x509'));
    const files = { 'device-cert.pem': 'device-1.pem', 'device.key': 'device-1.key', 'intermediate.pem': 'intermediate.pem', 'renewed.pem': 'device-1.pem' };
    for (const [name, from] of Object.entries(files)) {
      writeFileSync(join(folder, name), fixture(from));
    }
    writeFileSync(join(folder, 'device.log'), '{"errorCode":401002,"message":"CA certificate not found."}');
    const seen = [];
    for (const code of blocks.filter((block) => !block.includes('provision('))) {
      const word = Object.keys(expected).find((one) => code.includes(one));
      assert.ok(word, `an example that is not expected:\n${code}`);
      writeFileSync(join(folder, 'example.mjs'), code);
      const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
      assert.match(stdout, expected[word]);
      seen.push(word);
    }
    assert.deepEqual(seen, Object.keys(expected));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
