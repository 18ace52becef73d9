/** Several texts as one ZIP file, stored and not compressed (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16). */

/**
 * @param {{ path: string, text: string }[]} files paths with `/`
 * @returns {Uint8Array}
 */
export function zip(files) {
  const encoder = new TextEncoder();
  /** @type {Uint8Array[]} */
  const parts = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let offset = 0;
  for (const { path, text } of files) {
    const name = encoder.encode(path);
    const data = encoder.encode(text);
    // Version 2.0; names in UTF-8 (bit 11); stored; the date is 1980-01-01, so that the same files give the same bytes.
    const shared = fields([2, 20], [2, 0x0800], [2, 0], [2, 0], [2, 0x21], [4, crc32(data)], [4, data.length], [4, data.length], [2, name.length], [2, 0]);
    const local = join(fields([4, 0x04034b50]), shared, name, data);
    directory.push(join(fields([4, 0x02014b50], [2, 20]), shared, fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), name));
    parts.push(local);
    offset += local.length;
  }
  const central = join(...directory);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, central.length], [4, offset], [2, 0]);
  return join(...parts, central, end);
}

/**
 * Numbers in little endian, each with its width in bytes.
 *
 * @param {...[number, number]} numbers
 */
function fields(...numbers) {
  return Uint8Array.from(numbers.flatMap(([width, value]) => Array.from({ length: width }, (_, byte) => (value >>> (8 * byte)) & 0xff)));
}

/** @param {...Uint8Array} parts */
function join(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** @param {Uint8Array} data */
function crc32(data) {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
