import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as api from 'dps-x509';
import { createInspector } from 'dps-x509/worker';
import * as glue from '../dist/esm/glue/files.js';
import { fixture } from './folders.mjs';

const codes = ({ findings }) => findings.map(({ code }) => code);
const leaf = fixture('device-1.pem');
const intermediate = fixture('intermediate.pem');
const at = 1798000000_000;

test('files come in every form', async () => {
  const expected = await api.inspect([leaf, intermediate], { at });
  assert.equal(expected.chain.leaf, 'CN=device-1');
  const text = leaf.toString();
  const forms = [
    [text, new Blob([intermediate])],
    [new Uint8Array(leaf).buffer, new DataView(new Uint8Array(intermediate).buffer)],
    new Set([leaf, intermediate]),
    { 0: new Blob([leaf]), 1: new Blob([intermediate]), length: 2 },
    `${text}\n${intermediate}`,
  ];
  for (const form of forms) {
    const report = await api.inspect(form, { at });
    assert.deepEqual(codes(report), codes(expected));
    assert.equal(report.certificates.length, 2);
  }
  const file = new File([leaf], 'mine.pem');
  assert.equal((await api.inspect(file, { at })).items[0].place.path, 'mine.pem');
});

// Armoured, in one line, and without what begins and ends it.
test('a key in the place of a word is not repeated', async () => {
  const pem = fixture('device-1.key').toString();
  const bare = pem.split('\n').filter((line) => !line.startsWith('-')).join('');
  const settings = { idScope: '0ne00111111', registrationId: 'a' };
  for (const key of [pem, pem.replaceAll('\n', ' '), bare]) {
    for (const call of [
      () => api.inspect({ data: leaf, purpose: key }),
      () => api.inspect(leaf, { cloud: key }),
      () => api.inspect(leaf, { enrollment: key }),
      () => api.inspect(leaf, { registrationId: key }),
      () => api.explainRefusal({ channel: key, status: 401 }),
      () => api.explainText('rc=5', leaf, { cloud: key }),
      () => api.configure({ ...settings, transport: key }),
      () => api.generate(key, 'a'),
      () => api.generate('chain', 'a', { keyType: key }),
      () => api.startProvisioning({ ...settings, transport: key }),
      () => api.startProvisioning({ ...settings, endpoint: key }),
      () => api.startProvisioning({ ...settings, apiVersion: key }),
      () => api.startProvisioning({ ...settings, idScope: key }),
    ]) {
      await assert.rejects(async () => call(), (error) => {
        const told = `${error.stack}${JSON.stringify(error)}`;
        assert.ok(!told.includes(pem.split('\n')[1].slice(8, 48)), `${call}: ${told}`);
        return true;
      }, String(call));
    }
  }
});

test('what is no input is an error with a code, and the next call works', async () => {
  for (const wrong of [5, null, undefined, [5], { data: 5 }, { name: 'x' }]) {
    await assert.rejects(api.inspect(wrong), { name: 'DpsError', code: 'invalid-input' });
  }
  await assert.rejects(api.inspect({ data: leaf, purpose: 'hat' }), { code: 'invalid-input', message: /"hat"/ });
  await assert.rejects(api.inspect(leaf, { cloud: 'nine' }), { code: 'invalid-input' });
  await assert.rejects(api.inspect(leaf, { enrollment: 'soon' }), { code: 'invalid-input' });
  await assert.rejects(api.inspect(leaf, { at: new Date('never') }), { code: 'invalid-input' });
  // Numbers that are no time would be passed over, or shown as the largest that there is.
  for (const number of [NaN, Infinity, -1, 1e300, 2e8]) {
    await assert.rejects(api.inspect(leaf, { expiresWithinDays: number }), { code: 'invalid-input', message: `\`options.expiresWithinDays\` is a number of days, and not ${number}.` });
  }
  for (const number of [Infinity, 8.65e15, -1e300]) {
    await assert.rejects(api.inspect(leaf, { at: number }), { code: 'invalid-input' });
  }
  const settings = { idScope: '0ne00111111', registrationId: 'd' };
  for (const number of [NaN, -1, 1e300]) {
    const wrong = { code: 'invalid-input', message: new RegExp(`is a number of (milli)?seconds, and not ${number}`.replace('+', '\\+')) };
    await assert.rejects(api.Session.start(settings, number), wrong);
    await assert.rejects(api.Session.start({ ...settings, timeoutSeconds: number }, 0), wrong);
    await assert.rejects(api.Session.start({ ...settings, keepAliveSeconds: number }, 0), wrong);
  }
  await assert.rejects(api.inspect(leaf, { registrationId: 'a b' }), (error) => {
    assert.ok(error instanceof api.DpsError && error instanceof Error);
    assert.equal(error.code, 'invalid-settings');
    assert.equal(error.findings[0].code, 'DX102');
    return true;
  });
  await assert.rejects(api.Session.start({ idScope: '', registrationId: '' }, 0), (error) => {
    assert.deepEqual(codes(error), ['DX101', 'DX102']);
    return true;
  });
  assert.equal((await api.inspect(leaf, { at })).chain.leaf, 'CN=device-1');
});

test('hostile files leave a module that works', async () => {
  const huge = new Uint8Array(2 * 1024 * 1024).fill(0x30);
  const nested = new Uint8Array(200_000).fill(0x30);
  const cut = leaf.subarray(0, 300);
  for (const file of [huge, nested, cut, '', '-----BEGIN '.repeat(50_000), new Uint8Array(4096).fill(0xff)]) {
    const report = await api.inspect(file);
    assert.notEqual(report.findings.length, 0);
  }
  assert.equal((await api.inspect(leaf, { at })).chain.leaf, 'CN=device-1');
});

test('a module that stops is replaced', async () => {
  await api.inspect(leaf);
  new Uint8Array(glue.initSync().memory.buffer).fill(0xff);
  await assert.rejects(api.inspect(leaf), { code: 'module-broken' });
  assert.equal((await api.inspect(leaf, { at })).chain.leaf, 'CN=device-1');
});

test('codes lead to pages', async () => {
  const all = await api.codes();
  assert.ok(all.length > 100);
  const page = await api.explain(' dx401 ');
  assert.equal(page.name, 'cn-is-not-registration-id');
  assert.match(page.markdown, /^# DX401 cn-is-not-registration-id\n/);
  assert.equal(await api.explain('DX000'), undefined);
  assert.equal(await api.explain('constructor'), undefined);
});

test('a refusal is explained by the files', async () => {
  const answer = { channel: 'request', status: 401, code: 401002, message: 'CA certificate not found.' };
  const findings = await api.explainRefusal(answer, [leaf], { at });
  assert.deepEqual(findings.map(({ code }) => code), ['DX707', 'DX431']);
  assert.deepEqual((await api.explainRefusal(answer)).map(({ code }) => code), ['DX707']);
});

test('mangled files are repaired, and the chain is put together', async () => {
  const mangled = leaf.toString().replaceAll('\n', '\\n');
  const key = fixture('device-1.key');
  const { fullChain, files } = await api.repair([{ name: 'mangled', data: mangled }, intermediate, key, leaf.subarray(0, 200)]);
  assert.equal(fullChain, leaf.toString() + intermediate.toString());
  assert.deepEqual(files.map(({ outcome }) => outcome), ['done', 'needless', 'needless', 'impossible']);
  assert.equal(files[0].text, leaf.toString());
  assert.equal(files[0].secret, false);
});

test('a renewal is compared', async () => {
  const same = await api.compare(leaf, leaf);
  assert.equal(same.verdict, 'unchanged');
  const other = await api.compare(leaf, intermediate);
  assert.equal(other.verdict, 'different-identity');
  await assert.rejects(api.compare(leaf, 'nothing'), { code: 'nothing-to-compare' });
});

test('workers inspect many files, and go on after a wrong one', async () => {
  const inspector = createInspector({ workers: 2 });
  const results = await Promise.allSettled([
    ...Array.from({ length: 10 }, () => inspector.inspect([leaf, new Blob([intermediate])], { at })),
    inspector.inspect(leaf, { registrationId: 'a b' }),
    inspector.inspect({ data: () => {} }),
    inspector.inspect(leaf, { at }),
  ]);
  assert.deepEqual(results.map(({ status }) => status), [...Array(10).fill('fulfilled'), 'rejected', 'rejected', 'fulfilled']);
  assert.equal(results[10].reason.code, 'invalid-settings');
  assert.equal(results[11].reason.code, 'invalid-input');
  const late = inspector.inspect(leaf);
  inspector.close();
  await assert.rejects(late, { code: 'worker-broken' });
  await assert.rejects(inspector.inspect(leaf), { code: 'worker-broken' });
});
