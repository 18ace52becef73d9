// Test certificates: judged by openssl, Node's own crypto, this package and the emulator; the files are the command line's.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import * as api from 'dps-x509';
import { provision } from 'dps-x509/node';
import { createGenerator } from 'dps-x509/worker';
import { fixture, root } from './folders.mjs';
import { text, waysOf } from './making.mjs';

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

const ways = waysOf(() => generator);

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
