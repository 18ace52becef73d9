import { isIP } from 'node:net';
import { DpsError } from '../error.js';
import { quoted } from '../kind.js';
import type { Settings } from '../session.js';

/** Whether a hub may be dialled. */
export type Allows = (host: string, port: number) => boolean;

/**
 * The hubs that `checkHub` may dial: those of the cloud, one label below its suffix, and those that were named, at the port
 * of the transport. Whatever the service says, nothing else is.
 *
 * @throws {@link DpsError} `invalid-input` where a name is none.
 */
export function hubs(suffix: string, named: readonly string[], transport: Settings['transport']): Allows {
  const names = new Set(named.map(hostName));
  const wanted = transport === 'websocket' ? 443 : 8883;
  return (host, port) => {
    const name = host.toLowerCase();
    const label = name.endsWith(suffix) ? name.slice(0, -suffix.length) : '';
    return port === wanted && (names.has(name) || (label !== '' && !label.includes('.')));
  };
}

function hostName(text: string, index: number): string {
  if (isIP(text) === 0 && !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(text)) {
    const message = `\`options.allowHub[${index}]\` is the name of a host, such as hub.example, and not ${quoted(text)}.`;
    throw new DpsError('invalid-input', message);
  }
  return text.toLowerCase();
}
