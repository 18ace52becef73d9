// The entry points, from the modules that `cargo xtask npm` put into dist/esm/part: dist/esm by tsc, dist/cjs from it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { provisionReport } from './schema.mjs';

const esm = 'dist/esm';
const part = join(esm, 'part');
const list = (folder, end) =>
  readdirSync(folder, { recursive: true })
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith(end));

/** What is exported of the machine, and what of files; the rest is of both. */
const OF_MACHINE = ['Machine', 'Settings', 'alertNumber'];
const OF_FILES = ['Generation', 'Inputs', 'Making', 'Wanted', 'cloud', 'judgeIssued', 'judgeRequest', 'takeLexicon', 'targets'];

portGlue();
await writeReport();
await writeWorkers();
embed();
execFileSync('node_modules/.bin/tsc', { stdio: 'inherit' });
for (const folder of ['glue', 'embedded']) {
  cpSync(`src/${folder}`, join(esm, folder), { recursive: true });
}
list(esm, '').filter((file) => /^dist\/esm\/worker-script/.test(file)).forEach((file) => rmSync(file));
writeFileSync(join(part, 'worker-script.d.ts'), 'export {};\n');
writeFileSync(join(part, 'wasm.d.ts'), "import type { Source } from '../source.js';\ndeclare const source: Source;\nexport default source;\n");
await writeCommonJs();
writeFolders();
for (const license of ['LICENSE-APACHE', 'LICENSE-MIT']) {
  cpSync(join('../../..', license), license);
}

/**
 * jsdom under Jest has no encoders; the generated code takes those that `platform.ts` finds. It holds one instance: sessions
 * have a copy of it, with an instance of theirs.
 */
function portGlue() {
  const line = "import { Decoder as TextDecoder, Encoder as TextEncoder } from '../platform.js';\n";
  const code = readFileSync('src/glue/files.js', 'utf8');
  // Unless it was done before.
  if (code.startsWith(line)) return;
  const types = readFileSync('src/glue/files.d.ts', 'utf8');
  for (const [name, others] of [['files', OF_MACHINE], ['session', OF_FILES]]) {
    writeFileSync(`src/glue/${name}.js`, line + without(code, others));
    writeFileSync(`src/glue/${name}.d.ts`, without(types, others));
  }
}

/** Generated code without classes and functions, which no bundler leaves out of what is handed on whole. */
function without(code, names) {
  const comment = '(?:/\\*\\*(?:(?!\\*/)[^])*\\*/\\n)?';
  for (const name of names) {
    const piece = new RegExp(`${comment}export (?:class ${name} {[^]*?\\n}\\n(?:if \\(Symbol\\.dispose\\).*\\n)?|function ${name}\\((?:[^\\n]*;|[^]*?\\n})\\n)`);
    if (!piece.test(code)) throw new Error(`the generated code has no ${name}`);
    code = code.replace(piece, '').replace(new RegExp(`const ${name}Finalization = [^]*?\\n}\\);\\n`), '');
  }
  return code;
}

/** The types of a report that have another home; those that wasm-bindgen writes beside them want a browser's. */
async function writeReport() {
  const [kinds] = /\/\*\*[^/]*\*\/\s*export type PlainTransportFailure [^;]*;/.exec(readFileSync('src/glue/session.d.ts', 'utf8'));
  writeFileSync('src/glue/report.d.ts', `${await provisionReport()}\n${kinds}\n`);
}

/** What runs in workers: each one file that imports nothing, and that knows no address. */
async function writeWorkers() {
  const common = { bundle: true, minify: true, define: { 'import.meta.url': 'undefined' }, legalComments: 'none' };
  await build({ ...common, entryPoints: ['src/worker-script.ts'], outfile: join(part, 'worker-script.js'), format: 'iife', target: 'es2022' });
  await build({ ...common, entryPoints: ['src/worker-script.node.ts'], outfile: join(part, 'worker-script.node.cjs'), format: 'cjs', platform: 'node', target: 'node20' });
}

/** The parts as JavaScript, for `embedded.ts`. */
function embed() {
  mkdirSync('src/embedded', { recursive: true });
  for (const file of ['inspection.wasm', 'complete.wasm', 'session.wasm', 'pages.json', 'lexicon.json', 'worker-script.js', 'worker-script.node.cjs']) {
    const name = join('src/embedded', file.replace(/\.\w+$/, ''));
    // Level 9 of zlib gives the same bytes on every machine but for the operating system's, which is the tenth.
    const packed = gzipSync(readFileSync(join(part, file)), { level: 9 });
    packed[9] = 255;
    writeFileSync(`${name}.js`, `export const packed =\n  '${packed.toString('base64')}';\n`);
    writeFileSync(`${name}.d.ts`, 'export declare const packed: string;\n');
  }
}

/** The same for `require`. What is embedded stays where it is, for it is large. */
async function writeCommonJs() {
  const scripts = list(esm, '.js').filter((file) => !/[/\\](embedded[/\\]|part[/\\]worker-script\.js|index\.workerd|development|cli[/\\.])/.test(file));
  await build({ entryPoints: scripts, outbase: esm, outdir: 'dist/cjs', format: 'cjs', platform: 'node', target: 'node20', logOverride: { 'empty-import-meta': 'silent' } });
  for (const file of list('dist/cjs', '.js')) {
    const code = readFileSync(file, 'utf8')
      // The form that tools know in CommonJS.
      .replace(/new URL\("\.\/([^"]+)", import_meta\.url\)/g, (_, name) => `require("node:url").pathToFileURL(require("node:path").join(__dirname, "../../esm/part/${name}"))`)
      .replaceAll('import("./embedded/', 'import("../esm/embedded/');
    if (code.includes('import_meta.url')) throw new Error(`${file} asks for its address`);
    writeFileSync(file, code);
  }
  for (const file of list(esm, '.d.ts').filter((file) => !/[/\\](embedded|cli)[/\\]|[/\\]cli\./.test(file))) {
    cpSync(file, file.replace(esm, 'dist/cjs'));
  }
  writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
}

/** The entry points as folders, for what does not read `exports`: Parcel, and TypeScript's resolution `node10`. */
function writeFolders() {
  for (const [name, file] of [['inline', 'index.inline'], ['node', 'node'], ['worker', 'worker.node']]) {
    const ofPages = file.replace('.node', '');
    const folder = { main: `../dist/cjs/${file}.js`, module: `../dist/esm/${ofPages}.js`, types: `../dist/cjs/${file}.d.ts` };
    mkdirSync(name, { recursive: true });
    writeFileSync(join(name, 'package.json'), `${JSON.stringify(folder, undefined, 2)}\n`);
  }
}
