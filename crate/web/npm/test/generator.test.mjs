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
import { fixture, npm } from './folders.mjs';
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

const { subtle } = globalThis.crypto;

/** The key of a certificate, or of a pair of WebCrypto, in the same form. */
const ofCertificate = (certificate) => certificate.publicKey.export({ type: 'spki', format: 'pem' });
const ofPair = async ({ publicKey }) =>
  createPublicKey({ key: Buffer.from(await subtle.exportKey('spki', publicKey)), format: 'der', type: 'spki' }).export({ type: 'spki', format: 'pem' });

/** The WebCrypto of the platform, with what it is asked for; each method as told otherwise. */
function watched(otherwise = {}) {
  const asked = [];
  const pairs = [];
  const methods = ['generateKey', 'exportKey', 'importKey', 'sign'].map((name) => [name, async (...args) => {
    asked.push(name);
    const answer = await (name in otherwise ? otherwise[name](...args) : subtle[name](...args));
    if (name === 'generateKey') pairs.push(answer);
    return answer;
  }]);
  return { asked, pairs, subtle: Object.fromEntries(methods) };
}

/** Node's verdict on a chain: each certificate is signed by the one above it, and each key belongs to its own. */
function assertSigned(files, devices = 'device-full-chain.pem') {
  const [root, intermediate] = ['root.pem', 'intermediate.pem'].map((name) => new X509Certificate(text(files, name)));
  assert.ok(root.verify(root.publicKey) && intermediate.verify(root.publicKey));
  const leaves = files.files.filter(({ path }) => path.endsWith(devices));
  for (const { path, text: pem } of leaves) {
    const leaf = new X509Certificate(pem);
    assert.ok(leaf.verify(intermediate.publicKey), path);
    assert.ok(leaf.checkPrivateKey(createPrivateKey(text(files, path.replace(devices, 'device-key.pem')))), path);
  }
  return [root, intermediate, ...leaves.map(({ text: pem }) => new X509Certificate(pem))];
}

test('keys and signatures are those of WebCrypto', async () => {
  for (const keyType of ['p256', 'p384', 'rsa2048']) {
    const platform = watched();
    const chain = await withSubtle(platform.subtle, () => api.generate({ kind: 'chain', registrationId: 'd', keyType, count: 3 }));
    const certificates = assertSigned(chain);
    assert.deepEqual(certificates.map(ofCertificate), await Promise.all(platform.pairs.map(ofPair)), keyType);
    const count = (name) => platform.asked.filter((one) => one === name).length;
    // The intermediate's key is handed over once: the platform made another one since.
    assert.deepEqual(['generateKey', 'exportKey', 'importKey', 'sign'].map(count), [5, 10, 1, 5], keyType);
  }
  const platform = watched();
  const [ca, caKey] = [fixture('root.pem'), fixture('root.key')];
  const device = await withSubtle(platform.subtle, () => api.generate({ kind: 'device', registrationId: 'd', ca, caKey }));
  assert.deepEqual(platform.asked, ['generateKey', 'exportKey', 'exportKey', 'importKey', 'sign']);
  assert.ok(new X509Certificate(text(device, 'device-cert.pem')).verify(new X509Certificate(ca).publicKey));
});

test('what WebCrypto does not do is done here', async () => {
  const no = async () => {
    throw new DOMException('not here', 'NotSupportedError');
  };
  const names = ['generateKey', 'exportKey', 'importKey', 'sign'];
  const refused = [...names.map((name) => ({ [name]: no })), ...names.map((name) => ({ [name]: () => undefined }))];
  for (const otherwise of refused) {
    const chain = await withSubtle(watched(otherwise).subtle, () => api.generate({ kind: 'chain', registrationId: 'd', count: 2 }));
    assert.equal(assertSigned(chain).length, 4, JSON.stringify(otherwise));
  }
  const told = [];
  const request = { kind: 'self-signed', registrationId: 'd', keyType: 'rsa2048' };
  const searched = await withSubtle(undefined, () => api.generate(request, { onProgress: (it) => told.push(it) }));
  // How many depends on luck: a hundred and more, and rarely a handful.
  assert.ok(told.some(({ primes }) => primes === 1) && told.at(-1).candidates > 0);
  assert.ok(new X509Certificate(text(searched, 'device-cert.pem')).checkPrivateKey(createPrivateKey(text(searched, 'device-key.pem'))));
  const chain = await withSubtle(undefined, () => api.generate({ kind: 'chain', registrationId: 'd', keyType: 'p384' }));
  assert.equal(assertSigned(chain).length, 3);
});

test('others may inspect and generate while one is waited for', async () => {
  const files = ['device-1.pem', 'device-1.key', 'intermediate.pem'].map(fixture);
  const before = (await api.inspect(files)).findings;
  let isDone = false;
  const chains = Promise.all(['p256', 'rsa2048', 'p384'].map((keyType) => api.generate({ kind: 'chain', registrationId: 'd', keyType, count: 4 })));
  chains.finally(() => (isDone = true));
  let inspections = 0;
  while (!isDone) {
    assert.deepEqual((await api.inspect(files)).findings, before);
    inspections++;
    await new Promise(setImmediate);
  }
  for (const chain of await chains) assert.equal(assertSigned(chain).length, 6);
  assert.ok(inspections > 1);
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
