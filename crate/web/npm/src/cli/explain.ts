import { existsSync, statSync } from 'node:fs';
import { codes, explain as pageOf, explainText, type Explanation } from '../index.node.js';
import { files, parse, read, situation, SITUATION, Usage } from './arguments.js';
import { err, json, out } from './terminal.js';

const HELP = `Say what happened to a device, and why: from a client's log, an answer of the service, or a code

Usage: dps-x509 explain [WHAT…] [OPTIONS]

  WHAT                        a code or name of a finding (DX401), a code of the service (401002), a file, - for standard
                              input, or text itself; standard input, unless said otherwise
  --with FILE                 the device's certificates and key; may be repeated
  --registration-id ID, --enrollment HOW, --group-ca FILE, --trust FILE, --cloud CLOUD, --at TIME,
  --key-passphrase-file FILE  as of check
  --json                      one JSON object for each WHAT that is no finding
  --all                       every page, in the order of the codes

Exit codes: 0 explained; 1 nothing in it is known; 2 it cannot be read, or there is no such code
`;

const FLAGS = { one: SITUATION.one, many: [...SITUATION.many, 'with'], alone: ['json', 'all'] };

/** `dps-x509 explain`, with the text and the exit code of the native one. */
export async function explain(words: string[]): Promise<number> {
  const given = parse(words, HELP, FLAGS);
  if (given === undefined) {
    return 0;
  }
  if (given.has('all')) {
    const pages = await Promise.all((await codes()).map(pageOf));
    print(pages.map((page) => page!.markdown.trimEnd()));
    return 0;
  }
  if (given.words.length === 0 && process.stdin.isTTY) {
    err(HELP);
    return 2;
  }
  const all = await Promise.all([
    files(given.many('with'), '--with', 'any'),
    files(given.many('group-ca'), '--group-ca', 'group-ca'),
    files(given.many('trust'), '--trust', 'server-trust'),
  ]);
  const options = await situation(given);
  const blocks: string[] = [];
  let exit = 0;
  const say = (explanation: Explanation): void => {
    exit = explanation.explained ? exit : 1;
    const { text, ...rest } = explanation;
    blocks.push(given.has('json') ? json(rest) : text.trimEnd());
  };
  for (const what of await subjects(given.words)) {
    if ('page' in what) {
      blocks.push(what.page.trimEnd());
    } else {
      say(await explainText(what.text, all.flat(), options));
    }
  }
  print(blocks);
  return exit;
}

type Subject = { page: string } | { text: string | Uint8Array };

/** Each word by itself; several that are words of one sentence together. */
async function subjects(words: string[]): Promise<Subject[]> {
  if (words.length === 0) {
    return [{ text: await read('-') }];
  }
  const each = await Promise.all(words.map(subject));
  const unknown = words.find((_, index) => each[index] === undefined);
  if (unknown === undefined) {
    return each as Subject[];
  }
  if (words.length > 1 && !words.some((word) => /^dx\d+$/i.test(word))) {
    return [{ text: words.join(' ') }];
  }
  throw new Usage(`"${unknown}" is no code, no file and no text that is known`);
}

async function subject(word: string): Promise<Subject | undefined> {
  if (word === '-') {
    return { text: await read('-') };
  }
  const page = (await pageOf(word))?.markdown ?? (await named(word));
  if (page !== undefined) {
    return { page };
  }
  if (existsSync(word) && statSync(word).isFile()) {
    return { text: await read(word) };
  }
  const isText = /\s/.test(word.trim()) || (await explainText(word)).explained;
  return isText ? { text: word } : undefined;
}

/** By its name in kebab-case. */
async function named(word: string): Promise<string | undefined> {
  if (!/^[a-z]+(-[a-z0-9]+)+$/.test(word)) {
    return undefined;
  }
  const pages = await Promise.all((await codes()).map(pageOf));
  return pages.find((page) => page?.name === word)?.markdown;
}

function print(blocks: string[]): void {
  out(`${blocks.join('\n\n')}\n`);
}
