// One certificate read and reported, and a chain checked, beside the libraries that people would take instead: in the
// same process, on the same bytes, in turns. `npm run bench` after `cargo xtask npm`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import 'reflect-metadata';
import * as peculiar from '@peculiar/x509';
import { inspect } from 'dps-x509';
import { build } from 'esbuild';
import forge from 'node-forge';
import * as pkijs from 'pkijs';

const ROUNDS = 15;
/** How long one library measures in one round, in milliseconds. */
const SLICE = 100;
/** After the certificates that are made here begin to be valid. */
const at = new Date(Date.now() + 3_600_000);

/** Root, intermediate and leaf, made by openssl; leaf first. */
function chain(algorithm) {
  const folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  const run = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = { ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], rsa: ['-newkey', 'rsa:2048'] }[algorithm];
  const ca = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature', '-addext', 'extendedKeyUsage=clientAuth'];
  const make = (name, issuer, extensions) =>
    run('req', '-x509', '-nodes', ...key, '-days', '365', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`,
      ...(issuer ? ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`] : []), ...extensions);
  try {
    make('root', undefined, ca);
    make('intermediate', 'root', ['-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0', ...ca]);
    make('device-1', 'intermediate', leaf);
    return ['device-1', 'intermediate', 'root'].map((name) => readFileSync(join(folder, `${name}.pem`), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const der = (pem) => Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64');
const read = {
  pkijs: (pem) => pkijs.Certificate.fromBER(der(pem)),
};

/** Subject, issuer, serial number, validity, extensions: what a report shows. */
const report = {
  'dps-x509': ([leaf]) => inspect(leaf, { at }),
  '@peculiar/x509': ([leaf]) => {
    const it = new peculiar.X509Certificate(leaf);
    return [it.subject, it.issuer, it.serialNumber, it.notBefore, it.notAfter, it.extensions.map(({ type, critical }) => [type, critical])];
  },
  pkijs: ([leaf]) => {
    const it = read.pkijs(leaf);
    const name = (one) => one.typesAndValues.map(({ type, value }) => [type, value.valueBlock.value]);
    return [name(it.subject), name(it.issuer), it.serialNumber.toString(), it.notBefore.value, it.notAfter.value,
      it.extensions.map(({ extnID, critical, parsedValue }) => [extnID, critical, parsedValue])];
  },
  'node-forge': ([leaf]) => {
    const it = forge.pki.certificateFromPem(leaf);
    return [it.subject.attributes, it.issuer.attributes, it.serialNumber, it.validity, it.extensions];
  },
};

/** The chain up to the root, with its signatures; dps-x509 applies all of its rules too. */
const check = {
  'dps-x509': async (pems) => {
    const { chain } = await inspect(pems, { at });
    assert.ok(chain.root);
  },
  '@peculiar/x509': async ([leaf, ...above]) => {
    const builder = new peculiar.X509ChainBuilder({ certificates: above.map((pem) => new peculiar.X509Certificate(pem)) });
    const built = await builder.build(new peculiar.X509Certificate(leaf));
    const valid = await Promise.all(built.map((it, index) => it.verify({ date: at, publicKey: built[index + 1] ?? it })));
    assert.ok(built.length === 3 && valid.every(Boolean));
  },
  pkijs: async ([leaf, intermediate, root]) => {
    // The engine wants the leaf last.
    const certs = [intermediate, leaf].map(read.pkijs);
    const engine = new pkijs.CertificateChainValidationEngine({ trustedCerts: [read.pkijs(root)], certs, checkDate: at });
    const { result, resultMessage } = await engine.verify();
    assert.ok(result, resultMessage);
  },
  'node-forge': async ([leaf, intermediate, root]) => {
    const store = forge.pki.createCaStore([root]);
    assert.ok(forge.pki.verifyCertificateChain(store, [leaf, intermediate].map((pem) => forge.pki.certificateFromPem(pem)), { validityCheckDate: at }));
  },
};

/** Each in turns, so that what disturbs the machine disturbs all; the median of the rounds, in microseconds. */
async function measure(libraries, work) {
  const times = Object.fromEntries(libraries.map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of libraries) {
      const start = performance.now();
      let calls = 0;
      while (performance.now() - start < SLICE) {
        await work[name]();
        calls++;
      }
      // The first round warms up.
      if (round >= 0) times[name].push(((performance.now() - start) / calls) * 1000);
    }
  }
  return Object.fromEntries(libraries.map((name) => [name, times[name].sort((a, b) => a - b)[ROUNDS >> 1]]));
}

function show(title, times) {
  console.log(`\n${title}`);
  for (const [name, time] of Object.entries(times)) {
    const ratio = (time / times['dps-x509']).toFixed(2);
    console.log(`  ${name.padEnd(16)}${time.toFixed(0).padStart(8)} µs   ${ratio.padStart(6)} × dps-x509`);
  }
}

/** Bundled and minified as a page would have it, with gzip; a library's whole entry point. */
async function size(name) {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(name)};${name === 'node-forge' ? 'export { default } from "node-forge";' : ''}`, resolveDir: '.' },
    bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, logLevel: 'silent',
    external: ['*.wasm', '*.json'],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

for (const [algorithm, libraries] of [['ec', ['dps-x509', '@peculiar/x509', 'pkijs']], ['rsa', ['dps-x509', '@peculiar/x509', 'pkijs', 'node-forge']]]) {
  const pems = chain(algorithm);
  const name = { ec: 'EC P-256', rsa: 'RSA 2048' }[algorithm];
  for (const [what, work] of [['one certificate, read and reported', report], ['a chain of three, checked', check]]) {
    show(`${name}: ${what}`, await measure(libraries, Object.fromEntries(libraries.map((one) => [one, () => work[one](pems)]))));
  }
}

console.log('\nkB with gzip, as a page loads them');
const module = gzipSync(readFileSync('dist/inspection.wasm'), { level: 9 }).length;
for (const name of ['dps-x509', '@peculiar/x509', 'pkijs', 'node-forge']) {
  const bytes = (await size(name)) + (name === 'dps-x509' ? module : 0);
  console.log(`  ${name.padEnd(16)}${(bytes / 1000).toFixed(0).padStart(8)}`);
}
