// Root, intermediate and leaf, made by openssl; leaf first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEYS = { ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], rsa: ['-newkey', 'rsa:2048'] };

/** Three certificates in PEM with keys of this kind. */
export function chain(kind) {
  const folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  const run = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const ca = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature', '-addext', 'extendedKeyUsage=clientAuth'];
  const make = (name, issuer, extensions) =>
    run('req', '-x509', '-nodes', ...KEYS[kind], '-days', '365', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`,
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
