/// <reference lib="esnext.disposable" preserve="true" />
import { expectKind, expectShape, type Shape } from './args.js';
import { DpsError } from './error.js';
import type { Finding } from './finding.js';
import type { PlainTransportFailure, ProvisionReport } from './glue/report.js';
import * as sessionGlue from './glue/session.js';
import { Joined, Module, type Glue } from './module.js';
import { inspectionAddress } from './part/inspection.js';
import { sessionAddress } from './part/session.js';
import { isError } from './realm.js';

export type { ProvisionReport };

/** An instance of its own: that of files is cleared after each key, and a session goes on. */
const module = /* @__PURE__ */ new Joined(
  /* @__PURE__ */ new Module('inspection', sessionGlue as unknown as Glue & typeof sessionGlue, inspectionAddress),
  'session',
  sessionAddress,
);

/** What to provision. */
export interface Settings {
  /** Which DPS instance. */
  idScope: string;
  /** The device's name at DPS; with X.509 the CN of the leaf. */
  registrationId: string;
  /** `HOST[:PORT]`; the public cloud's global endpoint unless said otherwise. */
  endpoint?: string;
  /** 2019-03-31 unless said otherwise. */
  apiVersion?: string;
  /** Name and version of the client. */
  clientVersion?: string;
  /** JSON for a custom allocation function: a value, not its text. */
  payload?: unknown;
  /** Base64 of a PKCS#10 request in DER, without PEM lines, for a certificate that DPS is to issue (preview). */
  csr?: string;
  /** Asks the assigned hub for the twin. It disconnects a running device of that name. */
  checkHub?: boolean;
  /** For the whole provisioning, in seconds; 60 unless said otherwise. */
  timeoutSeconds?: number;
  /** MQTT keep-alive in seconds; 60 unless said otherwise. */
  keepAliveSeconds?: number;
  /** What MQTT travels in: alone on port 8883, unless said otherwise, or inside WebSocket on 443. */
  transport?: 'mqtt' | 'websocket';
  /** Quality of service; 1 unless said otherwise. */
  qos?: 0 | 1;
}

const SHAPE: Shape = {
  endpoint: ['string'],
  apiVersion: ['string'],
  clientVersion: ['string'],
  csr: ['string'],
  checkHub: ['boolean'],
  timeoutSeconds: ['seconds'],
  keepAliveSeconds: ['seconds'],
  transport: ['string'],
  qos: ['number'],
};

/** Why the server's certificate was not accepted. */
export type Distrust = 'unknown-issuer' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'invalid';

/** Why a connection was not made, or ended. An alert has its number: `alert/42`. */
export type TransportFailureKind =
  | PlainTransportFailure
  | `alert/${number}`
  | `server-not-trusted/${Distrust}`
  | `proxy/${ProxyFault}`;

/** What the proxy on the way did instead of making the connection, or how it was not reached itself. */
export type ProxyFault =
  | 'name-not-found'
  | 'unreachable'
  | 'refused'
  | 'timed-out'
  | 'authentication-required'
  | 'denied'
  | 'not-http'
  | 'closed';

/** A failure with the host's own words. */
export interface TransportFailure {
  /** What happened. */
  kind: TransportFailureKind;
  /** For a person; nothing is decided by it. */
  detail?: string;
}

/** What is known of a connection. */
export interface ConnectionInfo {
  /** The address that was dialled, such as `127.0.0.1:8883`. */
  peer?: string;
  /** Such as `TLSv1.2`. */
  tlsVersion?: string;
  /** By its IANA name. */
  cipherSuite?: string;
  /** The server's chain as it was presented, leaf first, DER. */
  serverChain?: Uint8Array[];
}

/** One thing that happened; `at` is in seconds since the start. */
export type SessionEvent = { at: number } & (
  | { event: 'dialling'; endpoint: string; attempt: number }
  | { event: 'connected'; peer: string | null; tlsVersion: string | null; cipherSuite: string | null }
  | { event: 'disconnected'; detail: string }
  | { event: 'upgrade-sent' | 'upgrade-answered'; line: string }
  | ({ event: 'sent' | 'received' } & Packet)
  | {
      event: 'waiting';
      seconds: number;
      reason: 'retry-after' | 'default-poll' | 'service-busy' | 'operation-forgotten' | 'redial';
    }
  | { event: 'ignored'; reason: 'other-request' | 'no-request' | 'other-topic' | 'nothing-outstanding' }
  | { event: 'noticed'; finding: Finding }
);

/** An MQTT packet; the members that its kind has. */
export interface Packet {
  packet:
    | 'CONNECT'
    | 'CONNACK'
    | 'SUBSCRIBE'
    | 'SUBACK'
    | 'PUBLISH'
    | 'PUBACK'
    | 'PINGREQ'
    | 'PINGRESP'
    | 'DISCONNECT';
  clientId?: string;
  userName?: string;
  flags?: number;
  keepAliveSeconds?: number;
  returnCode?: number;
  sessionPresent?: boolean;
  packetId?: number | null;
  filter?: string;
  qos?: 0 | 1;
  topic?: string;
  /** As text; what is none is escaped. */
  body?: string;
  dup?: boolean;
  retain?: boolean;
}

/** What the machine wants next. `connection` names a connection: whatever happens to it is told with that number. */
export type Output =
  | { type: 'connect'; connection: number; host: string; port: number }
  | { type: 'transmit'; bytes: Uint8Array }
  | { type: 'close' }
  | { type: 'event'; event: SessionEvent; line: string }
  | { type: 'wait'; until: number }
  | { type: 'done'; report: ProvisionReport };

/**
 * A whole provisioning without input and output of its own: whoever holds it brings sockets, TLS and a clock.
 *
 * Do what {@link Session.poll} says until it says `wait` or `done`; wait for bytes, the end of the connection or the
 * time, and say so. No order of calls is wrong; extra calls do nothing. Time is in milliseconds on any clock that never
 * runs backwards. What is told of an earlier connection than the last that was dialled is left aside.
 *
 * `dps-x509/node` drives one over `node:tls`.
 */
export class Session {
  readonly #machine: sessionGlue.Machine;

  private constructor(machine: sessionGlue.Machine) {
    this.#machine = machine;
  }

  /**
   * Starts one.
   *
   * @param settings - What to provision.
   * @param now - When: the time limit counts from here.
   * @param seed - Sixteen random bytes, fresh for every provisioning.
   * @throws {@link DpsError} `invalid-settings` with the findings, `module-unavailable`.
   */
  static async start(
    settings: Settings,
    now: number,
    seed: Uint8Array = crypto.getRandomValues(new Uint8Array(16)),
  ): Promise<Session> {
    expectShape('settings', settings, SHAPE);
    expectKind('now', now, ['milliseconds']);
    expectKind('seed', seed, ['bytes']);
    for (const name of ['idScope', 'registrationId'] as const) {
      expectKind(`settings.${name}`, settings[name], ['string']);
    }
    if (settings.qos !== undefined && ![0, 1].includes(settings.qos)) {
      throw new DpsError('invalid-input', `\`settings.qos\` is 0 or 1, and not ${settings.qos}.`);
    }
    await module.load();
    const machine = module.call((glue) => {
      const texts = new glue.Settings(settings.idScope, settings.registrationId);
      texts.service(settings.endpoint, settings.apiVersion, settings.clientVersion);
      if (settings.transport !== undefined) {
        texts.transport(settings.transport);
      }
      if (settings.payload !== undefined) {
        texts.payload(json(settings.payload));
      }
      if (settings.csr !== undefined) {
        texts.csr(settings.csr);
      }
      if (settings.checkHub) {
        texts.checkHub();
      }
      texts.durations(millis(settings.timeoutSeconds), millis(settings.keepAliveSeconds));
      if (settings.qos === 0) {
        texts.atMostOnce();
      }
      const started = new glue.Machine(texts, seed, now);
      // Not in a `finally`: what a trap left borrowed cannot be freed, and the error of that would hide the trap.
      texts.free();
      return started;
    });
    return new Session(machine);
  }

  /** The next thing to do. */
  poll(): Output {
    return this.#call((machine) => {
      const output = JSON.parse(machine.poll()) as Output;
      return output.type === 'transmit' ? { type: 'transmit', bytes: machine.bytes() } : output;
    });
  }

  /** TCP and TLS are up, and the server's certificate is verified. */
  connected(now: number, connection: number, { peer, tlsVersion, cipherSuite, serverChain = [] }: ConnectionInfo = {}): void {
    this.#call((machine) => {
      serverChain.forEach((der) => machine.serverCertificate(der));
      machine.connected(now, connection, peer, tlsVersion, cipherSuite);
    });
  }

  /** They could not be made. */
  connectFailed(now: number, connection: number, { kind, detail = '' }: TransportFailure): void {
    this.#call((machine) => machine.connectFailed(now, connection, kind, detail));
  }

  /** Bytes came, in any split. */
  received(now: number, connection: number, bytes: Uint8Array): void {
    this.#call((machine) => machine.received(now, connection, bytes));
  }

  /** The connection ended, by a failure if one is known. */
  closed(now: number, connection: number, failure?: TransportFailure): void {
    this.#call((machine) => machine.closed(now, connection, failure?.kind, failure?.detail ?? ''));
  }

  /** Time passed. Needed when nothing else happens until the time of `wait`. */
  timeout(now: number): void {
    this.#call((machine) => machine.timeout(now));
  }

  /** It is to end. */
  cancel(now: number): void {
    this.#call((machine) => machine.cancel(now));
  }

  /** Frees it, when nobody asks it any more; what is not freed is so with the module. */
  [Symbol.dispose](): void {
    this.#call((machine) => machine.free());
  }

  /** When it must be over, for a host whose write or connect blocks. */
  get deadline(): number {
    return this.#call((machine) => machine.deadline());
  }

  #call<T>(work: (machine: sessionGlue.Machine) => T): T {
    return module.call(() => {
      try {
        return work(this.#machine);
      } catch (error) {
        if (isError(error) && error.message.includes('stale object')) {
          throw new DpsError('module-broken', 'The module of this session stopped during another call.', [], { cause: error });
        }
        throw error;
      }
    });
  }
}

/** The number of the TLS alert of which a library's words speak. To be called while a session runs. */
export function alertNumber(words: string): number | undefined {
  return module.call((glue) => glue.alertNumber(words));
}

/** The payload as JSON text, where it can be written as that. */
function json(payload: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(payload);
  } catch (error) {
    cause = error;
  }
  if (text === undefined) {
    const why = isError(cause) ? `: ${cause.message}` : '';
    throw new DpsError('invalid-input', `\`settings.payload\` cannot be written as JSON${why}.`, [], { cause });
  }
  return text;
}

function millis(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
