import type { Socket } from 'node:net';
import type { ProxyFault, TransportFailure } from '../session.js';
import { transportFailure } from './failure.js';
import { type Proxy, repeatsPassword } from './proxy.js';

/** How long a proxy may take for its answer. It resolves and dials before it gives one. */
const PATIENCE = 15_000;
/** The longest head of an answer, in bytes. */
const MAX_HEAD = 16 * 1024;
/** As much of a refusal's text is shown. */
const MAX_WORDS = 300;
/** As much of what is no HTTP. */
const MAX_BEGINNING = 40;

/** Why there is no way through a proxy. */
export class NoTunnel extends Error {
  constructor(readonly failure: TransportFailure) {
    super(failure.detail);
  }
}

/**
 * Asks the proxy at the other end of a connected socket for a way (RFC 9110 section 9.3.6).
 *
 * @throws {@link NoTunnel}
 */
export async function tunnel(socket: Socket, proxy: Proxy, target: string): Promise<void> {
  const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`];
  if (proxy.authorization !== undefined) {
    lines.push(`Proxy-Authorization: ${proxy.authorization}`);
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const { head, rest } = await readHead(socket, proxy);
  const [, status, reason = ''] = /^HTTP\/1\.\d (\d{3})(?: ([^\r\n]*))?\r?\n/.exec(head) ?? [];
  if (status === undefined) {
    throw no(proxy, 'not-http', begins(proxy, head));
  }
  const line = `${status} ${shown(proxy, reason)}`.trim();
  if (status === '407') {
    const offers = [...head.matchAll(/^proxy-authenticate: *(.*?)\r?$/gim)].map(([, offer]) => shown(proxy, offer!));
    throw no(proxy, 'authentication-required', offers.length === 0 ? line : `${line} (${offers.join(', ')})`);
  }
  if (!status.startsWith('2')) {
    const words = shown(proxy, rest.toString(), MAX_WORDS).trim();
    throw no(proxy, 'denied', words === '' || !/^content-type: *text\/plain/im.test(head) ? line : `${line}: ${words}`);
  }
  if (rest.length > 0) {
    socket.unshift(rest);
  }
}

/** What keeps TCP from a proxy, as the proxy's failure. */
export function notReached(proxy: Proxy, error: Error): NoTunnel {
  const { kind, detail = '' } = transportFailure(error);
  const isKnown = kind === 'name-not-found' || kind === 'refused' || kind === 'timed-out';
  return no(proxy, isKnown ? kind : 'unreachable', detail);
}

function no(proxy: Proxy, fault: ProxyFault, words: string): NoTunnel {
  const host = proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host;
  return new NoTunnel({ kind: `proxy/${fault}`, detail: `${host}:${proxy.port}: ${words}` });
}

/** Up to the end of the head, and what came behind it. */
function readHead(socket: Socket, proxy: Proxy): Promise<{ head: string; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off('data', take).off('error', fail).off('close', end);
      socket.pause();
      settle();
    };
    const take = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const at = bytes.indexOf('\r\n\r\n');
      if (at >= 0) {
        done(() => resolve({ head: bytes.subarray(0, at + 4).toString('latin1'), rest: bytes.subarray(at + 4) }));
      } else if (bytes.length > MAX_HEAD || !couldBeHttp(bytes)) {
        done(() => reject(no(proxy, 'not-http', begins(proxy, bytes.toString('latin1')))));
      }
    };
    const fail = (error: Error): void => done(() => reject(no(proxy, 'closed', error.message)));
    const end = (): void => {
      const [fault, words] =
        bytes.length === 0
          ? (['closed', 'it closed without an answer'] as const)
          : (['not-http', 'it closed within the head of its answer'] as const);
      done(() => reject(no(proxy, fault, words)));
    };
    const timer = setTimeout(() => {
      done(() => reject(no(proxy, 'timed-out', `no answer to CONNECT within ${PATIENCE / 1000} s`)));
    }, PATIENCE);
    socket.on('data', take).on('error', fail).on('close', end);
  });
}

function couldBeHttp(bytes: Buffer): boolean {
  const start = 'HTTP/1.';
  return start.startsWith(bytes.subarray(0, start.length).toString('latin1'));
}

function begins(proxy: Proxy, text: string): string {
  return `its answer begins "${shown(proxy, text, MAX_BEGINNING)}"`;
}

/** Without anything that a terminal would act on, and not the password. */
function shown(proxy: Proxy, text: string, most?: number): string {
  if (repeatsPassword(proxy, text)) {
    return '(it repeats the password, which is not shown)';
  }
  return text.slice(0, most).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
