// Test certificates: judged by openssl, Node's own crypto, this package and the emulator; the files are the command line's.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import * as api from 'dps-x509';
import { provision } from 'dps-x509/node';
import { createGenerator } from 'dps-x509/worker';
import { titleOf } from './browser.mjs';
import { fixture, npm, root } from './folders.mjs';

const binary = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/dps-x509');
let folder;
let generator;

before(() => {
  assert.ok(existsSync(binary), `${binary} is missing; \`cargo xtask build\` makes it`);
  folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  generator = createGenerator();
});

after(() => {
  generator?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The two ways to generate. */
const ways = [
  ['on the calling thread', api.generate],
  ['in a worker', (request, options) => generator.generate(request, options)],
];

const text = ({ files }, path) => files.find((file) => file.path === path).text;

/** Writes the files into a folder of their own, as their user would. */
function write({ files }) {
  const out = mkdtempSync(join(folder, 'out-'));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), text);
  }
  return out;
}

const openssl = (cwd, ...args) => execFileSync('openssl', args, { cwd, encoding: 'utf8', stdio: 'pipe' });
const verify = (cwd, ...args) => openssl(cwd, 'verify', '-x509_strict', '-purpose', 'sslclient', ...args);

function assertKeyOf(certificate, key) {
  assert.ok(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)));
}

/** This package finds neither errors nor warnings. */
async function assertReady(files, options) {
  const { findings } = await api.inspect(files, options);
  assert.deepEqual(findings.filter(({ severity }) => severity !== 'note').map(({ code, message }) => `${code} ${message}`), []);
}

/** What `dps-x509 generate` makes of the same request: its files without what is new every time. */
function commandLine(...args) {
  const cwd = mkdtempSync(join(folder, 'cli-'));
  const { files } = JSON.parse(execFileSync(binary, ['generate', ...args, '--json'], { cwd }));
  return { cwd, files: files.map((file) => [file, readFileSync(join(cwd, file.path), 'utf8')]) };
}

const day = (time) => time?.slice(0, 10);
const stripped = ({ subject, notBefore, notAfter, ...file }, text) => ({
  ...file,
  subject: subject?.replace(/[0-9a-f]{8}(?=,)/, ''),
  notBefore: day(notBefore),
  notAfter: day(notAfter),
  // All but what is random.
  labels: text.match(/^(-----.*|[^A-Za-z0-9+/=]*[=[#].*)$/gm),
});

for (const [way, generate] of ways) {
  test(`every kind has the files of the command line, ${way}`, async () => {
    const chain = commandLine('chain', '--registration-id', 'd');
    const [ca, caKey] = ['root.pem', 'root-key.pem'].map((name) => readFileSync(join(chain.cwd, name), 'utf8'));
    const caFlags = ['--ca', join(chain.cwd, 'root.pem'), '--ca-key', join(chain.cwd, 'root-key.pem')];
    const parts = { organization: 'Müller & "Söhne", Inc.', country: 'DE', state: 'Bayern', locality: 'Hof' };
    const partFlags = Object.entries(parts).flatMap(([name, value]) => [`--${name}`, value]);
    const notBefore = new Date('2027-01-31T12:00:00Z');
    for (const [request, ...args] of [
      [{ kind: 'self-signed', registrationId: 'd', days: 1 }, 'self-signed', '--registration-id', 'd', '--days', '1'],
      [{ kind: 'chain', registrationId: 'd', ...parts, notBefore, days: 9000, keyType: 'p384' }, 'chain', '--registration-id', 'd', ...partFlags, '--not-before', '2027-01-31T12:00:00Z', '--days', '9000', '--key-type', 'p384'],
      [{ kind: 'chain', registrationId: '.A:b', count: 3 }, 'chain', '--registration-id', '.A:b', '--count', '3'],
      [{ kind: 'device', registrationId: 'e', ca, caKey }, 'device', '--registration-id', 'e', ...caFlags],
      [{ kind: 'csr', registrationId: 'd' }, 'csr', '--registration-id', 'd'],
      [{ kind: 'verification', ca, caKey, code: ' 75B86466DA34 ' }, 'verification', ...caFlags, '--code', '75B86466DA34'],
    ]) {
      const made = await generate(request);
      assert.equal(made.task, request.kind);
      assert.deepEqual([made.version, made.isTest], [1, true]);
      const files = made.files.map(({ text, ...file }) => stripped(file, text));
      assert.deepEqual(files, commandLine(...args).files.map(([file, text]) => stripped(file, text)), request.kind);
      assert.deepEqual(made.warnings.map((it) => /upper-case/.test(it)), request.registrationId === '.A:b' ? [true] : []);
    }
  });
}

test('a self-signed device, of every kind of key', async () => {
  const details = {
    p256: { namedCurve: 'prime256v1' },
    p384: { namedCurve: 'secp384r1' },
    rsa2048: { modulusLength: 2048, publicExponent: 65537n },
    rsa3072: { modulusLength: 3072, publicExponent: 65537n },
    rsa4096: { modulusLength: 4096, publicExponent: 65537n },
  };
  for (const [keyType, expected] of Object.entries(details)) {
    const made = await generator.generate({ kind: 'self-signed', registrationId: 'device-1', keyType });
    const [certificate, key] = [text(made, 'device-cert.pem'), text(made, 'device-key.pem')];
    assertKeyOf(certificate, key);
    assert.deepEqual(createPrivateKey(key).asymmetricKeyDetails, expected);
    await assertReady([certificate, { data: key, purpose: 'device-key' }], { registrationId: 'device-1', enrollment: 'individual' });
    const out = write(made);
    assert.match(verify(out, '-CAfile', 'device-cert.pem', 'device-cert.pem'), /OK/);
    assert.match(openssl(out, 'pkey', '-in', 'device-key.pem', '-check', '-noout'), /valid/);
  }
});

test('a chain and a fleet', async () => {
  const one = await api.generate({ kind: 'chain', registrationId: 'device-1' });
  const fleet = await generator.generate({ kind: 'chain', registrationId: 'sensor', count: 3 });
  const id = ({ registrationId }) => registrationId;
  assert.deepEqual([...new Set(fleet.files.map(id).filter(Boolean))], ['sensor-1', 'sensor-2', 'sensor-3']);
  for (const made of [one, fleet]) {
    const out = write(made);
    assert.match(verify(out, '-CAfile', 'root.pem', 'intermediate.pem'), /OK/);
    assertKeyOf(text(made, 'root.pem'), text(made, 'root-key.pem'));
    assertKeyOf(text(made, 'intermediate.pem'), text(made, 'intermediate-key.pem'));
    const leaves = made.files.filter(({ kind }) => kind === 'device-full-chain');
    assert.equal(leaves.length, made === one ? 1 : 3);
    for (const { path, text: full, registrationId } of leaves) {
      assert.match(verify(out, '-CAfile', 'root.pem', '-untrusted', 'intermediate.pem', path), /OK/);
      const key = text(made, path.replace('full-chain', 'key'));
      assertKeyOf(full, key);
      const files = [full, { data: key, purpose: 'device-key' }, { data: text(made, 'root.pem'), purpose: 'group-ca' }];
      await assertReady(files, { registrationId, enrollment: 'group' });
    }
  }
});

test('a CA of somebody signs: a device, and the proof of possession', async () => {
  const passphrase = 'a passphrase';
  const chain = await api.generate({ kind: 'chain', registrationId: 'd' });
  const locked = createPrivateKey(text(chain, 'intermediate-key.pem')).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
  const ca = [{ name: 'root.pem', data: text(chain, 'root.pem') }, new Blob([text(chain, 'intermediate.pem')])];
  for (const [, generate] of ways) {
    const made = await generate({ kind: 'device', registrationId: 'e', days: 5000, ca, caKey: Buffer.from(locked), passphrase });
    assert.equal(text(made, 'device-full-chain.pem'), text(made, 'device-cert.pem') + text(chain, 'intermediate.pem'));
    const [{ notAfter }] = made.files;
    assert.deepEqual(made.warnings, [`Valid until ${notAfter}: no longer than the CA, which ends then.`]);
    const out = write({ files: [...chain.files, ...made.files] });
    assert.match(verify(out, '-CAfile', 'root.pem', '-untrusted', 'intermediate.pem', 'device-cert.pem'), /OK/);
    const code = '75B86466DA34D2B04C0C4C9557A119687ADAE7D4732BDDB3';
    const proof = await generate({ kind: 'verification', ca: ca[0], caKey: text(chain, 'root-key.pem'), code });
    const certificate = new X509Certificate(text(proof, 'verification.pem'));
    assert.equal(certificate.subject, `CN=${code}`);
    assert.ok(certificate.verify(createPublicKey(text(chain, 'root.pem'))));
  }
});

test('a request', async () => {
  for (const keyType of [undefined, 'rsa2048']) {
    const made = await generator.generate({ kind: 'csr', registrationId: 'device-1', organization: 'Fabrikam', keyType });
    const said = openssl(write(made), 'req', '-in', 'device-csr.pem', '-noout', '-verify', '-subject', '-pubkey');
    assert.match(said, /O ?= ?Fabrikam, CN ?= ?device-1/);
    const own = createPublicKey(text(made, 'device-key.pem')).export({ type: 'spki', format: 'pem' });
    assert.ok(said.includes(own));
  }
});

test('two runs have nothing in common', async () => {
  const made = await Promise.all(['a', 'b'].flatMap(() => ways.map(([, generate]) => generate({ kind: 'chain', registrationId: 'd' }))));
  for (const path of ['root.pem', 'root-key.pem', 'intermediate-key.pem', 'device-key.pem', 'device-cert.pem']) {
    assert.equal(new Set(made.map((one) => text(one, path))).size, 4, path);
  }
});

test('a chain is provisioned by the emulator', async () => {
  const made = await generator.generate({ kind: 'chain', registrationId: 'my-device' });
  const out = write(made);
  const args = ['emulate', join(out, 'enrollments.toml'), '--listen', '127.0.0.1:0', '--json', '--folder', join(out, 'emulator')];
  const emulator = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: emulator.stdout });
    const ready = JSON.parse(await new Promise((resolve) => lines.once('line', resolve)));
    const assignment = await provision(
      { idScope: ready.idScope, registrationId: 'my-device', endpoint: ready.endpoint },
      { cert: text(made, 'device-full-chain.pem'), key: text(made, 'device-key.pem'), trust: readFileSync(ready.root), onlyTrust: true },
    );
    assert.equal(assignment.deviceId, 'my-device');
  } finally {
    emulator.kill();
  }
});

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

test('what cannot be made is said, and the next request works', async () => {
  const chain = await api.generate({ kind: 'chain', registrationId: 'd' });
  const past = await api.generate({ kind: 'chain', registrationId: 'd', notBefore: new Date('2001-01-01'), days: 10 });
  const [ca, caKey] = [text(chain, 'root.pem'), text(chain, 'root-key.pem')];
  const device = { kind: 'device', registrationId: 'e', ca, caKey };
  const self = { kind: 'self-signed', registrationId: 'd' };
  const locked = createPrivateKey(caKey).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
  for (const [request, code, message, finding] of [
    [{ ...self, country: 'Germany' }, 'invalid-input', /^the country must be two capital letters/],
    [{ ...self, organization: 'x'.repeat(65) }, 'invalid-input', /^the organization must be/],
    [{ ...self, registrationId: 'x'.repeat(65) }, 'invalid-input', /65 characters/],
    [{ ...self, registrationId: '' }, 'invalid-settings', /registration ID is empty/, 'DX102'],
    [{ ...self, registrationId: undefined }, 'invalid-settings', /registration ID is empty/, 'DX102'],
    [{ ...self, registrationId: 'user@host' }, 'invalid-settings', /'@'/, 'DX102'],
    [{ ...self, registrationId: 5 }, 'invalid-input', /registrationId/],
    [{ ...self, keyType: 'dsa' }, 'invalid-input', /"dsa"/],
    [{ ...self, notBefore: new Date('never') }, 'invalid-input', /notBefore/],
    [{ ...self, notBefore: new Date('1969-12-31') }, 'invalid-input', /1970 to 9999/],
    ...[0, -1, NaN, Infinity, 1e300, 1e-9].map((days) => [{ ...self, days }, 'invalid-input', /1970 to 9999/]),
    [{ ...self, days: '1' }, 'invalid-input', /days/],
    ...[0, -1, 1.5, NaN, 100_001, 2 ** 32 + 1].map((count) => [{ ...self, kind: 'chain', count }, 'invalid-input', /^the number of devices must be from 1 to 100000/]),
    [{ ...self, kind: 'chain', registrationId: 'x'.repeat(63), count: 2 }, 'invalid-input', /65 characters/],
    [{ kind: 'pigeon' }, 'invalid-input', /"pigeon"/],
    [{}, 'invalid-input', /undefined/],
    [null, 'invalid-input', /object/],
    [{ ...device, caKey: text(chain, 'device-key.pem') }, 'invalid-input', /does not belong to the CA certificate/],
    [{ ...device, ca: text(chain, 'device-cert.pem'), caKey: text(chain, 'device-key.pem') }, 'invalid-input', /is no CA/],
    [{ ...device, ca: text(past, 'root.pem'), caKey: text(past, 'root-key.pem') }, 'invalid-input', /has expired/],
    [{ ...device, ca: fixture('server-ca.pem'), caKey: fixture('intermediate.key') }, 'invalid-input', /lacks clientAuth/],
    [{ ...device, ca: undefined }, 'invalid-input', /no certificate in `ca`/],
    [{ ...device, caKey: undefined }, 'invalid-input', /no private key in `caKey`/],
    [{ ...device, ca: caKey }, 'invalid-settings', /private key/, 'DX211'],
    [{ ...device, ca: 'nothing' }, 'invalid-settings', /neither PEM nor DER/, 'DX203'],
    [{ ...device, caKey: locked }, 'invalid-settings', /no passphrase/, 'DX304'],
    [{ ...device, caKey: locked, passphrase: 'y' }, 'invalid-settings', /passphrase/, 'DX305'],
    [{ kind: 'verification', ca, caKey, code: 'ä' }, 'invalid-input', /verification code/],
    [{ kind: 'verification', ca, caKey }, 'invalid-input', /verification code/],
  ]) {
    for (const [way, generate] of ways) {
      await assert.rejects(generate(request), (error) => {
        const shown = `${way}: ${JSON.stringify(request)?.slice(0, 200)}: ${error.code} ${error.message}`;
        assert.ok(error instanceof api.DpsError && error.code === code, shown);
        assert.match(error.message, message, shown);
        assert.equal(error.findings[0]?.code, finding, shown);
        return true;
      });
    }
  }
  await assert.rejects(generator.generate({ ...device, ca: () => {} }), { code: 'invalid-input' });
  for (const [, generate] of ways) {
    assert.equal((await generate(device)).files.length, 3);
  }
});

test('what was given stays as it was', async () => {
  const chain = await api.generate({ kind: 'chain', registrationId: 'd' });
  const [ca, caKey] = [Buffer.from(text(chain, 'root.pem')), Buffer.from(text(chain, 'root-key.pem'))];
  for (const [, generate] of ways) {
    await generate({ kind: 'device', registrationId: 'e', ca, caKey });
    assert.equal(ca.toString(), text(chain, 'root.pem'));
    assert.equal(caKey.toString(), text(chain, 'root-key.pem'));
  }
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
locate({ generation: bytes(${base64('generation.wasm')}), inspection: bytes(${base64('inspection.wasm')}) });
const script = URL.createObjectURL(new Blob([${JSON.stringify(worker)}], { type: 'text/javascript' }));
${inPage(`{ worker: () => new Worker(script, { type: '${type}' }) }`)}`);
    assert.equal(await titleOf(path), expected);
  });
}
