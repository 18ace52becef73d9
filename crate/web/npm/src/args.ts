import { DpsError } from './error.js';
import { wrongKind } from './kind.js';
import { kindOf } from './realm.js';

/** What an argument may be. */
export type Kind =
  | 'string'
  | 'number'
  | 'days'
  | 'seconds'
  | 'milliseconds'
  | 'boolean'
  | 'function'
  | 'bytes'
  | 'date'
  | 'list'
  | 'null'
  | 'url'
  | 'signal'
  | 'object';

/** The members of an object of arguments, and what each may be. */
export type Shape = Readonly<Record<string, readonly Kind[]>>;

/**
 * Sees to it that an argument is what its type says, for those who write JavaScript.
 *
 * @param name - Of the argument, for the message.
 * @throws {@link DpsError} `invalid-input`.
 */
export function expectKind(name: string, value: unknown, kinds: readonly Kind[]): void {
  if (!kinds.some((kind) => is(kind, value))) {
    throw wrongKind(name, kinds.map((one) => WORDS[one]).join(' or '), value);
  }
}

/** The same of each member of a list. */
export function expectKinds(name: string, values: readonly unknown[], kinds: readonly Kind[]): void {
  for (const [index, value] of values.entries()) {
    expectKind(`${name}[${index}]`, value, kinds);
  }
}

/**
 * The same of an object with members, where those that are absent are absent, and others are not known.
 *
 * @throws {@link DpsError} `invalid-input`.
 */
export function expectShape(name: string, value: unknown, shape: Shape, isClosed = false): void {
  expectKind(name, value, ['object']);
  for (const [member, given] of Object.entries(value as object)) {
    const kinds = Object.hasOwn(shape, member) ? shape[member] : undefined;
    if (kinds !== undefined && given !== undefined) {
      expectKind(`${name}.${member}`, given, kinds);
    }
    if (kinds === undefined && isClosed) {
      const known = Object.keys(shape).join(', ');
      throw new DpsError('invalid-input', `\`${name}\` has no \`${member}\`; it has ${known}.`);
    }
  }
}

const WORDS: Record<Kind, string> = {
  string: 'a string',
  number: 'a number',
  days: 'a number of days',
  seconds: 'a number of seconds',
  milliseconds: 'a number of milliseconds',
  boolean: 'true or false',
  function: 'a function',
  bytes: 'bytes',
  date: 'a date',
  list: 'a list',
  null: 'null',
  url: 'a URL',
  signal: 'an AbortSignal',
  object: 'an object',
};

/** What JavaScript's dates reach (ECMA-262 section 21.4.1.1): more is no length of time that anybody means. */
const MOST = { days: 1e8, seconds: 8.64e12, milliseconds: 8.64e15 };

function is(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'bytes':
      return ArrayBuffer.isView(value) || ['ArrayBuffer', 'Blob', 'File'].includes(kindOf(value));
    case 'date':
      return kindOf(value) === 'Date';
    case 'list':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'url':
      return kindOf(value) === 'URL';
    case 'signal':
      // By what is done with it: libraries bring some of their own.
      return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
    case 'number':
      return Number.isFinite(value);
    case 'days':
    case 'seconds':
    case 'milliseconds':
      return typeof value === 'number' && value >= 0 && value <= MOST[kind];
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === kind;
  }
}
