// Where the module that looks at files is cut: what its first part does alone, and how the second joins it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as api from 'dps-x509';
import * as glue from '../dist/esm/glue/files.js';
import { cases, fixture } from './folders.mjs';

let isAsked = false;
/** Nothing is joined while this is what there is. */
const withhold = () => {
  isAsked = true;
  throw new Error('withheld');
};
api.locate({ complete: withhold });

/** Whether the first part judges these files by itself. */
async function isAlone(files, options) {
  isAsked = false;
  await api.inspect(files, options).catch((error) => assert.match(error.code, /^(module-unavailable|invalid-settings)$/));
  return !isAsked;
}

test('what most people have is judged by the first part alone', async () => {
  for (const names of [
    ['device-1.pem', 'device-1.key', 'intermediate.pem', 'root.pem'],
    ['full-chain.pem', 'two-names.key'],
    ['rsa.pem', 'rsa.key'],
    ['device-1.der'],
    ['intermediate.crl.pem'],
  ]) {
    assert.ok(await isAlone(names.map(fixture), { registrationId: 'device-1', enrollment: 'group' }), names.join(' '));
  }
});

test('half of the cases are judged by it alone', async () => {
  const alone = [];
  for (const [name, { given }] of cases('check')) {
    const files = given.files.map(({ purpose, path, text }) => ({ purpose, name: path, data: text ?? fixture(path) }));
    const { registrationId, at, cloud = null, enrollment, passphrase } = given;
    if (await isAlone(files, { registrationId, at: at === undefined ? null : at * 1000, cloud, enrollment, passphrase })) alone.push(name);
  }
  assert.ok(alone.length >= ALONE, `${alone.length} of them`);
});

/** A function that moves behind the cut makes this fail, and a page of every visitor slower. */
const ALONE = 108;

test('what is rarer asks for the second part, once for each call, and says why it cannot be had', async () => {
  for (const name of ['P-384.pem', 'P-521.key', 'ed25519.pem', 'device-1.p12', 'device-1.encrypted.key', 'cut.pem', 'odd-serial-zero.pem']) {
    await assert.rejects(api.inspect(fixture(name)), { code: 'module-unavailable', message: /withheld/ }, name);
  }
  await assert.rejects(api.targets(), { code: 'module-unavailable' });
});

test('a session needs the first part and its own, and goes on while the memory of files is cleared', async () => {
  isAsked = false;
  const session = await api.Session.start({ idScope: '0ne00111111', registrationId: 'device-1' }, 0, new Uint8Array(16));
  const before = glue.initSync();
  await api.inspect(fixture('device-1.key'));
  assert.notEqual(glue.initSync(), before);
  const said = [];
  while (!['wait', 'done'].includes(said.at(-1))) said.push(session.poll().type);
  assert.ok(said.includes('connect'), said.join(' '));
  assert.equal(isAsked, false);
});

test('it joins the instance that there is, and every one after it', async () => {
  api.locate({ complete: new URL('../dist/esm/part/complete.wasm', import.meta.url) });
  const before = glue.initSync();
  assert.equal((await api.inspect(fixture('device-1.pem'))).findings.some(({ code }) => code === 'DX001'), false);
  assert.equal(glue.initSync(), before);
  const [key] = (await api.inspect(fixture('P-384.key'))).keys;
  assert.equal(key.type, 'EC P-384');
  // That was a key: the memory was cleared, and this is another instance.
  assert.notEqual(glue.initSync(), before);
  assert.equal((await api.inspect(fixture('P-521.key'))).keys[0].type, 'EC P-521');
  assert.ok((await api.targets()).length > 10);
});

test('an instance that breaks is replaced by a whole one', async () => {
  new Uint8Array(glue.initSync().memory.buffer).fill(0xff);
  await assert.rejects(api.inspect(fixture('P-384.pem')), { code: 'module-broken' });
  assert.equal((await api.inspect(fixture('P-384.key'))).keys[0].type, 'EC P-384');
});
