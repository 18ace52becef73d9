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
