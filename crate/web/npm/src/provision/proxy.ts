import { isIP } from 'node:net';
import { DpsError } from '../error.js';

/** An HTTP proxy that makes ways by CONNECT. */
export interface Proxy {
  host: string;
  port: number;
  /** The value of Proxy-Authorization: Basic (RFC 7617). */
  authorization: string | undefined;
}

/** Of curl, for a proxy's URL without a port. */
const DEFAULT_PORT = 1080;

/** In the order in which curl asks. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/** What the environment says of hosts that are reached over TLS. */
export function proxyOfEnvironment(environment: Record<string, string | undefined>): Proxy | undefined {
  const name = VARIABLES.find((variable) => (environment[variable] ?? '') !== '');
  return name === undefined ? undefined : parseProxy(environment[name]!, name);
}

/**
 * Reads `[http://][USER[:PASSWORD]@]HOST[:PORT]`, user and password percent-encoded.
 *
 * @param input - Where it was given, for the message, in which nothing of a password is.
 * @throws {@link DpsError} `invalid-input`.
 */
export function parseProxy(text: string, input: string): Proxy {
  const [, scheme = 'http', rest = ''] = /^(?:([^:/?#]*):\/\/)?(.*)$/s.exec(text) ?? [];
  if (scheme.toLowerCase() !== 'http') {
    throw wrong(input, 'proxies are spoken to as http://');
  }
  const [authority = ''] = rest.split(/[/?#]/);
  // A password with such a character in it ends here, and the user would be taken for the host.
  if (rest.slice(authority.length).includes('@')) {
    throw wrong(input, '/, ? and # in a password are written %2F, %3F and %23');
  }
  const at = authority.lastIndexOf('@');
  const place = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]*))?$/i.exec(authority.slice(at + 1));
  const host = place?.[1] ?? place?.[2];
  if (host === undefined) {
    throw wrong(input, 'it has no host, or no possible one');
  }
  const port = place?.[3] === undefined ? DEFAULT_PORT : Number(place[3]);
  if (port < 1 || port > 65535) {
    throw wrong(input, 'its port is no number from 1 to 65535');
  }
  return { host, port, authorization: at < 0 ? undefined : basic(authority.slice(0, at), input) };
}

function basic(user: string, input: string): string {
  const [name = '', ...password] = user.split(':');
  try {
    const plain = `${decodeURIComponent(name)}:${decodeURIComponent(password.join(':'))}`;
    return `Basic ${Buffer.from(plain).toString('base64')}`;
  } catch {
    throw wrong(input, 'its user and password are not percent-encoded');
  }
}

/**
 * Whether a text has the proxy's password in it: an answer may repeat what was asked. A text that is cut off has the
 * beginning, so the first characters of Basic are enough.
 */
export function repeatsPassword(proxy: Proxy, text: string): boolean {
  const basic = proxy.authorization?.replace(/^Basic /, '');
  if (basic === undefined) {
    return false;
  }
  const plain = Buffer.from(basic, 'base64').toString();
  const password = plain.slice(plain.indexOf(':') + 1);
  return text.includes(basic.slice(0, 4)) || (password !== '' && text.includes(password));
}

function wrong(input: string, why: string): DpsError {
  const advice = 'Write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with both percent-encoded.';
  return new DpsError('invalid-input', `The proxy of \`${input}\` cannot be used: ${why}. ${advice}`);
}

/**
 * Whether a host is dialled without a proxy, by a list as `NO_PROXY` has it and curl reads it: `*` stands for every host, a
 * name for itself and everything below it, an address for itself, `10.0.0.0/8` for a network.
 */
export function isBypassed(host: string, list: string): boolean {
  const name = host.replace(/\.$/, '').toLowerCase();
  return list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((word) => word !== '')
    .some((word) => word === '*' || (isIP(name) === 0 ? isBelow(name, word) : isWithin(name, word)));
}

function isBelow(name: string, word: string): boolean {
  const above = word.replace(/^\./, '').replace(/\.$/, '');
  return above !== '' && (name === above || name.endsWith(`.${above}`));
}

function isWithin(address: string, word: string): boolean {
  const [written = '', length, ...more] = word.split('/');
  const ours = bitsOf(address);
  const theirs = bitsOf(written.replace(/^\[(.*)\]$/, '$1'));
  if (ours === undefined || theirs === undefined || ours.length !== theirs.length || more.length > 0) {
    return false;
  }
  const common = length === undefined ? ours.length : /^\d+$/.test(length) ? Number(length) : Infinity;
  return common <= ours.length && ours.slice(0, common) === theirs.slice(0, common);
}

/** An address as so many zeros and ones. */
function bitsOf(address: string): string | undefined {
  const bits = (text: string, radix: number, width: number): string =>
    parseInt(text, radix).toString(2).padStart(width, '0');
  if (isIP(address) === 4) {
    return address.split('.').map((part) => bits(part, 10, 8)).join('');
  }
  if (isIP(address) !== 6) {
    return undefined;
  }
  // The URL parser writes the shortest form, without an IPv4 tail.
  const short = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = short.split('::');
  const groups = (text: string | undefined): string[] => (text ?? '').split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail)];
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...(tail === undefined ? [] : zeros), ...last].map((group) => bits(group, 16, 16)).join('');
}
