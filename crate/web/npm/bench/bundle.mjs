// What a page needs of each library to read one certificate: bundled and minified by esbuild, as a page would have it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { npm } from '../test/folders.mjs';

/** Each reads `pem`, and shows whose certificate it is. */
const ENTRIES = {
  'dps-x509': `import { inspect, locate } from 'dps-x509';
locate({ inspection: './inspection.wasm' });
show((await inspect(pem)).chain.leaf);`,
  '@peculiar/x509': `import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
show(new X509Certificate(pem).subject);`,
  pkijs: `import { Certificate } from 'pkijs';
const der = Uint8Array.from(atob(pem.replace(/-----.*-----|\\s/g, '')), (letter) => letter.charCodeAt(0));
show('CN=' + Certificate.fromBER(der).subject.typesAndValues[0].value.valueBlock.value);`,
  'node-forge': `import forge from 'node-forge';
show('CN=' + forge.pki.certificateFromPem(pem).subject.getField('CN').value);`,
};

/** JavaScript of these modules in one file. */
export async function bundle(stdin) {
  const { outputFiles } = await build({
    stdin: { contents: stdin, resolveDir: join(npm, 'bench') },
    bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', write: false, logLevel: 'error',
  });
  return Buffer.from(outputFiles[0].contents);
}

/** The files of a page for each library. It says in `document.title` what it read, and in `usable` when, in milliseconds. */
export async function pages(pem) {
  const frame = `const pem = ${JSON.stringify(pem)};
const show = (text) => { document.title = text; globalThis.usable = performance.now(); };`;
  const html = Buffer.from('<!doctype html><html lang="en"><title>waiting</title><script type="module" src="main.js"></script></html>');
  const all = {};
  for (const [name, entry] of Object.entries(ENTRIES)) {
    const files = { '/index.html': html, '/main.js': await bundle(`${frame}\n${entry}`) };
    if (name === 'dps-x509') files['/inspection.wasm'] = readFileSync(join(npm, 'dist/esm/part/inspection.wasm'));
    all[name] = files;
  }
  return all;
}

/** What is downloaded: kB as it is, with gzip, with brotli. */
export function weigh(files) {
  const sum = (size) => Object.values(files).reduce((total, bytes) => total + size(bytes), 0) / 1000;
  return [sum((bytes) => bytes.length), sum((bytes) => gzipSync(bytes, { level: 9 }).length), sum((bytes) => brotliCompressSync(bytes).length)];
}
