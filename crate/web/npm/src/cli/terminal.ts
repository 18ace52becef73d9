/**
 * Standard output and standard error: the one way to them. A terminal obeys what it is sent, and half of what is shown was
 * written by others: in a certificate, a log, a file's name, by a service. So what has no width, moves the cursor or turns a
 * line around is written out, as the program does, and a private key is left out.
 */

import { withoutKeys } from './key.js';

/** What `text::is_invisible` of dps-x509-core names. */
const INVISIBLE =
  /(?! )[\p{Cc}\p{Zs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb\u{13430}-\u{1343f}\u2800]/gu;

/** The text in one line. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, writtenOut);
}

/** JSON, indented: the same value, of which everything is seen. */
export function json(value: unknown): string {
  const inJson = (found: string): string =>
    found <= '~' ? found : [...found.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  return JSON.stringify(value, undefined, 2).replace(INVISIBLE, inJson);
}

/** Shows lines on standard output. */
export function out(lines: string): void {
  process.stdout.write(withoutKeys(withLines(lines)));
}

/** Shows lines on standard error. */
export function err(lines: string): void {
  process.stderr.write(withoutKeys(withLines(lines)));
}

function withLines(lines: string): string {
  return lines.replace(INVISIBLE, (found) => (found === '\n' ? found : writtenOut(found)));
}

function writtenOut(found: string): string {
  return `\\u{${found.codePointAt(0)!.toString(16)}}`;
}
