import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { ConnectionInfo, TransportFailure } from '../session.js';
import { connectionInfo, transportFailure } from './failure.js';
import type { Proxy } from './proxy.js';
import type { Route } from './route.js';
import type { SocketOptions } from './socket.js';
import { NoTunnel, notReached, tunnel } from './tunnel.js';

/** How connections are made. */
export interface Way {
  secureContext: SecureContext;
  route: Route;
  socket: SocketOptions;
}

/** Who is told of a connection. */
export interface Listener {
  up(info: ConnectionInfo): void;
  received(bytes: Uint8Array): void;
  /** The end, once; nothing is told afterwards. */
  over(wasUp: boolean, failure: TransportFailure | undefined): void;
}

/** One connection: TCP, perhaps through a proxy, and TLS over it. */
export class Line {
  readonly #tcp: Socket;
  #tls: TLSSocket | undefined;
  /** The tunnel watches the socket by itself. */
  #isTunnelling = false;
  #isUp = false;
  #isOver = false;

  constructor(
    private readonly host: string,
    private readonly port: number,
    private readonly way: Way,
    private readonly listener: Listener,
  ) {
    const proxy = way.route.proxy(host);
    const target = way.route.target(host, port);
    this.#tcp = connectTcp({ ...way.socket, ...(proxy ?? target) });
    this.#watch(this.#tcp, proxy);
    this.#tcp.once('connect', () => {
      this.#tunnel(proxy, target).catch((error: Error) => this.#end(error));
    });
  }

  /** Sends. */
  write(bytes: Uint8Array): void {
    this.#tls?.write(bytes);
  }

  /** Sends what is queued, then drops the connection; nothing is told of it any more. */
  close(): void {
    this.#isOver = true;
    const tls = this.#tls;
    if (tls === undefined || !this.#isUp || !tls.writable) {
      tls?.destroy();
      this.#tcp.destroy();
    } else {
      tls.end(() => tls.destroy());
      tls.unref();
    }
    this.#tcp.unref();
  }

  async #tunnel(proxy: Proxy | undefined, target: { host: string; port: number }): Promise<void> {
    if (proxy !== undefined) {
      const host = isIP(target.host) === 6 ? `[${target.host}]` : target.host;
      this.#isTunnelling = true;
      await tunnel(this.#tcp, proxy, `${host}:${target.port}`);
      this.#isTunnelling = false;
    }
    if (!this.#isOver) {
      this.#handshake(proxy === undefined ? '' : 'proxy ');
    }
  }

  #handshake(through: string): void {
    const { host, port } = this;
    const { secureContext } = this.way;
    const name = isIP(host) === 0 ? { servername: host } : {};
    const tls = connectTls({ socket: this.#tcp, host, port, ...name, secureContext, minVersion: 'TLSv1.2' });
    this.#tls = tls;
    tls.once('secureConnect', () => {
      this.#isUp = true;
      this.#tell(() => this.listener.up(connectionInfo(tls, peer(this.#tcp, through))));
    });
    tls.on('data', (bytes: Buffer) => this.#tell(() => this.listener.received(bytes)));
    this.#watch(tls, undefined);
  }

  /** Its errors, of which only the first is told: what comes after the end has nobody to go to. */
  #watch(socket: Socket, proxy: Proxy | undefined): void {
    const end = (error?: Error): void => {
      if (!this.#isTunnelling) {
        const isOfProxy = proxy !== undefined && error !== undefined && this.#tls === undefined;
        this.#end(isOfProxy ? notReached(proxy, error) : error);
      }
    };
    socket.on('error', end);
    socket.on('close', () => end());
  }

  #end(error: Error | undefined): void {
    this.#tell(() => {
      this.#isOver = true;
      const failure = error instanceof NoTunnel ? error.failure : error && transportFailure(error);
      this.#tcp.destroy();
      this.listener.over(this.#isUp, failure);
    });
  }

  #tell(what: () => void): void {
    if (!this.#isOver) {
      what();
    }
  }
}

function peer({ remoteAddress, remotePort, remoteFamily }: Socket, through: string): string | undefined {
  if (remoteAddress === undefined) {
    return undefined;
  }
  return `${through}${remoteFamily === 'IPv6' ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
}
