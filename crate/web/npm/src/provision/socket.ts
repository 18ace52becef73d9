import { isIP, type TcpSocketConnectOpts } from 'node:net';
import { expectShape, type Shape } from '../args.js';
import { DpsError } from '../error.js';
import { quoted } from '../kind.js';

/** Of TCP, as `net.connect` takes them. Where a connection goes is not among them: that is `connectTo` and `proxy`. */
export type SocketOptions = Pick<
  TcpSocketConnectOpts,
  'localAddress' | 'localPort' | 'family' | 'hints' | 'lookup' | 'noDelay' | 'keepAlive' | 'keepAliveInitialDelay'
> & {
  /** Whether addresses of both families are tried side by side. */
  autoSelectFamily?: boolean;
  /** How long each of them has before the next is tried, in milliseconds. */
  autoSelectFamilyAttemptTimeout?: number;
  /** Addresses that are not dialled: a `net.BlockList`. */
  blockList?: object;
};

const SHAPE: Shape = {
  localAddress: ['string'],
  localPort: ['number'],
  family: ['number'],
  hints: ['number'],
  lookup: ['function'],
  noDelay: ['boolean'],
  keepAlive: ['boolean'],
  keepAliveInitialDelay: ['number'],
  autoSelectFamily: ['boolean'],
  autoSelectFamilyAttemptTimeout: ['number'],
  blockList: ['object'],
};

/** What values the members have, beyond their kind: what Node would throw at, or pass over. */
const VALUES: { [Member in keyof SocketOptions]?: [words: string, is: (value: never) => boolean] } = {
  localAddress: ['an IP address', (text: string) => isIP(text) !== 0],
  localPort: ['a port from 0 to 65535', (port: number) => isWhole(port) && port <= 65_535],
  family: ['4, 6, or 0 for both', (family: number) => [0, 4, 6].includes(family)],
  hints: ['a sum of flags of `dns`', isWhole],
  keepAliveInitialDelay: ['a number of milliseconds', isWhole],
  autoSelectFamilyAttemptTimeout: ['a number of milliseconds, at least 1', (time: number) => isWhole(time) && time > 0],
};

/**
 * Sees to it that sockets can be made with these options.
 *
 * @throws {@link DpsError} `invalid-input`.
 */
export function expectSocket(options: SocketOptions): void {
  expectShape('options.socket', options, SHAPE, true);
  for (const [member, [words, is]] of Object.entries(VALUES)) {
    const value = options[member as keyof SocketOptions];
    if (value !== undefined && !is(value as never)) {
      const shown = typeof value === 'string' ? quoted(value) : String(value);
      throw new DpsError('invalid-input', `\`options.socket.${member}\` is ${words}, and not ${shown}.`);
    }
  }
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}
