// What `provision` says of a device's files before it dials, and the forms in which it takes them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inspect } from 'dps-x509';
import { provision } from 'dps-x509/node';
import { emulate } from './emulator.mjs';
import { fixture } from './folders.mjs';

let stand;
let dialled = 0;
let server;
let nobody;

before(async () => {
  stand = await emulate();
  server = createServer((socket) => {
    dialled += 1;
    socket.destroy();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  nobody = { ...stand.settings(), endpoint: `127.0.0.1:${server.address().port}` };
});

after(() => {
  server?.close();
  stand?.end();
});

const der = (pem) => Buffer.from(/-----BEGIN [^-]+-----([^-]+)/.exec(pem)[1], 'base64');

function openssl(args, input) {
  return execFileSync('openssl', args, { input, cwd: stand.folder });
}

/** A PKCS#12 store of the example's device. */
function store(...more) {
  const { cert, key } = stand.identity();
  writeFileSync(join(stand.folder, 'store-in.pem'), cert + key);
  return openssl(['pkcs12', '-export', '-in', 'store-in.pem', '-passout', 'pass:secret', ...more]);
}

/** As GnuTLS writes every second key: as SEC 1, with a zero in front of the number. */
function padded(key) {
  const sec1 = key.export({ type: 'sec1', format: 'der' });
  assert.deepEqual([...sec1.subarray(2, 7)], [2, 1, 1, 4, 32]);
  return Buffer.concat([Buffer.from([0x30, sec1[1] + 1, 2, 1, 1, 4, 33, 0]), sec1.subarray(7)]);
}

test('what cannot be used is refused with the findings of inspect, and nothing is dialled', async () => {
  const { cert, key, trust } = stand.identity();
  const encrypted = createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  const wrong = {
    'no certificate': { cert: '', key },
    'a key in its place': { cert: key, key },
    'a certificate in the place of the key': { cert, key: cert },
    'words': { cert: 'hello', key },
    'a key of another': { cert, key: fixture('device-1.key') },
    'a passphrase that is missing': { cert, key: encrypted },
    'a passphrase that is wrong': { cert, key: encrypted, passphrase: 'other' },
    'a store without its passphrase': { cert: store() },
    'a store with another passphrase': { cert: store(), passphrase: 'other' },
    'a certificate that is cut off': { cert: cert.slice(0, 400), key },
    'a key that is cut off': { cert, key: key.slice(0, 90) },
    'no key at all': { cert },
    'a root that is none': { cert, key, trust: 'hello' },
  };
  for (const [name, files] of Object.entries(wrong)) {
    const error = await provision(nobody, { trust, ...files, onlyTrust: true }).catch((caught) => caught);
    assert.equal(error.code, 'identity-invalid', `${name}: ${error.message}`);
    assert.ok(error.findings.length > 0, name);
    assert.equal(error.message, error.findings[0].message);
    if (name === 'no key at all') continue;
    const given = [
      { data: files.cert, input: 'cert', ...(files.key === undefined ? {} : { purpose: 'device-chain' }) },
      ...(files.key === undefined ? [] : [{ data: files.key, input: 'key', purpose: 'device-key' }]),
      { data: files.trust ?? trust, input: 'trust', purpose: 'server-trust' },
    ];
    const report = await inspect(given, { cloud: null, ...(files.passphrase && { passphrase: files.passphrase }) });
    const errors = report.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    for (const { code } of error.findings) assert.ok(errors.includes(code), `${name}: ${code} and not ${errors}`);
  }
  assert.equal(dialled, 0);
});

test('every form that can be used is taken', async () => {
  const { cert, key, trust } = stand.identity();
  const [leaf, ...others] = cert.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----\n/g);
  const pkcs8 = createPrivateKey(key);
  const encrypted = pkcs8.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  const old = openssl(['ec', '-aes128', '-passout', 'pass:secret'], key);
  const forms = {
    'PEM as text': { cert, key },
    'PEM as bytes': { cert: Buffer.from(cert), key: new TextEncoder().encode(key) },
    'a Blob': { cert: new Blob([cert]), key: new Blob([key]) },
    'intermediates first': { cert: [...others, leaf].join(''), key },
    'a key in DER, PKCS#8': { cert, key: pkcs8.export({ type: 'pkcs8', format: 'der' }) },
    'a key in DER, SEC 1': { cert, key: pkcs8.export({ type: 'sec1', format: 'der' }) },
    'a key whose curve is written out': { cert, key: openssl(['ec', '-param_enc', 'explicit'], key) },
    'a key with a zero in front of its number': { cert, key: padded(pkcs8) },
    'an encrypted key': { cert, key: encrypted, passphrase: 'secret' },
    'an encrypted key in DER': { cert, key: der(encrypted), passphrase: new TextEncoder().encode('secret') },
    'a key under the old encryption of PEM': { cert, key: old, passphrase: 'secret' },
    'a store': { cert: store(), passphrase: 'secret' },
    'a store under the old encryption': { cert: store('-legacy'), passphrase: 'secret' },
    'PKCS#7': { cert: openssl(['crl2pkcs7', '-nocrl', '-certfile', stand.ready.example.fullChain]), key },
    'one text with both': { cert: cert + key },
    'with line ends of Windows': { cert: cert.replaceAll('\n', '\r\n'), key: key.replaceAll('\n', '\r\n') },
    'out of a JSON string': { cert: JSON.stringify(cert), key },
    'roots in DER': { cert, key, trust: [new X509Certificate(trust).raw] },
  };
  for (const [name, files] of Object.entries(forms)) {
    const given = { trust, ...files, onlyTrust: true };
    const before = JSON.stringify(given);
    const { deviceId } = await provision(stand.settings(), given).catch((error) => assert.fail(`${name}: ${error.message}`));
    assert.equal(deviceId, stand.ready.example.registrationId, name);
    assert.equal(JSON.stringify(given), before, name);
  }
});

test('the registration ID is the CN unless said otherwise', async () => {
  const { registrationId, ...settings } = stand.settings();
  assert.equal((await provision(settings, stand.identity())).deviceId, registrationId);
});

test('a wrong argument is a DpsError that names it', async () => {
  const { cert, key } = stand.identity();
  const wrong = [
    [undefined, { cert, key }, /`settings`/],
    [nobody, undefined, /`options`/],
    [{ ...nobody, idScope: 5 }, { cert, key }, /`settings.idScope` is a string, and not number/],
    [{ ...nobody, endPoint: 'x' }, { cert, key }, /no `endPoint`/],
    [nobody, { certificate: cert, key }, /no `certificate`/],
    [nobody, { cert: 5, key }, /`options.cert`/],
    [nobody, { cert, key, signal: 'x' }, /`options.signal`/],
    [nobody, { cert, key, onEvent: 5 }, /`options.onEvent`/],
    [nobody, { cert, key, proxy: 'socks5://a' }, /http:\/\//],
    [nobody, { cert, key, proxy: true }, /proxy/],
    [nobody, { cert, key, connectTo: 'a:1' }, /HOST:PORT:HOST2:PORT2/],
    [nobody, { cert, key, cloud: 'nine' }, /nine/],
    [nobody, { cert, key, trust: [5] }, /file|File/],
  ];
  for (const [settings, options, message] of wrong) {
    await assert.rejects(provision(settings, options), { name: 'DpsError', code: 'invalid-input', message });
  }
  for (const [options, missing] of [[{ key }, 'cert'], [{ cert }, 'key'], [{}, 'cert']]) {
    await assert.rejects(provision(nobody, options), ({ code, findings: [finding] }) => {
      assert.equal(code, 'identity-invalid');
      assert.equal(finding.name, 'setting-missing');
      assert.ok(finding.nextStep.includes(`\`${missing}\``), finding.nextStep);
      return true;
    });
  }
  assert.equal(dialled, 0);
});

test('a refusal comes with what in the files is behind it', async () => {
  const { cert, ...rest } = stand.identity();
  const [leaf] = cert.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----\n/g);
  await assert.rejects(provision(stand.settings(), { ...rest, cert: leaf }), (error) => {
    assert.deepEqual(error.findings.slice(0, 2).map(({ code }) => code), ['DX707', 'DX431']);
    return true;
  });
});
