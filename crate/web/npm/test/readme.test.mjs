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
  'inspect([cert, key]': /CN=my-x509-device.* \[\]\n$/,
  'await inspect(\n': /^CN=device-1\nerror DX401: [^]*# DX401 cn-is-not-registration-id/,
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

test('every example is TypeScript, strict, without skipLibCheck', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  try {
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
    symlinkSync(npm, join(folder, 'node_modules/dps-x509'));
    for (const name of ['@types/node', 'undici-types']) symlinkSync(join(npm, 'node_modules', name), join(folder, 'node_modules', name));
    const files = blocks.map((code, index) => [`example${index}.mts`, code]);
    files.push(['more.mts', MORE]);
    for (const [name, code] of files) writeFileSync(join(folder, name), code);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, module: 'NodeNext', target: 'ES2022', lib: ['ES2022'], types: ['node'], skipLibCheck: false, exactOptionalPropertyTypes: true },
      files: files.map(([name]) => name),
    }));
    await promisify(execFile)(process.execPath, [join(npm, 'node_modules/typescript/bin/tsc'), '--project', folder]).catch(({ stdout }) => assert.fail(stdout));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** What strict projects do besides. */
const MORE = `import { explainRefusal, explainText, inspect, locate, Session, type Report } from 'dps-x509';
import * as inline from 'dps-x509/inline';
import { provision, ProvisioningError, type ProvisionOptions } from 'dps-x509/node';
import { createGenerator, createInspector } from 'dps-x509/worker';
import inspection from 'dps-x509/inspection.wasm';
locate({ inspection, complete: () => import('dps-x509/complete.wasm'), session: new URL('file:///session.wasm') });
const bytes: Uint8Array = new Uint8Array();
export const options: ProvisionOptions = { cert: bytes, key: bytes, passphrase: bytes, trust: [bytes, ''], proxy: new URL('http://a'), socket: { keepAlive: true } };
export const reports: Report[] = [await inspect(bytes), await inspect([bytes, new Blob([])]), await inline.inspect('')];
await explainText(bytes, [bytes]);
try {
  const { issuedCertificate, hubCheck } = await provision({ idScope: '', csr: bytes, checkHub: true }, options);
  console.log(issuedCertificate?.length, hubCheck?.outcome);
} catch (error) {
  if (error instanceof ProvisioningError && error.report.answer !== undefined) {
    const [refusal] = await explainRefusal(error.report.answer, bytes);
    console.log(refusal?.nextStep);
  }
}
{
  using inspector = createInspector();
  using generator = createGenerator();
  using session = await Session.start({ idScope: '', registrationId: '' }, 0);
  console.log(inspector, generator, session.deadline);
}
`;
