import { DpsError } from './error.js';
import { kindOf } from './realm.js';

/** That an argument is not what it has to be. */
export function wrongKind(name: string, words: string, value: unknown): DpsError {
  return new DpsError('invalid-input', `\`${name}\` is ${words}, and not ${wordOf(value)}.`);
}

function wordOf(value: unknown): string {
  if (typeof value === 'number') {
    return value >= 0 && value <= 1e8 ? 'number' : String(value);
  }
  return value === null ? 'null' : typeof value === 'object' ? kindOf(value) : typeof value;
}

/** Longest that is quoted. A key of 32 bytes has 43 characters of base64. */
const LONGEST = 42;

/**
 * A word as it was given, in quotes. What is longer than words are is not shown: it may be a key, or what a whole file says, that
 * was given in the wrong place.
 */
export function quoted(text: string): string {
  return text.length > LONGEST ? `"…" (${text.length} characters)` : JSON.stringify(text);
}

/**
 * Sees to it that an argument is a string. By itself, for whoever imports nothing else that takes arguments.
 *
 * @throws {@link DpsError} `invalid-input`.
 */
export function expectText(name: string, value: unknown): void {
  if (typeof value !== 'string') {
    throw wrongKind(name, 'a string', value);
  }
}
