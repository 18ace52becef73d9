import { DpsError } from './error.js';
import { Encoder } from './platform.js';
import { kindOf } from './realm.js';

/** What a file is meant to hold; without it anything. */
export type Purpose = 'any' | 'device-chain' | 'device-key' | 'group-ca' | 'server-trust';

/** What a file holds. */
export type Content = Blob | ArrayBuffer | ArrayBufferView | string;

/** A file with what is known of it. */
export interface NamedFile {
  /** Its name or path, for reports. */
  name?: string;
  /** What it holds; a string is its text. */
  data: Content;
  /** What it is meant to hold. */
  purpose?: Purpose;
  /** The input as its user knows it: a field of a form, a flag. */
  input?: string;
}

/** A file: a browser's `File`, bytes, text, or any of them with a name. */
export type FileInput = Content | NamedFile;

/** One file or several; a browser's `FileList` is several. */
export type FileInputs = FileInput | Iterable<FileInput> | ArrayLike<Blob>;

/** A file in memory. */
export interface ReadFile {
  name: string | undefined;
  input: string | undefined;
  purpose: Purpose;
  bytes: Uint8Array;
  /** Whether the bytes are a copy made here, to be wiped. */
  isOwn: boolean;
}

/** No certificate file is larger by far. The report says so of files above 1 MiB; this protects the memory. */
export const MAX_BYTES = 64 * 1024 * 1024;

/** Reads all of them into memory. */
export async function readFiles(inputs: FileInputs): Promise<ReadFile[]> {
  return Promise.all(each(inputs).map(readFile));
}

/** Clears the copies that were made. */
export function wipe(files: readonly ReadFile[]): void {
  for (const file of files) {
    if (file.isOwn) {
      file.bytes.fill(0);
    }
  }
}

function each(inputs: FileInputs): FileInput[] {
  if (isOne(inputs)) {
    return [inputs];
  }
  if (typeof inputs === 'object' && inputs !== null && (Symbol.iterator in inputs || 'length' in inputs)) {
    return Array.from(inputs as Iterable<FileInput> | ArrayLike<FileInput>);
  }
  throw new DpsError('invalid-input', 'Files are given as Blob, bytes, text or { name, data }, one or several.');
}

function isOne(inputs: unknown): inputs is FileInput {
  return isContent(inputs) || (typeof inputs === 'object' && inputs !== null && 'data' in inputs);
}

function isContent(value: unknown): value is Content {
  return (
    typeof value === 'string' || isBlob(value) || kindOf(value) === 'ArrayBuffer' || ArrayBuffer.isView(value)
  );
}

/** Of any realm. */
function isBlob(value: unknown): value is Blob {
  return kindOf(value) === 'Blob' || kindOf(value) === 'File';
}

async function readFile(file: FileInput): Promise<ReadFile> {
  const named: NamedFile = isContent(file) ? { data: file } : file;
  if (!isContent(named?.data)) {
    throw new DpsError('invalid-input', 'A file is a Blob, bytes, text, or { name, data } with one of them.');
  }
  const { data } = named;
  const name = named.name ?? (isBlob(data) && 'name' in data ? String(data.name) : undefined);
  const size = typeof data === 'string' ? data.length : isBlob(data) ? data.size : data.byteLength;
  if (size > MAX_BYTES) {
    throw new DpsError('invalid-input', `${name ?? 'A file'} has ${size} bytes: no certificate file is that large.`);
  }
  const { bytes, isOwn } = await readContent(data);
  return { name, input: named.input, purpose: named.purpose ?? 'any', bytes, isOwn };
}

async function readContent(data: Content): Promise<{ bytes: Uint8Array; isOwn: boolean }> {
  if (typeof data === 'string') {
    return { bytes: new Encoder().encode(data), isOwn: true };
  }
  if (isBlob(data)) {
    return { bytes: new Uint8Array(await bytesOf(data)), isOwn: true };
  }
  if (ArrayBuffer.isView(data)) {
    return { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), isOwn: false };
  }
  return { bytes: new Uint8Array(data), isOwn: false };
}

/** jsdom's Blob gives its bytes to a FileReader alone. */
function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  if (typeof blob.arrayBuffer === 'function') {
    return blob.arrayBuffer();
  }
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}
