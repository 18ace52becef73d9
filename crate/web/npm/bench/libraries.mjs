// The same work by every library, in Node and in a browser: read and report one certificate; check a chain of three.
import 'reflect-metadata';
import * as peculiar from '@peculiar/x509';
import { inspect, locate } from 'dps-x509';
import forge from 'node-forge';
import * as pkijs from 'pkijs';

export { locate };

const ROUNDS = 15;
/** How long one library measures in one round, in milliseconds. */
const SLICE = 100;

const der = (pem) => Uint8Array.from(atob(pem.replace(/-----.*-----|\s/g, '')), (letter) => letter.charCodeAt(0));
const readPkijs = (pem) => pkijs.Certificate.fromBER(der(pem));

function verify(isTrue, what) {
  if (!isTrue) throw new Error(`${what} does not find the chain to be valid`);
}

/** Subject, issuer, serial number, validity, extensions: what a report shows. */
const report = {
  'dps-x509': ([leaf], at) => inspect(leaf, { at }),
  '@peculiar/x509': ([leaf]) => {
    const it = new peculiar.X509Certificate(leaf);
    return [it.subject, it.issuer, it.serialNumber, it.notBefore, it.notAfter, it.extensions.map(({ type, critical }) => [type, critical])];
  },
  pkijs: ([leaf]) => {
    const it = readPkijs(leaf);
    const name = (one) => one.typesAndValues.map(({ type, value }) => [type, value.valueBlock.value]);
    return [name(it.subject), name(it.issuer), it.serialNumber.toString(), it.notBefore.value, it.notAfter.value,
      it.extensions.map(({ extnID, critical, parsedValue }) => [extnID, critical, parsedValue])];
  },
  'node-forge': ([leaf]) => {
    const it = forge.pki.certificateFromPem(leaf);
    return [it.subject.attributes, it.issuer.attributes, it.serialNumber, it.validity, it.extensions];
  },
};

/** Reading alone, where a library separates it from showing. */
const parse = {
  'dps-x509': report['dps-x509'],
  '@peculiar/x509': ([leaf]) => new peculiar.X509Certificate(leaf),
};

/** The chain up to the root, with its signatures; dps-x509 applies all of its rules too. */
const check = {
  'dps-x509': async (pems, at) => {
    const { chain, findings } = await inspect(pems, { at });
    verify(chain.root && !findings.some(({ severity }) => severity === 'error'), 'dps-x509');
  },
  '@peculiar/x509': async ([leaf, ...above], at) => {
    const builder = new peculiar.X509ChainBuilder({ certificates: above.map((pem) => new peculiar.X509Certificate(pem)) });
    const built = await builder.build(new peculiar.X509Certificate(leaf));
    const valid = await Promise.all(built.map((it, index) => it.verify({ date: at, publicKey: built[index + 1] ?? it })));
    verify(built.length === 3 && valid.every(Boolean), '@peculiar/x509');
  },
  pkijs: async ([leaf, intermediate, root], at) => {
    // The engine wants the leaf last.
    const certs = [intermediate, leaf].map(readPkijs);
    const engine = new pkijs.CertificateChainValidationEngine({ trustedCerts: [readPkijs(root)], certs, checkDate: at });
    const { result, resultMessage } = await engine.verify();
    verify(result, `pkijs (${resultMessage})`);
  },
  'node-forge': async ([leaf, intermediate, root], at) => {
    const store = forge.pki.createCaStore([root]);
    const chain = [leaf, intermediate].map((pem) => forge.pki.certificateFromPem(pem));
    verify(forge.pki.verifyCertificateChain(store, chain, { validityCheckDate: at }), 'node-forge');
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

/**
 * All of it.
 *
 * @param {Record<'ec' | 'rsa', string[]>} chains - Leaf, intermediate, root, in PEM.
 * @param {string} at - When, as a date of ISO 8601.
 * @returns {Promise<{ title: string, times: Record<string, number> }[]>} in microseconds.
 */
export async function measureAll(chains, at) {
  const when = new Date(at);
  const all = ['dps-x509', '@peculiar/x509', 'pkijs'];
  const parts = [
    ['EC P-256: read with all rules, beside reading alone', 'ec', parse, all.slice(0, 2)],
    ['RSA 2048: read with all rules, beside reading alone', 'rsa', parse, all.slice(0, 2)],
    ['EC P-256: one certificate, read and reported', 'ec', report, all],
    ['EC P-256: a chain of three, checked', 'ec', check, all],
    ['RSA 2048: one certificate, read and reported', 'rsa', report, [...all, 'node-forge']],
    ['RSA 2048: a chain of three, checked', 'rsa', check, [...all, 'node-forge']],
  ];
  const results = [];
  for (const [title, chain, work, libraries] of parts) {
    const calls = Object.fromEntries(libraries.map((name) => [name, () => work[name](chains[chain], when)]));
    results.push({ title, times: await measure(libraries, calls) });
  }
  return results;
}
