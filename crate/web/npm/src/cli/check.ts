import { complete } from '../complete.js';
import { DpsError } from '../error.js';
import type { Finding, Severity } from '../finding.js';
import { readFiles, wipe, type NamedFile } from '../input.js';
import { fill, using, type Options } from '../options.js';
import type { Report } from '../report.js';
import { files, parse, situation, SITUATION, Usage, type Given } from './arguments.js';

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
    throw new Usage(`--expires-within is a number of days, and not "${days}"`);
  }
  const options = await situation(given);
  const looked = await lookLeniently(all.flat(), days === undefined ? options : { ...options, expiresWithinDays: Number(days) });
  const { report, blocks } = looked;
  const verdict = judge(looked, given);
  const format = given.one('format') ?? 'text';
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...report, verdict: verdict.word }, undefined, 2)}\n`);
  } else if (format === 'text') {
    process.stdout.write(text(report, blocks, verdict.sentence, given));
  } else {
    throw new Usage(`--format is text or json, and not "${format}"`);
  }
  return verdict.exit;
}

interface Looked {
  report: Report;
  /** The findings as text. */
  blocks: string[];
  isUsable: boolean;
  hasCertificate: boolean;
}

/** A registration ID that is none becomes findings, and the files are looked at without it. */
async function lookLeniently(given: NamedFile[], options: Options): Promise<Looked> {
  try {
    return await look(given, options);
  } catch (error) {
    if (!(error instanceof DpsError && error.code === 'invalid-settings')) {
      throw error;
    }
    const { registrationId: _, ...rest } = options;
    const { report, blocks, ...more } = await look(given, rest);
    const own = error.findings.map(
      ({ severity, code, name, message, nextStep, standing, source }) =>
        `${severity} ${code} ${name}\n  ${message}\n  where:    --registration-id\n  next:     ${nextStep}\n  standing: ${standing} (${source})`,
    );
    return { ...more, report: { ...report, findings: [...error.findings, ...report.findings] }, blocks: [...own, ...blocks] };
  }
}

async function look(given: NamedFile[], options: Options): Promise<Looked> {
  const read = await readFiles(given);
  try {
    await complete.load();
    return complete.call((glue) => {
      const inputs = fill(new glue.Inputs(), read, options);
      return using(complete, [inputs], () => JSON.parse(inputs.inspectAsText()) as Looked);
    });
  } finally {
    wipe(read);
  }
}

interface Verdict {
  exit: number;
  word: string;
  sentence: string;
}

/** As the native command line has it. */
function judge({ report, isUsable, hasCertificate }: Looked, given: Given): Verdict {
  const failOn = given.one('fail-on') ?? 'error';
  if (!Object.hasOwn(RANKS, failOn)) {
    throw new Usage(`--fail-on is error, warning or note, and not "${failOn}"`);
  }
  const counted = report.findings.filter(
    (finding) => RANKS[finding.severity] >= RANKS[failOn as Severity] && !isAllowed(finding, given),
  );
  // A request or a key alone: what is wrong is that there is no certificate at all.
  const isLack = ({ name }: Finding): boolean => !hasCertificate && name === 'device-certificate-missing';
  const leaf = report.chain.leaf;
  if (!isUsable) {
    return { exit: 2, word: 'nothing usable', sentence: 'Nothing usable' };
  }
  if (counted.some((finding) => !isLack(finding))) {
    const errors = counted.filter(({ severity }) => severity === 'error');
    const isOpen = errors.length > 0 && errors.every(({ standing }) => standing === 'unproven');
    const unless = report.verdict.unless?.sentence ?? 'DPS is laxer than OpenSSL';
    return { exit: 1, word: 'not ready', sentence: isOpen ? `Not ready, unless ${unless}` : 'Not ready' };
  }
  if (leaf === null && given.words.length > 0) {
    return { exit: 2, word: 'nothing usable', sentence: "Nothing usable, for lack of a device's certificate" };
  }
  if (report.refused.some((code) => !given.many('allow').includes(code))) {
    return { exit: 1, word: 'not ready', sentence: 'Not ready before it is repaired' };
  }
  return { exit: 0, word: 'ready', sentence: leaf === null ? 'Nothing wrong' : 'Ready' };
}

function isAllowed({ code, name }: Finding, given: Given): boolean {
  return given.many('allow').some((one) => one.toUpperCase() === code || one === name);
}

function text(report: Report, blocks: string[], sentence: string, given: Given): string {
  const { leaf, intermediates, root } = report.chain;
  const chain = [leaf, ...intermediates, root].filter((one) => one !== null);
  const sections = [
    chain.map((subject, depth) => `${'  '.repeat(depth)}${subject}\n`).join(''),
    report.keys.map(({ type, belongsTo }) => `${type} key${belongsTo === null ? '' : ' of a certificate here'}\n`).join(''),
    ...blocks.map((block, index) => {
      const [head = '', ...body] = block.split('\n');
      return `${head}${isAllowed(report.findings[index]!, given) ? ' (allowed)' : ''}\n${body.join('\n')}\n`;
    }),
  ];
  const count = (severity: Severity): string[] => {
    const number = report.findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}${number === 1 ? '' : 's'}`];
  };
  const allowed = report.findings.filter((finding) => isAllowed(finding, given)).length;
  const counts = (['error', 'warning', 'note'] as const).flatMap(count);
  const tally = [...counts, ...(allowed === 0 ? [] : [`${allowed} of them allowed`])].join(', ');
  const [worst] = [...report.findings].sort((one, other) => RANKS[other.severity] - RANKS[one.severity]);
  const more = worst === undefined ? '' : ` \`dps-x509 explain ${worst.code}\` says more.`;
  sections.push(`${sentence}${tally === '' ? '' : `: ${tally}`}.${more}\n`);
  return sections.filter((section) => section !== '').join('\n');
}
