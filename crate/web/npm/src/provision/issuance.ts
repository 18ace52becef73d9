import { complete } from '../complete.js';
import { DpsError } from '../error.js';
import type { Finding } from '../finding.js';
import { readFiles, type Content } from '../input.js';

/** A request for a certificate, as DPS takes it. */
export interface IssuanceRequest {
  bytes: Uint8Array;
  /** The same as base64 of DER. */
  base64: string;
}

/**
 * Reads and judges a PKCS#10 request.
 *
 * @throws {@link DpsError} `invalid-settings` with the findings.
 */
export async function readRequest(csr: Content, registrationId: string): Promise<IssuanceRequest> {
  const [file] = await readFiles(csr);
  const { bytes } = file!;
  await complete.load();
  const told = complete.call((glue) => JSON.parse(glue.judgeRequest(bytes, registrationId)) as Request);
  const wrong = told.findings.filter(({ severity }) => severity === 'error');
  if (told.base64 === undefined || wrong.length > 0) {
    throw new DpsError('invalid-settings', wrong[0]?.message ?? 'The request cannot be used.', wrong);
  }
  return { bytes, base64: told.base64 };
}

interface Request {
  findings: Finding[];
  base64?: string;
}

/** The certificates that were issued for a request as PEM, leaf first; or what is wrong with them. */
export function judgeIssued(
  { bytes }: IssuanceRequest,
  chain: string[],
): { issuedCertificate?: string; findings: Finding[] } {
  return complete.call((glue) => JSON.parse(glue.judgeIssued(bytes, chain)) as ReturnType<typeof judgeIssued>);
}
