import { expectKind, expectShape } from './args.js';
import { complete } from './complete.js';
import { DpsError } from './error.js';
import type { Finding } from './finding.js';
import type * as filesGlue from './glue/files.js';
import { Wanting } from './module.js';
import { readFiles, wipe, type FileInputs } from './input.js';
import { fill, using, type Options } from './options.js';
import type { Comparison, Outline, Part, Repairs, Report } from './report.js';
import { small, type FilesGlue } from './small.js';
import { run as runComplete } from './whole.js';

/** A refusal of the service, as far as it is known. */
export interface Answer {
  /** By which way it came: the response topic, the operation's status, CONNACK, SUBACK. */
  channel: 'request' | 'operation' | 'connack' | 'suback';
  /** Three digits of the response topic, or the return code. */
  status: number;
  /** The extended code, such as 401002. */
  code?: number;
  /** The service's own words. */
  message?: string;
}

type Inputs = filesGlue.Inputs;

/**
 * Looks at certificate and key files in any order and form: what they are, what chain they make, what is wrong.
 *
 * Nothing leaves the machine. Private keys are compared with the certificates and then wiped; no report holds one.
 *
 * @param files - One file or several.
 * @param options - What else is known.
 * @returns The report. What is wrong with the files is in its findings.
 * @throws {@link DpsError} `invalid-input`, `invalid-settings`, `module-unavailable`.
 *
 * @example
 * ```js
 * const report = await inspect([{ name: 'device-cert.pem', data: pem }], { registrationId: 'device-1' });
 * for (const finding of report.findings) console.log(finding.code, finding.message, finding.nextStep);
 * ```
 */
export async function inspect(files: FileInputs, options: Options = {}): Promise<Report> {
  return JSON.parse(await run(files, options, (inputs) => inputs.inspect())) as Report;
}

/**
 * Explains a refusal of the service by the device's files: the refusal first, then what in the files is likely behind
 * it, the likeliest first.
 *
 * @param answer - What the service said.
 * @param files - The device's files; without them the refusal alone is explained.
 * @param options - What else is known.
 * @throws {@link DpsError} as {@link inspect}.
 */
export async function explainRefusal(
  answer: Answer,
  files: FileInputs = [],
  options: Options = {},
): Promise<Finding[]> {
  expectShape('answer', answer, { channel: ['string'], status: ['number'], code: ['number'], message: ['string'] });
  const { channel, status, code, message } = answer;
  return JSON.parse(
    await runComplete(files, options, (inputs) => inputs.refusal(channel, status, code, message)),
  ) as Finding[];
}

/**
 * Writes damaged and mangled files anew as canonical PEM, and the chain as a client sends it. Nothing is made up: a
 * file whose bytes are lost is not repaired.
 *
 * @param files - One file or several.
 * @param options - Only the passphrase matters.
 * @throws {@link DpsError} as {@link inspect}.
 */
export async function repair(files: FileInputs, options: Options = {}): Promise<Repairs> {
  return JSON.parse(await run(files, options, (inputs) => inputs.repair())) as Repairs;
}

/**
 * Says what changed between a certificate or chain and the one that is to follow it, and what to upload where because of
 * it, in which order.
 *
 * @param old - The files in use.
 * @param replacement - Those that are to follow.
 * @param options - The enrollment and the passphrase matter.
 * @throws {@link DpsError} `nothing-to-compare`, and as {@link inspect}.
 */
export async function compare(
  old: FileInputs,
  replacement: FileInputs,
  options: Options = {},
): Promise<Comparison> {
  const sides = await Promise.all([readFiles(old), readFiles(replacement)]);
  try {
    await complete.load();
    const json = complete.call((glue) => {
      const [one, other] = sides.map((side) => fill(new glue.Inputs(), side, options));
      return using(complete, [one!, other!], () => one!.compare(other!));
    });
    return JSON.parse(json) as Comparison;
  } catch (error) {
    if (error instanceof DpsError && error.message.includes('no one certificate')) {
      throw new DpsError('nothing-to-compare', error.message, error.findings);
    }
    throw error;
  } finally {
    sides.forEach(wipe);
  }
}

/**
 * The parts of one certificate: what each is, what it says, and which bytes it is.
 *
 * @param files - The files that {@link inspect} was given.
 * @param sha256 - Of the certificate, in hexadecimal, as the report has it.
 * @param options - Only the passphrase matters.
 * @throws {@link DpsError} `invalid-input` if none of the certificates has it, and as {@link inspect}.
 */
export async function outline(files: FileInputs, sha256: string, options: Options = {}): Promise<Outline> {
  expectKind('sha256', sha256, ['string']);
  return runComplete(files, options, (inputs) => {
    const parts = JSON.parse(inputs.outline(sha256)) as Part[];
    return { der: inputs.der(), parts };
  });
}

/** Runs with the small module, and once more with the complete one if it met what only that one reads. */
async function run<T>(files: FileInputs, options: Options, work: (inputs: Inputs) => T): Promise<T> {
  const read = await readFiles(files);
  try {
    await small.load();
    const go = (glue: FilesGlue) => {
      const inputs = fill(new glue.Inputs(), read, options);
      return using(small, [inputs], () => work(inputs));
    };
    try {
      return small.call(go);
    } catch (error) {
      if (!(error instanceof Wanting)) {
        throw error;
      }
    }
    await complete.load();
    return complete.call(go);
  } finally {
    wipe(read);
  }
}
