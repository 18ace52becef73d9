/**
 * Provisioning over `node:tls`.
 *
 * @packageDocumentation
 */
import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { cloud, DpsError, Session, type ProvisionReport, type SessionEvent, type Settings } from './index.node.js';
import { connectionInfo, transportFailure } from './tls.js';

export type { ProvisionReport, SessionEvent, Settings } from './index.node.js';

/** Certificates or keys in PEM. */
export type Pem = string | Buffer;

/** How to provision. */
export interface ProvisionOptions {
  /** The device's chain in PEM: leaf first, then the intermediates. */
  cert: Pem;
  /** The leaf's private key in PEM. It goes to Node's TLS and nowhere else. */
  key: Pem;
  /** The key's passphrase. */
  passphrase?: string;
  /**
   * Whose roots to trust, and whose global endpoint to dial where the settings name none; `public`, unless said
   * otherwise. Node's own roots are not used: Azure's are few and known.
   */
  cloud?: 'public' | 'usgov' | 'china';
  /** Roots besides the cloud's, in PEM. */
  trust?: Pem | Pem[];
  /** Leaves out the cloud's roots. */
  onlyTrust?: boolean;
  /** Ends it, politely. */
  signal?: AbortSignal;
  /** Told of everything that happens, as it happens; `line` is the event as a line of a log window. */
  onEvent?: (event: SessionEvent, line: string) => void;
}

/** The device has a hub. */
export interface Assignment extends ProvisionReport {
  outcome: 'assigned';
  assignedHub: string;
  deviceId: string;
}

/** The device has no hub; `code` and `report` say why. */
export class ProvisioningError extends DpsError {
  override readonly name = 'ProvisioningError';

  constructor(
    /** How it ended, with the service's answer and what it took. */
    readonly report: ProvisionReport,
    options?: ErrorOptions,
  ) {
    const code = report.outcome === 'assigned' || report.outcome === 'component-failed' ? 'protocol' : report.outcome;
    super(code, report.findings[0]?.message ?? `The provisioning ended: ${report.outcome}.`, report.findings, options);
  }
}

/**
 * Provisions a device: dials DPS with its certificate, registers, polls, retries, within the time limit.
 *
 * The server's certificate is always verified.
 *
 * @param settings - What to provision.
 * @param options - The identity, the roots, how to end it and who listens.
 * @returns The hub, with everything that the service said.
 * @throws {@link ProvisioningError} with the report when there is no hub; after `signal` its code is `cancelled` and its
 * cause the signal's reason. {@link DpsError} `invalid-input`, `invalid-settings`, `identity-invalid`, `module-unavailable`.
 *
 * @example
 * ```js
 * const { assignedHub, deviceId } = await provision(
 *   { idScope: '0ne00111111', registrationId: 'device-1' },
 *   { cert, key, signal: AbortSignal.timeout(30_000), onEvent: (event, line) => console.log(line) },
 * );
 * ```
 */
export async function provision(settings: Settings, options: ProvisionOptions): Promise<Assignment> {
  const { endpoint, roots } = await cloud(options.cloud ?? 'public');
  const identity = secureContext(options, roots.map(({ pem }) => pem));
  const session = await Session.start({ ...settings, endpoint: settings.endpoint ?? endpoint }, now());
  return new Promise((resolve, reject) => new Run(session, identity, options, resolve, reject).drive());
}

function now(): number {
  return performance.now();
}

function secureContext(
  { cert, key, passphrase, trust = [], onlyTrust = false }: ProvisionOptions,
  roots: string[],
): SecureContext {
  const ca = [...(onlyTrust ? [] : roots), ...(Array.isArray(trust) ? trust : [trust])];
  try {
    return createSecureContext({ cert, key, passphrase, ca, minVersion: 'TLSv1.2' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DpsError('identity-invalid', `Node's TLS does not take this certificate and key: ${why}.`, [], { cause });
  }
}

/** Longest time that `setTimeout` takes. */
const MAX_WAIT = 2 ** 31 - 1;

class Run {
  #socket: TLSSocket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: Session,
    private readonly secureContext: SecureContext,
    private readonly options: ProvisionOptions,
    private readonly resolve: (assignment: Assignment) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    options.signal?.addEventListener('abort', this.#abort, { once: true });
    if (options.signal?.aborted) {
      session.cancel(now());
    }
  }

  /** Does what the session says, until it waits or is done. */
  drive(): void {
    try {
      while (this.#step()) {
        // There is more.
      }
    } catch (error) {
      // The session's module broke, or a listener did.
      this.#end();
      this.#socket?.destroy();
      this.reject(error);
    }
  }

  #step(): boolean {
    const output = this.session.poll();
    switch (output.type) {
      case 'connect':
        this.#dial(output.connection, output.host, output.port);
        return true;
      case 'transmit':
        this.#socket?.write(output.bytes);
        return true;
      case 'close':
        this.#close();
        return true;
      case 'event':
        this.options.onEvent?.(output.event, output.line);
        return true;
      case 'wait': {
        clearTimeout(this.#timer);
        const wait = Math.ceil(output.until - now());
        this.#timer = setTimeout(() => {
          this.session.timeout(now());
          this.drive();
        }, Math.min(Math.max(wait, 1), MAX_WAIT));
        return false;
      }
      case 'done':
        this.#end();
        this.#done(output.report);
        return false;
    }
  }

  #dial(connection: number, host: string, port: number): void {
    const servername = isIP(host) === 0 ? host : undefined;
    const socket = connect({ host, port, servername, secureContext: this.secureContext, minVersion: 'TLSv1.2' });
    this.#socket = socket;
    let isUp = false;
    let isOver = false;
    const tell = (what: () => void): void => {
      if (this.#socket === socket && !isOver) {
        what();
        this.drive();
      }
    };
    socket.once('secureConnect', () => {
      isUp = true;
      tell(() => this.session.connected(now(), connection, connectionInfo(socket)));
    });
    socket.on('data', (bytes: Buffer) => tell(() => this.session.received(now(), connection, bytes)));
    const over = (error?: Error): void =>
      tell(() => {
        isOver = true;
        const failure = error === undefined ? undefined : transportFailure(error);
        if (isUp) {
          this.session.closed(now(), connection, failure);
        } else {
          const closed = { kind: 'closed', detail: 'the peer closed the connection' } as const;
          this.session.connectFailed(now(), connection, failure ?? closed);
        }
      });
    socket.once('error', over);
    socket.once('close', () => over());
    // What comes after the end has nobody to go to.
    socket.on('error', () => {});
  }

  /** Sends what is queued, then drops the connection. */
  #close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) {
      return;
    }
    if (socket.connecting || !socket.writable) {
      socket.destroy();
    } else {
      socket.end(() => socket.destroy());
    }
    socket.unref();
  }

  readonly #abort = (): void => {
    this.session.cancel(now());
    this.drive();
  };

  #end(): void {
    clearTimeout(this.#timer);
    this.options.signal?.removeEventListener('abort', this.#abort);
  }

  #done(report: ProvisionReport): void {
    this.#close();
    if (isAssignment(report)) {
      this.resolve(report);
    } else {
      const { signal } = this.options;
      this.reject(new ProvisioningError(report, signal?.aborted ? { cause: signal.reason } : undefined));
    }
  }
}

function isAssignment(report: ProvisionReport): report is Assignment {
  return report.outcome === 'assigned' && report.assignedHub !== undefined && report.deviceId !== undefined;
}
