// Whether anything of a private key stays in the modules' memory.
import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import * as api from 'dps-x509';
import { answer } from '../dist/esm/answer.js';
import * as whole from '../dist/esm/glue/files.js';
import { fixture } from './folders.mjs';

const memory = (glue) => Buffer.from(glue.initSync().memory.buffer);

/** The key as it is written, its DER, its base64, and the number itself. */
function traces(pem, passphrase) {
  const key = createPrivateKey({ key: pem, passphrase });
  const scalar = Buffer.from(key.export({ format: 'jwk' }).d, 'base64url');
  const der = key.export({ format: 'der', type: 'pkcs8' });
  const base64 = der.toString('base64');
  // The number as 64-bit words, as the arithmetic holds it.
  const words = Buffer.from(scalar).reverse();
  return { scalar, words, half: scalar.subarray(0, 16), der: der.subarray(36, 68), base64: Buffer.from(base64.slice(48, 88)) };
}

function found(glue, wanted) {
  const bytes = memory(glue);
  return Object.entries(wanted).filter(([, trace]) => bytes.includes(trace)).map(([name]) => name);
}

test('a planted value is found', async () => {
  const wanted = traces(fixture('device-1.key'));
  await api.load();
  await api.generate({ kind: 'self-signed', registrationId: 'd' });
  for (const [name, trace] of Object.entries(wanted)) {
    const bytes = memory(whole);
    bytes.set(trace, bytes.length - 4096);
    assert.deepEqual(found(whole, { [name]: trace }), [name]);
    bytes.fill(0, bytes.length - 4096, bytes.length - 2048);
  }
});

test('nothing of a key is left after an inspection, a repair, a comparison', async () => {
  const key = fixture('device-1.key');
  const wanted = traces(key);
  const files = [fixture('device-1.pem'), key, fixture('intermediate.pem')];
  const report = await api.inspect(files);
  assert.equal(report.keys.length, 1);
  assert.deepEqual(found(whole, wanted), []);
  const mangled = key.toString().replaceAll('\n', '\\n');
  const repaired = await api.repair({ data: mangled, purpose: 'device-key' });
  assert.equal(repaired.files[0].secret, true);
  // The first module has come to what it lacks, and was read once more with the rest.
  assert.deepEqual(found(whole, wanted), []);
  await api.inspect(key.subarray(0, 150));
  assert.deepEqual(found(whole, wanted), []);
  await api.compare(files, files);
  assert.deepEqual(found(whole, wanted), []);
});

test('nothing of a key is left after a configuration that holds it, or of a secret in a text', async () => {
  const key = fixture('device-1.key');
  const files = [fixture('device-1.pem'), key, fixture('intermediate.pem')];
  const made = await api.configure(['freertos'], files, { idScope: '0ne00111111', embedKey: true });
  assert.ok(made.targets[0].files.some(({ secret }) => secret));
  assert.deepEqual(found(whole, traces(key)), []);
  const secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I=';
  await api.explainText(`SharedAccessKey=${secret}\n401002`);
  assert.deepEqual(found(whole, { secret: Buffer.from(secret) }), []);
});

test('nothing of an encrypted key or its passphrase is left', async () => {
  const pem = fixture('device-1.key');
  const passphrase = 'correct horse battery staple';
  const encrypted = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
  const report = await api.inspect([fixture('device-1.pem'), encrypted], { passphrase });
  assert.deepEqual(report.keys.map(({ type }) => type), ['EC P-256']);
  const wanted = { ...traces(pem), passphrase: Buffer.from(passphrase) };
  assert.deepEqual(found(whole, wanted), []);
});

test('nothing of a key that was generated is left, nor of the key of the CA and its passphrase', async () => {
  const { files } = await api.generate({ kind: 'chain', registrationId: 'd' });
  const text = (name) => files.find(({ path }) => path === name).text;
  const keys = files.filter(({ isSecret }) => isSecret);
  assert.equal(keys.length, 3);
  assert.deepEqual(keys.flatMap((key) => found(whole, traces(key.text))), []);

  const passphrase = 'correct horse battery staple';
  const pem = text('root-key.pem');
  const caKey = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });
  const request = { kind: 'device', registrationId: 'e', ca: text('root.pem'), caKey, passphrase };
  const made = await api.generate(request);
  const wanted = { ...traces(pem), passphrase: Buffer.from(passphrase) };
  assert.deepEqual([...found(whole, wanted), ...found(whole, traces(made.files[1].text))], []);
  // Nor when it is refused, or stopped.
  await assert.rejects(api.generate({ ...request, ca: text('intermediate.pem') }), { code: 'invalid-input' });
  assert.deepEqual(found(whole, wanted), []);
  const onProgress = () => {
    throw new Error('enough');
  };
  await assert.rejects(api.generate({ ...request, keyType: 'rsa2048' }, { onProgress }), /enough/);
  assert.deepEqual(found(whole, wanted), []);
});

test('nothing of an RSA key that was generated is left', async () => {
  const { files } = await api.generate({ kind: 'self-signed', registrationId: 'd', keyType: 'rsa2048' });
  const jwk = createPrivateKey(files[1].text).export({ format: 'jwk' });
  for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi']) {
    const number = Buffer.from(jwk[name], 'base64url').subarray(-32);
    const wanted = { number, words: Buffer.from(number).reverse() };
    assert.deepEqual(found(whole, wanted), [], name);
  }
});

test('a worker clears what a message brought', async () => {
  const { files } = await api.generate({ kind: 'chain', registrationId: 'd' });
  const bytes = (name) => new TextEncoder().encode(files.find(({ path }) => path === name).text);
  const [ca, caKey, passphrase] = [bytes('root.pem'), bytes('root-key.pem').buffer, new Uint8Array([1, 2])];
  const said = [];
  const request = { kind: 'device', registrationId: 'e', ca: [{ data: ca }], caKey, passphrase };
  await answer({ id: 1, task: { name: 'generate', request } }, (response) => said.push(response));
  const key = new DataView(bytes('device-key.pem').buffer);
  await answer({ id: 2, task: { name: 'inspect', files: new Set([key]), options: {} } }, (response) => said.push(response));
  assert.deepEqual(said.map(({ id, result }) => [id, result.files?.length ?? result.keys.length]), [[1, 3], [2, 1]]);
  for (const view of [ca, new Uint8Array(caKey), passphrase, new Uint8Array(key.buffer)]) {
    assert.ok(view.length > 1 && view.every((byte) => byte === 0));
  }
});
