/**
 * Texts without private keys: who gives a key's text where its file's name belongs, as `check "$KEY"` does, finds it in what is
 * said of that file, and in every log that keeps what was said.
 */

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

/** Every private key's text is shown as `***`, with what begins or ends it. */
export function withoutKeys(text: string): string {
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
