import { complete } from '../complete.js';
import type { Severity } from '../finding.js';
import { readFiles, wipe, type NamedFile } from '../input.js';
import { quoted } from '../kind.js';
import { fill, using, type Options } from '../options.js';
import type { Report } from '../report.js';
import { files, parse, situation, SITUATION, Usage, type Given } from './arguments.js';
import { json, out, visible } from './terminal.js';

const HELP = `Say what certificate and key files are, what chain they make, and what is wrong with them

Usage: dps-x509 check FILE… [OPTIONS]        - is standard input

  --key FILE                  the device's private key
  --registration-id ID        that the device uses
  --enrollment HOW            individual, group or unknown
  --group-ca FILE             CA certificate that was uploaded to the service; may be repeated
  --trust FILE                what the device trusts the server by; may be repeated
  --cloud CLOUD               public, usgov, china, or none for a server of one's own
  --at TIME                   when to judge validity, such as 2027-01-31
  --expires-within DAYS       warn of certificates that expire within so many days
  --key-passphrase-file FILE  whose first line is the passphrase of the key or store
  --format text|json
  --fail-on error|warning|note
  --allow CODE                a finding that does not count; may be repeated

Exit codes: 0 ready; 1 something was found that counts; 2 nothing usable in the files, or the command line cannot be used
`;

const FLAGS = {
  one: [...SITUATION.one, 'key', 'expires-within', 'format', 'fail-on'],
  many: [...SITUATION.many, 'allow'],
};

/** As the native command line has them. */
const EXITS: Record<Report['verdict']['word'], number> = { ready: 0, 'not ready': 1, 'nothing usable': 2 };

const RANKS: Record<Severity, number> = { note: 0, warning: 1, error: 2 };

/** `dps-x509 check`, with the exit code of the native one. */
export async function check(words: string[]): Promise<number> {
  const given = parse(words, HELP, FLAGS);
  if (given === undefined) {
    return 0;
  }
  const key = given.one('key');
  const all = await Promise.all([
    files(given.words, '', 'any'),
    files(key === undefined ? [] : [key], '--key', 'device-key'),
    files(given.many('group-ca'), '--group-ca', 'group-ca'),
    files(given.many('trust'), '--trust', 'server-trust'),
  ]);
  if (all.flat().length === 0) {
    throw new Usage('give the files to check; --help lists the options');
  }
  const days = given.one('expires-within');
  if (days !== undefined && !/^\d+$/.test(days)) {
    throw new Usage(`--expires-within is a number of days, and not ${quoted(days)}`);
  }
  const format = given.one('format') ?? 'text';
  if (format !== 'json' && format !== 'text') {
    throw new Usage(`--format is text or json, and not ${quoted(format)}`);
  }
  const options = await situation(given);
  const looked = await look(all.flat(), days === undefined ? options : { ...options, expiresWithinDays: Number(days) }, given);
  out(format === 'json' ? `${json(looked.report)}\n` : text(looked));
  return EXITS[looked.report.verdict.word];
}

interface Looked {
  report: Report;
  /** The findings as text. */
  blocks: string[];
  /** Whether each is one that does not count. */
  allowed: boolean[];
}

async function look(files: NamedFile[], { registrationId, ...options }: Options, given: Given): Promise<Looked> {
  const read = await readFiles(files);
  try {
    await complete.load();
    return complete.call((glue) => {
      const inputs = fill(new glue.Inputs(), read, options);
      return using(complete, [inputs], () => {
        const told = inputs.inspectAsText(registrationId, given.one('fail-on') ?? 'error', given.many('allow'), given.words.length > 0);
        return JSON.parse(told) as Looked;
      });
    });
  } finally {
    wipe(read);
  }
}

/** The verdict in the words of the native command line. */
function ending({ verdict: { word, unless }, chain, items, keys, checked }: Report): string {
  switch (word) {
    case 'ready':
      if (chain.leaf === null) return 'Nothing wrong';
      return keys.length === 0 || checked.some(({ question, result }) => question === 'key' && result === 'unknown')
        ? 'Ready, if the device has the private key, which was not compared'
        : 'Ready';
    case 'nothing usable':
      return items.length === 0 ? 'Nothing usable' : "Nothing usable, for lack of a device's certificate";
    case 'not ready':
      if (unless?.condition === 'repaired') return 'Not ready before it is repaired';
      return unless ? `Not ready, unless ${unless.sentence}` : 'Not ready';
  }
}

function text({ report, blocks, allowed }: Looked): string {
  const { leaf, intermediates, root } = report.chain;
  const chain = [leaf, ...intermediates, root].filter((one) => one !== null);
  const sections = [
    chain.map((subject, depth) => `${'  '.repeat(depth)}${visible(subject)}\n`).join(''),
    report.keys.map(({ type, belongsTo }) => `${type} key${belongsTo === null ? '' : ' of a certificate here'}\n`).join(''),
    ...blocks.map((block, index) => {
      const [head = '', ...body] = block.split('\n');
      return `${head}${allowed[index] ? ' (allowed)' : ''}\n${body.join('\n')}\n`;
    }),
  ];
  const count = (severity: Severity): string[] => {
    const number = report.findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  };
  const left = allowed.filter(Boolean).length;
  const counts = (['error', 'warning', 'note'] as const).flatMap(count);
  const tally = [...counts, ...(left === 0 ? [] : [`${left} of them allowed`])].join(', ');
  const [worst] = [...report.findings].sort((one, other) => RANKS[other.severity] - RANKS[one.severity]);
  const more = worst === undefined ? '' : ` \`dps-x509 explain ${worst.code}\` says more.`;
  sections.push(`${ending(report)}${tally === '' ? '' : `: ${tally}`}.${more}\n`);
  return sections.filter((section) => section !== '').join('\n');
}
