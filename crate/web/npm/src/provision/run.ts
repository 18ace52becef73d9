import { isError } from '../realm.js';
import type { Session, ProvisionReport, SessionEvent } from '../session.js';
import { transportFailure } from './failure.js';
import type { Allows } from './hubs.js';
import { Line, type Listener, type Way } from './line.js';

/** What a run is given besides the session. */
export interface RunOptions {
  /** How connections are made. */
  way: Way;
  /** Whether the session may dial this besides its endpoint. */
  allows: Allows;
  signal: AbortSignal | undefined;
  onEvent: ((event: SessionEvent, line: string) => void) | undefined;
}

/** Milliseconds on a clock that never runs backwards. */
export function now(): number {
  return performance.now();
}

/** Does what a session says, until it is done. */
export function run(session: Session, options: RunOptions): Promise<ProvisionReport> {
  return new Promise((resolve, reject) => new Run(session, options, resolve, reject).drive());
}

/** Longest time that `setTimeout` takes. */
const MAX_WAIT = 2 ** 31 - 1;

class Run {
  #line: Line | undefined;
  #endpoint: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: Session,
    private readonly options: RunOptions,
    private readonly resolve: (report: ProvisionReport) => void,
    private readonly reject: (error: unknown) => void,
  ) {
    const { signal } = options;
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted) {
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
        this.#line?.write(output.bytes);
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
        this.resolve(output.report);
        return false;
    }
  }

  #dial(connection: number, host: string, port: number): void {
    this.#close();
    const { session, options } = this;
    const endpoint = `${host}:${port}`;
    this.#endpoint ??= endpoint;
    if (endpoint !== this.#endpoint && !options.allows(host, port)) {
      session.connectFailed(now(), connection, { kind: 'not-allowed', detail: `${endpoint} is not allowed` });
      return;
    }
    const told = (what: () => void): void => {
      // What a closed one says is of no interest.
      if (this.#line === line) {
        what();
        this.drive();
      }
    };
    const listener: Listener = {
      up: (info) => told(() => session.connected(now(), connection, info)),
      received: (bytes) => told(() => session.received(now(), connection, bytes)),
      over: (wasUp, failure) =>
        told(() => {
          if (wasUp) {
            session.closed(now(), connection, failure);
          } else {
            const closed = { kind: 'closed', detail: 'the peer closed the connection' } as const;
            session.connectFailed(now(), connection, failure ?? closed);
          }
        }),
    };
    let line: Line | undefined;
    try {
      line = new Line(host, port, options.way, listener);
    } catch (error) {
      // A lookup that throws does so while the socket is made.
      const failure = transportFailure(isError(error) ? error : new Error(String(error)));
      session.connectFailed(now(), connection, failure);
    }
    this.#line = line;
  }

  #close(): void {
    this.#line?.close();
    this.#line = undefined;
  }

  readonly #abort = (): void => {
    this.session.cancel(now());
    this.drive();
  };

  #end(): void {
    clearTimeout(this.#timer);
    this.#close();
    this.options.signal?.removeEventListener('abort', this.#abort);
  }
}
