/**
 * Provisioning over `node:tls`.
 *
 * @packageDocumentation
 */
import { createSecureContext, type SecureContext } from 'node:tls';
import { expectKinds, expectShape } from './args.js';
import { cloud, DpsError, explainRefusal, Session, type Finding, type ProvisionReport } from './index.node.js';
import { hubs } from './provision/hubs.js';
import { readIdentity, type Identity } from './provision/identity.js';
import { judgeIssued, readRequest, type IssuanceRequest } from './provision/issuance.js';
import { OPTIONS, SETTINGS, type ProvisionOptions, type ProvisionSettings } from './provision/options.js';
import { route } from './provision/route.js';
import { now, run } from './provision/run.js';
import { expectSocket } from './provision/socket.js';
import { isError } from './realm.js';

export type { ProvisionReport, SessionEvent, Settings } from './index.node.js';
export type { SocketOptions } from './provision/socket.js';
export type { ProvisionOptions, ProvisionSettings } from './provision/options.js';

/** The device has a hub. */
export interface Assignment extends ProvisionReport {
  outcome: 'assigned';
  assignedHub: string;
  deviceId: string;
  /** What was issued for `csr` (preview), as PEM, leaf first; absent where nothing of use was, and `findings` say why. */
  issuedCertificate?: string;
}

/** The device has no hub; `code` and `report` say why. */
export class ProvisioningError extends DpsError {
  override readonly name = 'ProvisioningError';

  constructor(
    /** How it ended, with the service's answer and what it took. */
    readonly report: ProvisionReport,
    options?: { cause?: unknown },
  ) {
    const code = report.outcome === 'assigned' || report.outcome === 'component-failed' ? 'protocol' : report.outcome;
    super(code, report.findings[0]?.message ?? `The provisioning ended: ${report.outcome}.`, report.findings, options);
  }
}

/**
 * Provisions a device: looks at its files, dials DPS with its certificate, registers, polls, retries, within the time limit.
 *
 * The server's certificate is always verified.
 *
 * @param settings - What to provision.
 * @param options - The identity, the roots, the way, how to end it and who listens.
 * @returns The hub, with everything that the service said. Where `checkHub` was asked for, `hubCheck` says how the hub took
 * the device, and `findings` why it did not.
 * @throws {@link ProvisioningError} with the report when there is no hub; after `signal` its code is `cancelled` and its
 * cause the signal's reason. A refusal is joined with what in the files is behind it. {@link DpsError} before anything is
 * dialled: `identity-invalid` with the findings of `inspect` for files that cannot be used, `invalid-settings`,
 * `invalid-input`, `module-unavailable`.
 *
 * @example
 * ```js
 * const { assignedHub, deviceId } = await provision(
 *   { idScope: '0ne00111111' },
 *   { cert, key, signal: AbortSignal.timeout(30_000), onEvent: (event, line) => console.log(line) },
 * );
 * ```
 */
export async function provision(settings: ProvisionSettings, options: ProvisionOptions): Promise<Assignment> {
  expectShape('settings', settings, SETTINGS, true);
  expectShape('options', options, OPTIONS, true);
  const { signal, onEvent, socket = {}, allowHub = [] } = options;
  expectKinds('options.allowHub', allowHub, ['string']);
  expectSocket(socket);
  if (options.onlyTrust && [options.trust ?? []].flat().length === 0) {
    throw new DpsError('invalid-input', '`onlyTrust` leaves nothing to trust without `trust`.');
  }
  const way = route(options);
  const { endpoint, hubSuffix, roots } = await cloud(options.cloud ?? 'public');
  const allows = hubs(hubSuffix, allowHub, settings.transport);
  const identity = await readIdentity(options);
  const secureContext = contextOf(identity, options.onlyTrust ? [] : roots.map(({ pem }) => pem));
  const { csr, registrationId = identity.commonName ?? '', ...rest } = settings;
  const request = csr === undefined ? undefined : await readRequest(csr, registrationId);
  const whole = { ...rest, registrationId, endpoint: settings.endpoint ?? endpoint };
  const session = await Session.start(request === undefined ? whole : { ...whole, csr: request.base64 }, now());
  const report = await run(session, { way: { secureContext, route: way, socket }, allows, signal, onEvent });
  if (isAssignment(report)) {
    return request === undefined ? report : withIssued(report, request);
  }
  const joined = { ...report, findings: await joinedWith(options, registrationId, report) };
  throw new ProvisioningError(joined, signal?.aborted ? { cause: signal.reason } : undefined);
}

function contextOf({ chain, key, trust }: Identity, roots: string[]): SecureContext {
  const ca = [...roots, ...(trust === '' ? [] : [trust])];
  try {
    return createSecureContext({ cert: chain, key: Buffer.from(key.buffer), ca, minVersion: 'TLSv1.2' });
  } catch (cause) {
    const why = isError(cause) ? cause.message : String(cause);
    throw new DpsError('identity-invalid', `Node's TLS does not take this certificate and key: ${why}.`, [], { cause });
  } finally {
    key.fill(0);
  }
}

function isAssignment(report: ProvisionReport): report is Assignment {
  return report.outcome === 'assigned' && report.assignedHub !== undefined && report.deviceId !== undefined;
}

function withIssued(report: Assignment, request: IssuanceRequest): Assignment {
  const { findings, ...issued } = judgeIssued(request, report.issuedCertificateChain ?? []);
  return { ...report, ...issued, findings: [...report.findings, ...findings] };
}

/** A refusal is explained once more, together with the files; the key is not needed for that. */
async function joinedWith(
  { cert, passphrase }: ProvisionOptions,
  registrationId: string,
  { answer, findings }: ProvisionReport,
): Promise<Finding[]> {
  if (answer === undefined) {
    return findings;
  }
  const known = passphrase === undefined ? { registrationId } : { registrationId, passphrase };
  const [refusal, ...causes] = await explainRefusal(answer, { data: cert, input: 'cert' }, known);
  const rest = findings.filter(({ code }) => code !== refusal?.code && causes.every((cause) => cause.code !== code));
  return refusal === undefined ? findings : [refusal, ...causes, ...rest];
}
