/**
 * Texts without keys: who gives a key's text where its file's name belongs, as `check "$KEY"` does, finds it in what is said of
 * that file, and in every log that keeps what was said.
 */

import { existsSync } from 'node:fs';
import { argv } from 'node:process';

/** The end of a line that begins a private key (RFC 7468) or ends it, encrypted or not. */
const MARK = 'PRIVATE KEY-----';
/** How the line begins that ends it. */
const END = '-----END';
/** Least digits of base64 in a row that are taken for a line of a key: a line of one has 64. */
const LEAST = 40;
/** Line breaks as they are, as JSON has them, and as `\u{a}`. */
const WITHIN = /[A-Za-z0-9+/=\s\\{}]*/y;
const IS_WITHIN = /[A-Za-z0-9+/=\s\\{}]/;
const LAST_LINE = /-----END[^-]{0,40}-----/y;

/** Thirty bytes or more as base64, in either alphabet. */
const BASE64 = /^(?=.{40})[A-Za-z0-9+/_-]+={0,2}$/s;

/** What base64 has in an address and in a SAS token, once or twice escaped. */
const ESCAPED = /%(?:25)*(2B|2F|3D)/gi;
/** The password of an address, with what parts it from the name and the host: alone it may be any word. */
const PASSWORD = /:\/\/[^/:@]*(:.*@)/s;

/**
 * Whether a text can only be a key, or what else nobody writes by himself. A name changes seldom between capitals, small letters
 * and digits, and base64 at most places; a thumbprint is hexadecimal, and public.
 */
export function isBareKey(text: string): boolean {
  const plain = text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  if (!BASE64.test(plain)) return false;
  const digits = plain.replace(/=+$/, '');
  if (/^[0-9a-f]*$/i.test(digits)) return false;
  const kinds = [...digits.replace(/[^A-Za-z0-9]/g, '')].map((it) => (it <= '9' ? 0 : it <= 'Z' ? 1 : 2));
  if (!kinds.includes(1) || !kinds.includes(2)) return false;
  return kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length * 3 >= digits.length;
}

/**
 * The bare keys among arguments, alone, behind a flag, or as a part of a path, and the passwords of addresses; what is there as a
 * file is its name.
 */
export function bareKeys(given: readonly string[]): string[] {
  const values = given.map((argument) => /^--[^=]*=(.*)$/s.exec(argument)?.[1] ?? argument);
  const words = values.filter((value) => !existsSync(value)).flatMap((value) => value.split(/[^A-Za-z0-9+/_=%-]+/));
  const parts = words.flatMap((word) => (word.includes('/') ? [word, ...word.split('/')] : [word]));
  const keys = parts.map((word) => word.replace(/^.*=(?=[^=])/s, '')).filter(isBareKey);
  return [...keys, ...values.flatMap((value) => PASSWORD.exec(value)?.[1] ?? [])];
}

/** Looked for before anything is made that could have such a name. */
const GIVEN = bareKeys(argv.slice(2));

/** Every private key's text is shown as `***`, with what begins or ends it, and so is a bare key that was given as an argument. */
export function withoutKeys(text: string): string {
  return GIVEN.reduce((shown, key) => shown.replaceAll(key, '***'), withoutTexts(text));
}

function withoutTexts(text: string): string {
  let shown = '';
  let rest = 0;
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, rest)) {
    const behind = at + MARK.length;
    const end = text.slice(rest, at).lastIndexOf(END);
    if (end >= 0) {
      // Of a key whose beginning is elsewhere: an address was cut up, say.
      let begin = rest + end;
      while (begin > rest && IS_WITHIN.test(text.charAt(begin - 1))) begin -= 1;
      const key = text.slice(begin, rest + end);
      shown += text.slice(rest, begin) + (long(key) > 0 ? '***' : key) + text.slice(rest + end, behind);
      rest = behind;
      continue;
    }
    shown += text.slice(rest, behind);
    const within = past(WITHIN, text, behind);
    const length = long(text.slice(behind, within));
    rest = behind;
    if (length > 0) {
      shown += '***';
      const last = past(LAST_LINE, text, within);
      rest = last > within ? last : behind + length;
    }
  }
  return shown + text.slice(rest);
}

/** Where the last line of a key ends; 0 if there is none. */
function long(key: string): number {
  const lines = [...key.matchAll(/[A-Za-z0-9+/=]+/g)].filter(([line]) => line.length >= LEAST);
  const last = lines.at(-1);
  return last ? last.index + last[0].length : 0;
}

/** The place behind what stands at a place, or that place. */
function past(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
