import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generate, type GeneratedKeyType, type GenerationRequest } from '../index.node.js';
import { parse, Usage } from './arguments.js';
import { err, out, visible } from './terminal.js';

const HELP = `Make test certificates, for trying things out and not for production

Usage: dps-x509 generate self-signed|chain|csr --registration-id ID --out DIR [OPTIONS]

  --key-type TYPE     p256, p384, rsa2048, rsa3072 or rsa4096
  --count N           so many devices of a chain
  --days N            for how long a device's certificate is valid
  --organization O, --country C, --state ST, --locality L

Nothing is overwritten. Exit codes: 0 made; 2 the command line or DIR cannot be used
`;

const FLAGS = {
  one: ['registration-id', 'out', 'key-type', 'count', 'days', 'organization', 'country', 'state', 'locality'],
};

/** `dps-x509 generate`, as far as no CA has to be read. */
export async function generateFiles(words: string[]): Promise<number> {
  const given = parse(words, HELP, FLAGS);
  if (given === undefined) {
    return 0;
  }
  const [kind] = given.words;
  const [registrationId, folder] = [given.one('registration-id'), given.one('out')];
  if (kind === undefined || registrationId === undefined || folder === undefined || given.words.length > 1) {
    throw new Usage('give what to make, --registration-id and --out; --help says more');
  }
  const texts = ['organization', 'country', 'state', 'locality'].flatMap((name) => {
    const text = given.one(name);
    return text === undefined ? [] : [[name, text]];
  });
  const numbers = ['count', 'days'].flatMap((name) => {
    const text = given.one(name);
    return text === undefined ? [] : [[name, Number(text)]];
  });
  const keyType = given.one('key-type') as GeneratedKeyType | undefined;
  const request = { kind, registrationId, ...Object.fromEntries([...texts, ...numbers]), ...(keyType && { keyType }) };
  const { files, warnings } = await generate(request as GenerationRequest);
  for (const { path, text, isSecret } of files) {
    const file = join(folder, path);
    const link = await linkAbove(folder, path);
    if (link !== undefined) {
      throw new Usage(`${link} is a link, and nothing is written through it`);
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { mode: isSecret ? 0o600 : 0o644, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw new Usage(error.code === 'EEXIST' ? `${file} is there already, and nothing is overwritten` : error.message);
    });
    out(`${visible(file)}\n`);
  }
  warnings.forEach((warning) => err(`warning: ${visible(warning)}\n`));
  return 0;
}

/**
 * The first of a file's folders, in the one that everything goes into, that is a link: whoever may write there may have put it
 * there, and would get a device's key.
 */
async function linkAbove(folder: string, path: string): Promise<string | undefined> {
  let at = folder;
  for (const part of path.split('/').slice(0, -1)) {
    at = join(at, part);
    if ((await lstat(at).catch(() => undefined))?.isSymbolicLink() === true) {
      return at;
    }
  }
  return undefined;
}
