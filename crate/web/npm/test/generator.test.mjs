// How generation goes: its progress, who makes the keys, how it is stopped, in workers and in pages.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import * as api from 'dps-x509';
import { createGenerator } from 'dps-x509/worker';
import { titleOf } from './browser.mjs';
import { npm } from './folders.mjs';
import { text, waysOf } from './making.mjs';

let folder;
let generator;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  generator = createGenerator();
});

after(() => {
  generator?.close();
  rmSync(folder, { recursive: true, force: true });
});

const ways = waysOf(() => generator);

test('progress is told, and ends with the devices', async () => {
  for (const [way, generate] of ways) {
    const told = [];
    await generate({ kind: 'self-signed', registrationId: 'd', keyType: 'rsa2048' }, { onProgress: (it) => told.push(it) });
    assert.deepEqual(told, [{ keyType: 'rsa2048', primes: 0, candidates: 0, devices: 0, of: 1 }], way);
    const fleet = [];
    await generate({ kind: 'chain', registrationId: 'd', count: 4 }, { onProgress: ({ devices, of }) => fleet.push([devices, of]) });
    assert.deepEqual(fleet, [[1, 4], [2, 4], [3, 4], [4, 4]], way);
  }
});

test('RSA keys are those of WebCrypto, and are searched where there is none', async () => {
  const { subtle } = globalThis.crypto;
  const made = [];
  const watched = {
    generateKey: async (...args) => {
      const pair = await subtle.generateKey(...args);
      made.push(pair);
      return pair;
    },
    exportKey: (...args) => subtle.exportKey(...args),
  };
  const request = { kind: 'chain', registrationId: 'd', keyType: 'rsa2048' };
  const chain = await withSubtle(watched, () => api.generate(request));
  const pem = async ({ publicKey }) => createPublicKey({ key: Buffer.from(await subtle.exportKey('spki', publicKey)), format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' });
  const names = ['root.pem', 'intermediate.pem', 'device-cert.pem'];
  const used = names.map((name) => new X509Certificate(text(chain, name)).publicKey.export({ type: 'spki', format: 'pem' }));
  assert.deepEqual(used, await Promise.all(made.map(pem)));
  const told = [];
  const searched = await withSubtle(undefined, () => api.generate({ ...request, kind: 'self-signed' }, { onProgress: (it) => told.push(it) }));
  // How many depends on luck: a hundred and more, and rarely a handful.
  assert.ok(told.some(({ primes }) => primes === 1) && told.at(-1).candidates > 0);
  assert.ok(new X509Certificate(text(searched, 'device-cert.pem')).checkPrivateKey(createPrivateKey(text(searched, 'device-key.pem'))));
});

/** With another WebCrypto, or none. */
async function withSubtle(subtle, run) {
  const whole = globalThis.crypto;
  const getRandomValues = (array) => whole.getRandomValues(array);
  Object.defineProperty(globalThis, 'crypto', { value: { subtle, getRandomValues }, configurable: true, writable: true });
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: whole, configurable: true, writable: true });
  }
}

test('a signal ends it with its reason, and what throws in the listener comes out', async () => {
  const slow = { kind: 'self-signed', registrationId: 'd', keyType: 'rsa4096' };
  const quick = { kind: 'self-signed', registrationId: 'd' };
  for (const [way, generate] of ways) {
    for (const reason of [new Error('enough'), 'enough', undefined]) {
      const controller = new AbortController();
      const onProgress = () => controller.abort(reason);
      const stopped = generate(slow, { signal: controller.signal, onProgress });
      await assert.rejects(stopped, (error) => error === controller.signal.reason, way);
      assert.equal((await generate(quick)).files.length, 3);
    }
    const onProgress = () => {
      throw new RangeError('from the listener');
    };
    await assert.rejects(generate(slow, { onProgress }), { name: 'RangeError', message: 'from the listener' });
    await assert.rejects(generate(quick, { signal: AbortSignal.abort('early') }), (error) => error === 'early');
    assert.equal((await generate(quick)).files.length, 3);
  }
});

test('a worker does one request after the other, and only those that are wanted', async () => {
  const own = createGenerator();
  const slow = { kind: 'self-signed', registrationId: 'd', keyType: 'rsa4096' };
  const [first, second] = [new AbortController(), new AbortController()];
  let needless = 0;
  const results = Promise.allSettled([
    own.generate(slow, { signal: first.signal, onProgress: () => first.abort('first') }),
    own.generate(slow, { signal: second.signal, onProgress: () => needless++ }),
    own.generate({ kind: 'self-signed', registrationId: 'third' }),
  ]);
  second.abort('second');
  const [one, two, three] = await results;
  assert.deepEqual([one.reason, two.reason, three.value?.task], ['first', 'second', 'self-signed']);
  assert.equal(needless, 0);
  const last = own.generate(slow);
  own.close();
  await assert.rejects(last, { name: 'DpsError', code: 'worker-broken' });
  await assert.rejects(own.generate(slow), { code: 'worker-broken', message: 'The generator is closed.' });
});

/** What a page does: its title is the parts of what it has seen. */
const inPage = (worker) => `
const seen = [];
const chain = await generate({ kind: 'chain', registrationId: 'device-1' });
const report = await inspect(chain.files.filter(({ path }) => /^device-(full-chain|key)/.test(path)).map(({ text }) => text), { registrationId: 'device-1' });
seen.push(chain.files.length, report.findings.filter(({ severity }) => severity === 'error').length);
const generator = createGenerator(${worker});
let told = 0;
const rsa = await generator.generate({ kind: 'self-signed', registrationId: 'd', keyType: 'rsa2048' }, { onProgress: () => told++ });
seen.push(rsa.files.length, told > 0);
const controller = new AbortController();
const onProgress = () => controller.abort('enough');
const slow = { kind: 'self-signed', registrationId: 'd', keyType: 'rsa4096' };
await generator.generate(slow, { signal: controller.signal, onProgress }).catch((reason) => seen.push(reason));
seen.push((await generator.generate({ kind: 'csr', registrationId: 'd' })).files.length);
generator.close();
document.title = seen.join(' ');
`;
const expected = '8 0 3 true enough 2';
const html = '<!doctype html><html lang="en"><title>waiting</title><script type="module" src="./main.js"></script></html>';

test('in a browser, on the page and in a worker', async () => {
  const path = mkdtempSync(join(folder, 'browser-'));
  cpSync(join(npm, 'dist'), join(path, 'dist'), { recursive: true });
  writeFileSync(join(path, 'index.html'), html);
  writeFileSync(join(path, 'main.js'), `import { generate, inspect } from './dist/esm/index.js';
import { createGenerator } from './dist/esm/worker.js';${inPage('')}`);
  assert.equal(await titleOf(path), expected);
});

// As one file from disk has it: no address leads anywhere, the worker is text, and the module comes with its first message.
for (const type of ['classic', 'module']) {
  test(`a worker out of a blob, as a ${type} script`, async () => {
    const path = mkdtempSync(join(folder, `blob-${type}-`));
    const bundle = async (contents) => {
      const stdin = { contents, resolveDir: join(npm, 'dist/esm') };
      const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm', logLevel: 'error' });
      return outputFiles[0].text;
    };
    const worker = readFileSync(join(npm, 'dist/esm/part/worker-script.js'), 'utf8');
    const all = "export { generate, inspect, locate } from './index.js'; export { createGenerator } from './worker.js';";
    writeFileSync(join(path, 'all.js'), await bundle(all));
    const base64 = (name) => JSON.stringify(readFileSync(join(npm, 'dist/esm/part', name)).toString('base64'));
    writeFileSync(join(path, 'index.html'), html);
    writeFileSync(join(path, 'main.js'), `import { createGenerator, generate, inspect, locate } from './all.js';
const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
locate({ complete: bytes(${base64('complete.wasm')}), inspection: bytes(${base64('inspection.wasm')}) });
const script = URL.createObjectURL(new Blob([${JSON.stringify(worker)}], { type: 'text/javascript' }));
${inPage(`{ worker: () => new Worker(script, { type: '${type}' }) }`)}`);
    assert.equal(await titleOf(path), expected);
  });
}
