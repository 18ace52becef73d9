import type { Finding } from './finding.js';

/**
 * Why a call did not give a result.
 *
 * - `invalid-input`: what was given is no file, setting or word that is known, or nothing can be generated of it; the
 *   message says which, or why.
 * - `invalid-settings`: a setting is wrong, or the files of a CA that is to sign; `findings` say why and what to do.
 * - `nothing-to-compare`: one side holds no one certificate.
 * - `module-unavailable`: the WebAssembly module or the pages could not be loaded; `cause` has the reason.
 * - `module-broken`: the module stopped in the middle of a call. It was replaced: the next call works.
 * - `worker-broken`: the worker ended in the middle of a call.
 * - `identity-invalid`: Node's TLS takes the certificate or the key not; `cause` has its words.
 * - `refused`, `no-connection`, `protocol`, `out-of-time`, `cancelled`: how a provisioning ended, see
 *   `ProvisioningError` of `dps-x509/node`.
 */
export type DpsErrorCode =
  | 'invalid-input'
  | 'invalid-settings'
  | 'nothing-to-compare'
  | 'module-unavailable'
  | 'module-broken'
  | 'worker-broken'
  | 'identity-invalid'
  | 'refused'
  | 'no-connection'
  | 'protocol'
  | 'out-of-time'
  | 'cancelled';

/** Every error that this package throws. What is wrong with certificates is no error: it is in the report. */
export class DpsError extends Error {
  override readonly name: string = 'DpsError';

  /**
   * @param code - What to decide by.
   * @param message - A sentence for a person.
   * @param findings - What is wrong, where there are findings.
   */
  constructor(
    readonly code: DpsErrorCode,
    message: string,
    readonly findings: readonly Finding[] = [],
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
