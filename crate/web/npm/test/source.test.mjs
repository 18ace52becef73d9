// How the parts are found: by what they are located with, by their own address, and where that fails by what is embedded.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { fixture, npm } from './folders.mjs';

const part = (name) => join(npm, 'dist/esm/part', name);
const pem = JSON.stringify(fixture('device-1.pem').toString());
let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  cpSync(part('inspection.wasm'), join(folder, 'here.wasm'));
  cpSync(part('pages.json'), join(folder, 'here.json'));
  mkdirSync(join(folder, 'node_modules/dps-x509'), { recursive: true });
  for (const one of ['dist', 'package.json']) {
    // Without the files, and without what is embedded unless a test needs it.
    cpSync(join(npm, one), join(folder, 'node_modules/dps-x509', one), { recursive: true, filter: (path) => !/\.wasm$|(pages|lexicon)\.json$|\.d\.ts$/.test(path) });
  }
});

after(() => rmSync(folder, { recursive: true, force: true }));

async function run(code, name = 'main.mjs') {
  writeFileSync(join(folder, name), code);
  const { stdout } = await promisify(execFile)(process.execPath, [name], { cwd: folder });
  return stdout.trim();
}

const inspect = `console.log((await api.inspect(${pem})).chain.leaf);`;
const use = "import * as api from 'dps-x509';\nimport { readFileSync } from 'node:fs';\n";
/** What is embedded is out of the way, so that only what was located can be it. */
const alone = `import { fallBackTo } from './node_modules/dps-x509/dist/esm/source.js';\nfallBackTo({});\n`;

for (const [name, source] of [
  ['a path', "'./here.wasm'"],
  ['an address of a file as text', () => JSON.stringify(pathToFileURL(join(folder, 'here.wasm')).href)],
  ['an address of a file', "new URL('./here.wasm', import.meta.url)"],
  ['bytes', "readFileSync('here.wasm')"],
  ['a buffer', "new Uint8Array(readFileSync('here.wasm')).buffer"],
  ['a response', "new Response(readFileSync('here.wasm'))"],
  ['a response with its type', "new Response(readFileSync('here.wasm'), { headers: { 'Content-Type': 'application/wasm' } })"],
  ['a compiled module', "new WebAssembly.Module(readFileSync('here.wasm'))"],
  ['what import() gives', "{ default: './here.wasm' }"],
  ['a function', "() => readFileSync('here.wasm')"],
  ['a function that imports', "async () => ({ default: new WebAssembly.Module(readFileSync('here.wasm')) })"],
  ['an address with the bytes in it', "'data:application/wasm;base64,' + readFileSync('here.wasm').toString('base64')"],
]) {
  test(`a part is located by ${name}`, async () => {
    const text = typeof source === 'function' ? source() : source;
    assert.equal(await run(`${alone}${use}api.locate({ inspection: ${text} });\n${inspect}`), 'CN=device-1');
  });
}

test('pages are located by a path, text that is parsed, an object', async () => {
  const say = "console.log((await api.explain('DX401')).name);";
  for (const source of ["'./here.json'", "JSON.parse(readFileSync('here.json', 'utf8'))", "readFileSync('here.json')", "() => ({ default: JSON.parse(readFileSync('here.json', 'utf8')) })"]) {
    assert.equal(await run(`${alone}${use}api.locate({ pages: ${source} });\n${say}`), 'cn-is-not-registration-id');
  }
});

test('without files there is what is embedded, for workers too, and for require', async () => {
  const workers = `const inspector = createInspector();\nconsole.log((await inspector.inspect(${pem})).chain.leaf);\ninspector.close();`;
  assert.equal(await run(`${use}import { createInspector } from 'dps-x509/worker';\n${inspect}\n${workers}`), 'CN=device-1\nCN=device-1');
  const script = `const api = require('dps-x509');\napi.inspect(${pem}).then(({ chain }) => console.log(chain.leaf));`;
  assert.equal(await run(script, 'main.cjs'), 'CN=device-1');
  assert.equal(await run(`${use.replace("'dps-x509'", "'dps-x509/inline'")}${inspect}`), 'CN=device-1');
});

test('what cannot be found says where it was looked for, and what to do', async () => {
  const caught = "await api.inspect('').catch(({ code, message }) => console.log(code, message));";
  for (const [source, why] of [["'./no.wasm'", /ENOENT.*no\.wasm/], ["'./here.json'", /WebAssembly|magic/i], ['5', /nothing that is an address/], ["() => { throw new Error('mine'); }", /mine/]]) {
    const said = await run(`${alone}${use}api.locate({ inspection: ${source} });\n${caught}`);
    assert.match(said, /^module-unavailable .*`locate`/);
    assert.match(said, why);
  }
  // A failure is not kept.
  assert.equal(await run(`${alone}${use}await api.inspect('').catch(() => {});\napi.locate({ inspection: './here.wasm' });\n${inspect}`), 'CN=device-1');
});

test('every part stands once as an address that tools can read', () => {
  for (const name of ['inspection', 'complete', 'session', 'pages', 'lexicon']) {
    const file = ['pages', 'lexicon'].includes(name) ? `${name}.json` : `${name}.wasm`;
    assert.ok(readFileSync(part(`${name}.js`), 'utf8').includes(`new URL('./${file}', import.meta.url)`));
    assert.ok(readFileSync(join(npm, `dist/cjs/part/${name}.js`), 'utf8').includes(`join(__dirname, "../../esm/part/${file}")`));
  }
});
