import { DpsError } from '../error.js';
import type { Finding } from '../finding.js';
import { quoted } from '../kind.js';
import { provision, ProvisioningError, type ProvisionOptions, type ProvisionSettings } from '../node.js';
import { parse, read, Usage } from './arguments.js';
import { err, json, out, visible } from './terminal.js';

const HELP = `Register a device at DPS and print its IoT hub

Usage: dps-x509 provision --id-scope SCOPE --cert FILE --key FILE [OPTIONS]

  --registration-id ID        the CN of the leaf, unless said otherwise
  --key-passphrase-file FILE  whose first line is the key's passphrase
  --cloud CLOUD               public, usgov or china
  --endpoint HOST[:PORT]      in the place of the cloud's
  --transport mqtt|websocket
  --trust FILE, --only-trust  roots besides those of the cloud, or in their place
  --proxy URL, --no-proxy     as in curl, unless said otherwise
  --connect-to H:P:H2:P2      takes TCP elsewhere; may be repeated
  --timeout SECONDS
  --check-hub                 asks the hub for the twin; DISCONNECTS A RUNNING DEVICE of that name
  --allow-hub HOST            that --check-hub may dial; may be repeated
  --trace                     every packet as it comes and goes
  --json                      one JSON object

Exit codes: 0 assigned; 1 refused; 2 nothing was dialled; 3 no connection; 4 out of time; 5 assigned, and the hub does not
take the device; 130 interrupted
`;

const FLAGS = {
  one: ['id-scope', 'registration-id', 'cert', 'key', 'key-passphrase-file', 'cloud', 'endpoint', 'transport', 'proxy', 'timeout'],
  many: ['trust', 'connect-to', 'allow-hub'],
  alone: ['only-trust', 'no-proxy', 'check-hub', 'trace', 'json'],
};

const EXITS: Partial<Record<string, number>> = { refused: 1, 'no-connection': 3, protocol: 3, 'out-of-time': 4, cancelled: 130 };

/** `dps-x509 provision` over `node:tls`, with the exit codes of the native one. */
export async function provisionDevice(words: string[]): Promise<number> {
  const given = parse(words, HELP, FLAGS);
  if (given === undefined) {
    return 0;
  }
  const [idScope, cert, key] = [given.one('id-scope'), given.one('cert'), given.one('key')];
  if (idScope === undefined || cert === undefined) {
    throw new Usage('give --id-scope and --cert, and --key unless it is in the same file; --help says more');
  }
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const settings: ProvisionSettings = { idScope, checkHub: given.has('check-hub') };
  copy(given.one, settings, { 'registration-id': 'registrationId', endpoint: 'endpoint', transport: 'transport' });
  const timeout = given.one('timeout');
  if (timeout !== undefined) {
    const [, number] = /^(\d+(?:\.\d+)?)s?$/.exec(timeout) ?? [];
    if (number === undefined) {
      throw new Usage(`--timeout is a number of seconds, and not ${quoted(timeout)}`);
    }
    settings.timeoutSeconds = Number(number);
  }
  const options: ProvisionOptions = {
    cert: await read(cert),
    trust: await Promise.all(given.many('trust').map(read)),
    onlyTrust: given.has('only-trust'),
    connectTo: given.many('connect-to'),
    allowHub: given.many('allow-hub'),
    signal: interrupted.signal,
    onEvent: (_, line) => given.has('trace') && err(`${visible(line)}\n`),
  };
  copy(given.one, options, { cloud: 'cloud', proxy: 'proxy' });
  if (key !== undefined) {
    options.key = await read(key);
  }
  const passphrase = given.one('key-passphrase-file');
  if (passphrase !== undefined) {
    [options.passphrase = ''] = (await read(passphrase)).toString().split(/\r?\n/);
  }
  if (given.has('no-proxy')) {
    options.proxy = false;
  }
  try {
    const assignment = await provision(settings, options);
    if (given.has('json')) {
      out(`${json(assignment)}\n`);
    } else {
      out(`assigned\n  hub        ${visible(assignment.assignedHub)}\n  device ID  ${visible(assignment.deviceId)}\n`);
      assignment.findings.forEach(tell);
    }
    return assignment.hubCheck?.outcome === 'failed' ? 5 : 0;
  } catch (error) {
    if (error instanceof ProvisioningError && given.has('json')) {
      out(`${json(error.report)}\n`);
    } else if (error instanceof DpsError && error.findings.length > 0) {
      error.findings.forEach(tell);
    } else {
      throw error;
    }
    return error instanceof ProvisioningError ? (EXITS[error.code] ?? 2) : 2;
  }
}

function copy<T extends object>(one: (flag: string) => string | undefined, to: T, names: Record<string, keyof T>): void {
  for (const [flag, name] of Object.entries(names)) {
    const value = one(flag);
    if (value !== undefined) {
      to[name] = value as T[keyof T];
    }
  }
}

function tell({ severity, code, name, message, nextStep }: Finding): void {
  err(`\n${severity} ${code} ${name}\n  ${visible(message)}\n  next:     ${visible(nextStep)}\n`);
}
