import { createPrivateKey } from 'node:crypto';
import { complete } from '../complete.js';
import { DpsError } from '../error.js';
import type { Finding } from '../finding.js';
import { readFiles, wipe, type Content, type NamedFile, type ReadFile } from '../input.js';
import { fill, using } from '../options.js';

/** The files of a device, in any form. */
export interface IdentityFiles {
  /**
   * The device's certificate with its intermediates: PEM, DER, PKCS#7 or text, or a PKCS#12 store with everything. The
   * order does not matter where it can be told.
   */
  cert: Content;
  /**
   * The leaf's private key: PKCS#8, SEC 1 or PKCS#1, in PEM or DER, encrypted or not. Not needed where it is in `cert`. It
   * goes to Node's TLS and nowhere else; what was copied on the way is wiped.
   */
  key?: Content;
  /** The passphrase of the key or the store. */
  passphrase?: string | Uint8Array;
  /** Roots to trust besides the cloud's, in any form. */
  trust?: Content | Content[];
}

/** What TLS is given. */
export interface Identity {
  /** PEM, leaf first. */
  chain: string;
  /** PEM without a passphrase, to be wiped. */
  key: Uint8Array;
  /** The roots of `trust`, PEM. */
  trust: string;
  /** Of the leaf. */
  commonName: string | undefined;
}

/**
 * Reads and judges a device's files as `inspect` does, before anything is dialled.
 *
 * Certificates that DPS may not like are no reason to stop: the service decides. Files that cannot be used are.
 *
 * @throws {@link DpsError} `identity-invalid` with the findings.
 */
export async function readIdentity({ cert, key, passphrase, trust = [] }: Partial<IdentityFiles>): Promise<Identity> {
  const roots = Array.isArray(trust) ? trust : [trust];
  const files: NamedFile[] = [
    // A file for both has no purpose of its own.
    ...(cert === undefined ? [] : [{ data: cert, input: 'cert', ...(key === undefined ? {} : { purpose: 'device-chain' as const }) }]),
    ...(key === undefined ? [] : [{ data: key, input: 'key', purpose: 'device-key' } as const]),
    ...roots.map((data) => ({ data, input: 'trust', purpose: 'server-trust' }) as const),
  ];
  const read = await readFiles(files);
  try {
    read.filter(({ input }) => input !== 'trust').forEach((file) => openOld(file, passphrase));
    await complete.load();
    return open(read, passphrase);
  } finally {
    wipe(read);
  }
}

/** Opens OpenSSL's old encryption of PEM (RFC 1421), which Node reads and the core does not. */
function openOld(file: ReadFile, passphrase: string | Uint8Array | undefined): void {
  const text = Buffer.from(file.bytes).toString('latin1');
  if (passphrase === undefined || !text.includes('Proc-Type: 4,ENCRYPTED')) {
    return;
  }
  try {
    const opened = createPrivateKey({ key: text, passphrase: Buffer.from(passphrase) });
    const pem = Buffer.from(opened.export({ type: 'pkcs8', format: 'pem' }));
    const others = text.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? [];
    const bytes = Buffer.concat([pem, ...others.map((one) => Buffer.from(`${one}\n`))]);
    pem.fill(0);
    wipe([file]);
    Object.assign(file, { bytes, isOwn: true });
  } catch {
    // What is wrong with it is in the findings.
  }
}

function open(files: ReadFile[], passphrase: string | Uint8Array | undefined): Identity {
  return complete.call((glue) => {
    const options = passphrase === undefined ? {} : { passphrase };
    const inputs = fill(new glue.Inputs(), files, { cloud: null, ...options });
    return using(complete, [inputs], () => {
      const { findings, ...rest } = JSON.parse(inputs.identity()) as Told;
      if (findings.length > 0) {
        throw new DpsError('identity-invalid', findings[0]!.message, findings);
      }
      return { ...rest, key: inputs.key() };
    });
  });
}

interface Told extends Omit<Identity, 'key'> {
  findings: Finding[];
}
