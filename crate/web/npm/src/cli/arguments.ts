import { createReadStream } from 'node:fs';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { MAX_BYTES as MOST, type NamedFile, type Purpose } from '../input.js';
import { quoted } from '../kind.js';
import type { Options } from '../options.js';
import { out } from './terminal.js';

/** The command line cannot be used. */
export class Usage extends Error {}

/** Flags with a value that may be repeated, flags with one, and flags alone. */
export interface Flags {
  many?: readonly string[];
  one?: readonly string[];
  alone?: readonly string[];
}

/** What was given. */
export interface Given {
  words: string[];
  many(flag: string): string[];
  one(flag: string): string | undefined;
  has(flag: string): boolean;
}

/**
 * Reads a command's words.
 *
 * @param help - Printed for `--help`; then there is nothing more to do.
 * @throws {@link Usage}
 */
export function parse(words: string[], help: string, { many = [], one = [], alone = [] }: Flags): Given | undefined {
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  many.forEach((flag) => (options[flag] = { type: 'string', multiple: true }));
  one.forEach((flag) => (options[flag] = { type: 'string' }));
  alone.forEach((flag) => (options[flag] = { type: 'boolean' }));
  let parsed;
  try {
    parsed = parseArgs({ args: words, options, allowPositionals: true });
  } catch (error) {
    throw new Usage(`${(error as Error).message.split('. ')[0]}; --help lists the options`);
  }
  const { values, positionals } = parsed;
  if (values['help']) {
    out(help);
    return undefined;
  }
  return {
    words: positionals,
    many: (flag) => (values[flag] as string[] | undefined) ?? [],
    one: (flag) => values[flag] as string | undefined,
    has: (flag) => values[flag] === true,
  };
}

/** What is known of a device besides its own files; the flags of several commands. */
export const SITUATION = {
  one: ['registration-id', 'enrollment', 'cloud', 'at', 'key-passphrase-file'],
  many: ['group-ca', 'trust'],
} as const;

/** The same as options of the package. */
export async function situation(given: Given): Promise<Options> {
  const options: Options = {};
  const registrationId = given.one('registration-id');
  if (registrationId !== undefined) {
    options.registrationId = registrationId;
  }
  const enrollment = given.one('enrollment') ?? 'unknown';
  if (enrollment === 'individual' || enrollment === 'group') {
    options.enrollment = enrollment;
  } else if (enrollment !== 'unknown') {
    throw new Usage(`--enrollment is individual, group or unknown, and not ${quoted(enrollment)}`);
  }
  const cloud = given.one('cloud') ?? 'public';
  options.cloud = cloud === 'none' ? null : (cloud as 'public');
  const at = given.one('at');
  if (at !== undefined) {
    options.at = new Date(at);
    if (!/^\d{4}-\d\d-\d\d/.test(at) || Number.isNaN(options.at.getTime())) {
      throw new Usage('write a time as 2027-01-31 or 2027-01-31T12:00:00Z, in UTC');
    }
  }
  const passphrase = given.one('key-passphrase-file');
  if (passphrase !== undefined) {
    const [line = ''] = (await read(passphrase)).toString().split(/\r?\n/);
    options.passphrase = line;
  }
  return options;
}

/** Files with what they are for; - is standard input. */
export function files(paths: string[], input: string, purpose: Purpose): Promise<NamedFile[]> {
  return Promise.all(
    paths.map(async (path) => ({
      name: path === '-' ? 'standard input' : path,
      data: await read(path),
      purpose,
      ...(input === '' ? {} : { input }),
    })),
  );
}

/**
 * The bytes of a file, or of standard input for -.
 *
 * @throws {@link Usage}
 */
export async function read(path: string): Promise<Buffer> {
  // A byte more than is taken says that there is more: a device, or a pipe that does not end.
  const input = path === '-' ? process.stdin : createReadStream(path, { end: MOST });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of input) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > MOST) {
        throw new Usage(`${path}: it has more than ${MOST >> 20} MiB`);
      }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw error instanceof Usage ? error : new Usage(`${path}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
  return Buffer.concat(chunks);
}
