// What `provision` brings besides the hub's name: the hub's own word, and a certificate that DPS issued.
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { generate } from 'dps-x509';
import { provision } from 'dps-x509/node';
import { emulate } from './emulator.mjs';

/** Each signs its own certificate, and has a request for another. */
const devices = {};
let stand;

before(async () => {
  const files = {};
  for (const id of ['pump-1', 'pump-2']) {
    const own = byKind(await generate({ kind: 'self-signed', registrationId: id }));
    const wanted = byKind(await generate({ kind: 'csr', registrationId: id }));
    devices[id] = { cert: own['device-certificate'], key: own['device-key'], csr: wanted['certificate-signing-request'], csrKey: wanted['device-key'] };
    files[`${id}.pem`] = own['device-certificate'];
  }
  files['enrollments.toml'] = `
    id-scope = "0ne00111111"
    assigning-polls = 0
    hubs = ["hub.example", "localhost"]
    [[individual]]
    registration-id = "pump-1"
    certificate = "pump-1.pem"
    hubs = ["hub.example"]
    issues-certificates = true
    initial-twin = { properties = { desired = { period = 5 } } }
    [[individual]]
    registration-id = "pump-2"
    certificate = "pump-2.pem"
    hubs = ["localhost"]`;
  stand = await emulate(files);
});

after(() => stand?.end());

function byKind({ files }) {
  return Object.fromEntries(files.map(({ kind, text }) => [kind, text]));
}

/** All TCP goes to the emulator. */
function run(id, settings, options) {
  const { cert, key } = devices[id];
  const { endpoint, root, idScope } = stand.ready;
  const trust = readFileSync(root, 'utf8');
  return provision({ idScope, endpoint, ...settings }, { cert, key, trust, onlyTrust: true, connectTo: `::${endpoint}`, ...options });
}

test('a hub that is asked says how it takes the device', async () => {
  for (const transport of ['mqtt', 'websocket']) {
    const { assignedHub, hubCheck, findings } = await run('pump-1', { checkHub: true, transport }, { allowHub: ['HUB.example'] });
    assert.equal(assignedHub, 'hub.example');
    assert.equal(hubCheck.outcome, 'taken', JSON.stringify(findings));
    assert.deepEqual(hubCheck.twin.desired.period, 5);
  }
});

test('a hub is not asked unless that was wanted, and none is dialled that was not allowed', async () => {
  const hubs = [];
  const onEvent = (event) => event.event === 'connected' && hubs.push(event.peer);
  assert.equal((await run('pump-1', {}, { onEvent, allowHub: ['hub.example'] })).hubCheck, undefined);
  assert.equal(hubs.length, 1);
  for (const allowHub of [undefined, [], ['example'], ['other.hub.example', 'localhost']]) {
    hubs.length = 0;
    const { hubCheck, findings } = await run('pump-1', { checkHub: true }, { onEvent, allowHub });
    assert.equal(hubCheck.outcome, 'failed');
    assert.ok(findings.some(({ code }) => code === 'DX514'), JSON.stringify(findings));
    assert.equal(hubs.length, 1);
  }
});

test('a certificate is issued for a request, in any of its forms', async () => {
  const { csr, csrKey } = devices['pump-1'];
  const der = Buffer.from(/-----BEGIN [^-]+-----([^-]+)/.exec(csr)[1], 'base64');
  for (const request of [csr, der, new Blob([csr])]) {
    const { issuedCertificate, findings } = await run('pump-1', { csr: request });
    const leaf = new X509Certificate(issuedCertificate);
    assert.equal(leaf.subject, 'CN=pump-1');
    assert.ok(leaf.checkPrivateKey(createPrivateKey(csrKey)), 'it is for another key');
    assert.ok(issuedCertificate.match(/BEGIN CERTIFICATE/g).length > 1, 'no issuer');
    assert.ok(!findings.some(({ severity }) => severity === 'error'), JSON.stringify(findings));
  }
});

test('where none is issued, that is said', async () => {
  const { outcome, issuedCertificate, findings } = await run('pump-2', { csr: devices['pump-2'].csr });
  assert.equal(outcome, 'assigned');
  assert.equal(issuedCertificate, undefined);
  assert.ok(findings.some(({ message }) => /certificate/.test(message)), JSON.stringify(findings));
});

test('a request that is none, or of another device, is told before anything is dialled', async () => {
  const { cert, csrKey } = devices['pump-1'];
  const events = [];
  for (const csr of [devices['pump-2'].csr, cert, csrKey, '', 'hello', new Uint8Array(4)]) {
    await assert.rejects(run('pump-1', { csr }, { onEvent: (event) => events.push(event) }), (error) => {
      assert.equal(error.code, 'invalid-settings');
      assert.ok(error.findings[0].nextStep.length > 0 && !error.message.includes('PRIVATE KEY'));
      return true;
    });
  }
  assert.deepEqual(events, []);
});
