import { DpsError } from './error.js';
import { complete } from './complete.js';
import type * as filesGlue from './glue/files.js';
import { readFiles, wipe, type FileInput, type FileInputs, type ReadFile } from './input.js';
import { quoted } from './kind.js';
import { Encoder } from './platform.js';

/** Kinds of keys: EC on the curves P-256 and P-384, RSA by its bits. */
export type GeneratedKeyType = 'p256' | 'p384' | 'rsa2048' | 'rsa3072' | 'rsa4096';

/** What a subject has besides its CN, and besides the OU that says that it is a test certificate. */
export interface SubjectParts {
  /** Organization (O), at most 64 characters. */
  organization?: string;
  /** Country (C), two capital letters. */
  country?: string;
  /** State or province (ST), at most 128 characters. */
  state?: string;
  /** Town (L), at most 128 characters. */
  locality?: string;
}

/** A device that gets a certificate. */
export interface DeviceParts extends SubjectParts {
  /** It becomes the certificate's CN, which takes at most 64 characters. */
  registrationId: string;
  /** Of every key that is made; `p256`, unless said otherwise. */
  keyType?: GeneratedKeyType;
  /** For how many days the device's certificate is valid; 365, unless said otherwise. CAs have 3650, or as many. */
  days?: number;
  /** When validity begins; an hour ago, unless said otherwise, for devices whose clock is behind. */
  notBefore?: Date;
}

/** A CA that signs. */
export interface AuthorityFiles {
  /** Its certificate; intermediates above it may be there too, in any order. */
  ca: FileInputs;
  /** Its private key. */
  caKey: FileInput;
  /** The passphrase of its key. */
  passphrase?: string | Uint8Array;
}

/** A device that signs its own certificate, for an individual enrollment. */
export interface SelfSignedRequest extends DeviceParts {
  kind: 'self-signed';
}

/** A root, an intermediate below it, and devices below that, for an enrollment group. */
export interface ChainRequest extends DeviceParts {
  kind: 'chain';
  /**
   * How many devices, from 1 to 100000; one, unless said otherwise. More than one are called ID-1, ID-2, … and get a
   * folder each.
   */
  count?: number;
}

/** A device below a CA that there is already. */
export interface DeviceRequest extends DeviceParts, AuthorityFiles {
  kind: 'device';
}

/** A key, and a request for a CA to sign. */
export interface CsrRequest extends SubjectParts {
  kind: 'csr';
  /** It becomes the request's CN. */
  registrationId: string;
  /** `p384`, unless said otherwise: the preview of DPS that issues certificates takes nothing else. */
  keyType?: GeneratedKeyType;
}

/** The certificate that proves to DPS that somebody has a CA's key (proof of possession). */
export interface VerificationRequest extends AuthorityFiles {
  kind: 'verification';
  /** The verification code that DPS gave for this CA. */
  code: string;
}

/** What to generate. */
export type GenerationRequest =
  | SelfSignedRequest
  | ChainRequest
  | DeviceRequest
  | CsrRequest
  | VerificationRequest;

/**
 * How far it is: told before every RSA key, after every number that was tested for a prime where the module has to make it, and
 * after every device of a chain.
 */
export interface GenerationProgress {
  /** What kind of key is made. */
  keyType: GeneratedKeyType;
  /** How many of the two primes of the present RSA key are found. */
  primes: number;
  /**
   * How many candidates for them were tested. Luck decides: about 80 for 2048 bits, 160 for 4096. None where the platform
   * makes the key, which does not tell.
   */
  candidates: number;
  /** How many devices of a chain are done. */
  devices: number;
  /** How many it will be. */
  of: number;
}

/** Who watches. */
export interface GenerationOptions {
  /** Ends it: the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Told how far it is. What it throws ends it. */
  onProgress?: (progress: GenerationProgress) => void;
}

/** A file that was generated. */
export interface GeneratedFile {
  /** Where, below a folder of your choice, with `/` between the names. */
  path: string;
  /** What it is. */
  kind:
    | 'root-certificate'
    | 'root-key'
    | 'intermediate-certificate'
    | 'intermediate-key'
    | 'device-certificate'
    | 'device-key'
    | 'device-full-chain'
    | 'certificate-signing-request'
    | 'verification-certificate'
    | 'enrollments';
  /** Whether it holds a private key, which is not encrypted. */
  isSecret: boolean;
  /** The device that it belongs to. */
  registrationId?: string;
  /** Of the certificate in it, in a chain of the first one, as RFC 4514 writes it. */
  subject?: string;
  /** First second of the same certificate's validity, RFC 3339. */
  notBefore?: string;
  /** Last second of it. */
  notAfter?: string;
  /** What is in it: PEM, or TOML for `dps-x509 emulate`. */
  text: string;
}

/** What was generated. */
export interface Generated {
  /** Version of the schema; it only ever gains members. */
  version: 1;
  /** Test certificates, not for production. */
  isTest: true;
  /** Which request it was. */
  task: GenerationRequest['kind'];
  /** The files, with the names that `dps-x509 generate` gives them. */
  files: GeneratedFile[];
  /** What their user should know, in sentences. */
  warnings: string[];
}

/**
 * Makes test certificates, requests and proofs of possession, for trying things out and not for production: there, keys
 * come into being in the device and a CA signs for them.
 *
 * Keys and signatures are made by WebCrypto where the platform has it; in a browser that takes a secure context. Neither blocks
 * the thread that calls it then; opening a CA's key with a passphrase does. Elsewhere the module makes them and blocks that
 * thread: for milliseconds with an EC key, for seconds with an RSA key. `createGenerator` of `dps-x509/worker` does the same
 * off the main thread, where it can be cancelled at any time; here a signal is looked at before it begins and whenever
 * progress is told.
 *
 * Keys that the module makes are of the random numbers of `crypto.getRandomValues`. The module's memory is cleared afterwards; the keys
 * are in the files that you get, and nowhere else. One is made after the other.
 *
 * @param request - What to generate.
 * @param options - Who watches.
 * @throws {@link DpsError} `invalid-input` for what cannot be made, with the reason; `invalid-settings` with findings for a
 * registration ID that is none, or for files of a CA that cannot be used; `module-unavailable`. The reason of `signal`.
 *
 * @example
 * ```js
 * const { files } = await generate({ kind: 'chain', registrationId: 'my-x509-device' });
 * for (const { path, text, isSecret } of files) await writeFile(path, text, { mode: isSecret ? 0o600 : 0o644 });
 * ```
 */
export async function generate(request: GenerationRequest, options: GenerationOptions = {}): Promise<Generated> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const given = await read(request);
  const files: GeneratedFile[] = [];
  let stopped: { reason: unknown } | undefined;
  const listener: Listener = {
    file: (about, text) => files.push({ ...(JSON.parse(about) as GeneratedFile), text }),
    progress(keyType, primes, candidates, devices, of) {
      try {
        onProgress?.({ keyType, primes, candidates, devices, of });
        signal?.throwIfAborted();
        return true;
      } catch (reason) {
        stopped = { reason };
        return false;
      }
    },
  };
  try {
    await complete.load();
    signal?.throwIfAborted();
    const warnings = await complete.keep(() => run(complete.call((glue) => make(request, given, glue, listener))));
    return { version: 1, isTest: true, task: request.kind, files, warnings: JSON.parse(warnings) as string[] };
  } catch (error) {
    throw stopped === undefined ? error : stopped.reason;
  } finally {
    wipe([...given.ca, ...given.caKey]);
  }
}

/** Awaits for the module what it asks of the platform. What the platform refuses the module does itself. */
async function run(making: filesGlue.Making): Promise<string> {
  let answer: unknown;
  for (;;) {
    const asked: unknown = complete.call(() => making.goOn(answer));
    if (typeof asked === 'string') return asked;
    answer = await Promise.resolve(asked).catch(() => undefined);
  }
}

/** Whatever members a request has; nobody promises more. */
type Members = { kind: string } & Partial<Omit<ChainRequest, 'kind'> & AuthorityFiles & { code: string }>;

/** What the module calls. */
interface Listener {
  file(about: string, text: string): void;
  progress(keyType: GeneratedKeyType, primes: number, candidates: number, devices: number, of: number): boolean;
}

interface Given {
  ca: ReadFile[];
  caKey: ReadFile[];
}

const texts = ['registrationId', 'keyType', 'organization', 'country', 'state', 'locality', 'code'] as const;
const numbers = ['days', 'count'] as const;

/** Sees to it that members are what their types say, and reads the files. */
async function read(request: GenerationRequest): Promise<Given> {
  if (typeof request !== 'object' || request === null) {
    throw new DpsError('invalid-input', 'A request is an object: { kind, … }.');
  }
  const members: Members = request;
  const wrong =
    texts.find((name) => members[name] !== undefined && typeof members[name] !== 'string') ??
    numbers.find((name) => members[name] !== undefined && typeof members[name] !== 'number');
  if (wrong !== undefined) {
    throw new DpsError('invalid-input', `\`${wrong}\` is not of its type.`);
  }
  const [ca, caKey] = await Promise.all([readFiles(members.ca ?? []), readFiles(members.caKey ?? [])]);
  return { ca, caKey };
}

function make(members: Members, given: Given, glue: typeof filesGlue, listener: Listener): filesGlue.Making {
  const { registrationId, keyType, organization, country, state, locality, days, notBefore, passphrase } = members;
  const begins = notBefore === undefined ? undefined : Number(notBefore) / 1000;
  if (begins !== undefined && !Number.isFinite(begins)) {
    throw new DpsError('invalid-input', '`notBefore` is no date.');
  }
  const generation = new glue.Generation(registrationId, keyType);
  generation.subject(organization, country, state, locality);
  generation.validity(days, begins);
  given.ca.forEach(({ name, bytes }) => generation.ca(name, bytes));
  given.caKey.forEach(({ name, bytes }) => generation.caKey(name, bytes));
  if (passphrase !== undefined) {
    generation.passphrase(typeof passphrase === 'string' ? new Encoder().encode(passphrase) : passphrase);
  }
  const now = Date.now() / 1000;
  switch (members.kind) {
    case 'self-signed':
      return generation.selfSigned(now, listener);
    case 'chain':
      return generation.chain(members.count ?? 1, now, listener);
    case 'device':
      return generation.device(now, listener);
    case 'csr':
      return generation.csr(now, listener);
    case 'verification':
      return generation.verification(members.code ?? '', now, listener);
    default:
      throw new DpsError('invalid-input', `${quoted(String(members.kind))} is nothing that can be generated.`);
  }
}
