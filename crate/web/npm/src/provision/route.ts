import { DpsError } from '../error.js';
import { quoted } from '../kind.js';
import { isBypassed, parseProxy, proxyOfEnvironment, type Proxy } from './proxy.js';

/** How TCP gets to an endpoint. TLS goes by the endpoint all the same. */
export interface Route {
  /** Where TCP is to end. */
  target(host: string, port: number): { host: string; port: number };
  /** The proxy for a host, if there is one. */
  proxy(host: string): Proxy | undefined;
}

/** How it was asked for. */
export interface RouteOptions {
  /**
   * An HTTP proxy that knows CONNECT, `http://[USER:PASSWORD@]HOST[:PORT]`; `false` for none. Unless said otherwise it is
   * as in curl: that of `https_proxy`, `HTTPS_PROXY`, `all_proxy` or `ALL_PROXY`, the first that is not empty.
   */
  proxy?: string | URL | false;
  /** For which hosts there is no proxy, as `no_proxy` has it, which counts unless this is given. */
  noProxy?: string;
  /** Takes TCP for HOST and PORT to HOST2 and PORT2, as curl does: `HOST:PORT:HOST2:PORT2`, empty for any or the same. */
  connectTo?: string | string[];
}

/** The route that options and the environment make. */
export function route({ proxy, noProxy, connectTo = [] }: RouteOptions): Route {
  if ((proxy as unknown) === true) {
    throw new DpsError('invalid-input', '`proxy` is an address, or false for none.');
  }
  const { env } = process;
  const redirections = (typeof connectTo === 'string' ? [connectTo] : connectTo).map(redirection);
  const through =
    proxy === false ? undefined : proxy === undefined ? proxyOfEnvironment(env) : parseProxy(String(proxy), 'proxy');
  const bypass = noProxy ?? env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  return {
    target(host, port) {
      const fitting = redirections.find(({ from }) => (from.host ?? host) === host && (from.port ?? port) === port);
      return { host: fitting?.to.host ?? host, port: fitting?.to.port ?? port };
    },
    proxy: (host) => (isBypassed(host, bypass) ? undefined : through),
  };
}

interface Part {
  host: string | undefined;
  port: number | undefined;
}

function redirection(text: string): { from: Part; to: Part } {
  const end = String.raw`(?:\[([^\]]*)\]|([^:[\]]*)):(\d*)`;
  const parts = new RegExp(`^${end}:${end}$`).exec(text);
  if (parts === null) {
    const message = 'four parts are needed, HOST:PORT:HOST2:PORT2, with IPv6 addresses in brackets';
    throw new DpsError('invalid-input', `\`connectTo\` cannot be used: ${message}.`);
  }
  const end1 = { host: name(parts[1] ?? parts[2])?.toLowerCase(), port: number(parts[3]) };
  return { from: end1, to: { host: name(parts[4] ?? parts[5]), port: number(parts[6]) } };
}

function name(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || text === '') {
    return undefined;
  }
  const port = Number(text);
  if (port < 1 || port > 65535) {
    throw new DpsError('invalid-input', `The port ${quoted(text)} of \`connectTo\` is no number from 1 to 65535.`);
  }
  return port;
}
