import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as api from 'dps-x509';
import { fixture } from './folders.mjs';

const codes = ({ findings }) => findings.map(({ code }) => code);
const at = 1798000000_000;
const leaf = fixture('device-1.pem');
const chain = [leaf, fixture('intermediate.pem')];
const key = fixture('device-1.key').toString();
const idScope = '0ne00111111';

test('a text is explained, and the files say which cause it is', async () => {
  const log = '{"errorCode":401002,"trackingId":"x","message":"CA certificate not found."}';
  const alone = await api.explainText(log);
  assert.equal(alone.happenings[0].finding.code, 'DX707');
  assert.equal(alone.hasFiles, false);
  assert.match(alone.text, /DX707/);
  const settled = await api.explainText(log, [leaf], { at });
  assert.equal(settled.hasFiles, true);
  assert.equal(settled.happenings[0].causes[0].verdict, 'in-files');
  assert.equal(settled.happenings[0].causes[0].finding.code, 'DX431');
});

test('a code alone is a text too, and what nobody knows says what to give', async () => {
  const { happenings } = await api.explainText(' 401002\n');
  assert.deepEqual(happenings.map(({ finding }) => finding.code), ['DX709', 'DX706', 'DX707', 'DX708']);
  const nothing = await api.explainText('the weather is fine');
  assert.equal(nothing.explained, false);
  assert.match(nothing.whatToGive, /401002/);
});

test('secrets of a text are in no explanation', async () => {
  const secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I=';
  const log = `SharedAccessKey=${secret}\n{"errorCode":401002,"message":"SharedAccessKey=${secret}"}`;
  const { happenings, ...rest } = await api.explainText(log);
  assert.ok(happenings.length > 0);
  assert.ok(!JSON.stringify({ happenings, rest }).includes(secret));
});

test('targets are listed as they are known', async () => {
  const all = await api.targets();
  assert.ok(all.length > 20);
  const paho = all.find(({ name }) => name === 'paho');
  assert.equal(paho.family, 'MQTT clients');
  assert.match(paho.checked, /^(run|outside|read|documents)$/);
});

test('a configuration has its texts, and the key only when it is asked for', async () => {
  const made = await api.configure(['paho'], [...chain, key], { idScope, at, folder: '/etc/device' });
  assert.deepEqual(made.targets.map(({ name }) => name), ['paho']);
  const texts = made.targets[0].files.map(({ text }) => text).join('\n');
  assert.match(texts, /0ne00111111/);
  assert.match(texts, /\/etc\/device\/device-key\.pem/);
  assert.ok(made.targets[0].files.every(({ path }) => path.startsWith('paho/')));
  const full = made.certificates.find(({ path }) => path === 'device-full-chain.pem');
  assert.equal(full.text, chain.join(''));
  assert.ok(!JSON.stringify(made).includes('PRIVATE KEY'));

  const embedded = await api.configure(['freertos'], [...chain, key], { idScope, at, embedKey: true });
  assert.ok(embedded.targets[0].files.some(({ secret, text }) => secret && text.includes('PRIVATE KEY')));
  assert.ok(codes(embedded).includes('DX125'));
});

test('what is refused is a finding, and the others are made', async () => {
  const some = await api.configure(['paho', 'azure-cli', 'nothing'], chain, { idScope, at });
  assert.deepEqual(some.targets.map(({ name }) => name), ['paho']);
  assert.ok(codes(some).includes('DX121') && codes(some).includes('DX122'));
  const none = await api.configure(['paho'], chain, { idScope: '', registrationId: 'a b', endpoint: '%', at });
  assert.deepEqual([none.targets, none.certificates], [[], []]);
  for (const code of ['DX101', 'DX102', 'DX104']) {
    assert.ok(codes(none).includes(code), code);
  }
  const keyless = await api.configure(['freertos'], chain, { idScope, at, embedKey: true });
  assert.equal(keyless.targets.length, 0);
  assert.equal(keyless.findings.at(-1).severity, 'error');
  const all = await api.configure(['all'], chain, { idScope, at });
  assert.ok(all.targets.length > 15);
  await assert.rejects(api.configure(['paho'], chain, { transport: 'pigeon' }), { code: 'invalid-input' });
});

test('a cloud has its endpoint and roots', async () => {
  const { endpoint, hubSuffix, roots } = await api.cloud('china');
  assert.deepEqual([endpoint, hubSuffix], ['global.azure-devices-provisioning.cn', '.azure-devices.cn']);
  const report = await api.inspect(roots.map(({ pem }) => pem), { at });
  assert.deepEqual(roots.map(({ sha256 }) => sha256), report.certificates.map(({ sha256 }) => sha256));
  assert.deepEqual(roots.map(({ notAfter }) => notAfter), report.certificates.map(({ notAfter }) => notAfter));
  await assert.rejects(api.cloud('nine'), { code: 'invalid-input' });
});

test('a certificate is outlined byte by byte, and a key says whose it is', async () => {
  const report = await api.inspect([...chain, key], { at });
  const { sha256, bytes } = report.certificates[0];
  assert.equal(report.keys[0].belongsTo, sha256);
  const { der, parts } = await api.outline(chain, sha256.toUpperCase());
  assert.equal(der.length, bytes);
  assert.deepEqual(parts.map(({ start, end }) => [start, end]), [[0, bytes]]);
  assert.equal(parts[0].parts.length, 3);
  const own = Buffer.from(leaf.toString().replace(/-----.*-----|\s/g, ''), 'base64');
  assert.ok(own.equals(der));
  await assert.rejects(api.outline(chain, '00'), { code: 'invalid-input' });
});
