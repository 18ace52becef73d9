// The package as it would be published, installed into throw-away projects of every kind.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { npm, root } from './folders.mjs';

const run = promisify(execFile);
const node = process.execPath;
const bin = (name) => join(npm, 'node_modules/.bin', name);

let folder;
let tarball;
let unpacked;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dps-x509-'));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: npm });
  tarball = join(folder, JSON.parse(stdout)[0].filename);
  // What `npm install` of a package without dependencies and scripts does.
  unpacked = join(folder, 'package');
  await run('tar', ['-xzf', tarball, '-C', folder]);
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** A project with the package installed, and these files. */
function project(name, files, packageJson = { type: 'module' }) {
  const path = join(folder, name);
  mkdirSync(join(path, 'node_modules'), { recursive: true });
  cpSync(unpacked, join(path, 'node_modules/dps-x509'), { recursive: true });
  const fixture = join(root, 'tests/fixture/cert');
  cpSync(join(fixture, 'device-1.pem'), join(path, 'device-1.pem'));
  const all = { 'package.json': JSON.stringify({ name, private: true, ...packageJson }), ...files };
  for (const [file, text] of Object.entries(all)) {
    writeFileSync(join(path, file), text);
  }
  return path;
}

/** What every project prints or shows. */
const expected = 'CN=device-1 DX401 cn-is-not-registration-id';
const body = `
const report = await inspect({ name: 'device-1.pem', data: pem }, { registrationId: 'device-2' });
const page = await explain(report.findings.find((finding) => finding.code === 'DX401').code);
const text = [report.chain.leaf, page.code, page.name].join(' ');
`;
const pem = JSON.stringify(readFileSync(join(root, 'tests/fixture/cert/device-1.pem'), 'utf8'));
test('only what is meant to be published is in it, and it names no folder of this machine', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball]);
  const files = stdout.trim().split('\n').map((file) => file.replace('package/', ''));
  const wrong = files.filter((file) => !/^(dist\/|(inline|node|worker)\/package\.json$|package\.json$|README\.md$|LICENSE-|NOTICES\.txt$)/.test(file));
  assert.deepEqual(wrong, []);
  for (const part of ['inspection.wasm', 'complete.wasm', 'session.wasm', 'pages.json', 'lexicon.json']) {
    assert.ok(files.includes(`dist/esm/part/${part}`), part);
    assert.ok(!readFileSync(join(unpacked, 'dist/esm/part', part)).includes(root), part);
  }
  assert.ok(files.includes('README.md') && files.includes('LICENSE-MIT') && files.includes('LICENSE-APACHE'));
});

test('packing it again gives the same bytes, whenever its files were written', async () => {
  const again = join(folder, 'again');
  await run('tar', ['-xzf', tarball, '-C', folder, '--one-top-level=again', '--strip-components=1', '--touch']);
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', again], { cwd: again });
  assert.ok(readFileSync(join(again, JSON.parse(stdout)[0].filename)).equals(readFileSync(tarball)));
});

test('its version is that of the workspace', () => {
  const [, version] = /^\[workspace\.package\]\nversion = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
  for (const file of ['package.json', 'package-lock.json']) {
    assert.equal(JSON.parse(readFileSync(join(npm, file), 'utf8')).version, version, file);
  }
});

test('publint finds nothing', async () => {
  const { stdout } = await run(bin('publint'), [tarball, '--strict']);
  assert.match(stdout, /All good/);
});

test('are the types wrong finds nothing', async () => {
  // The script of workers is started by its address, and exports nothing.
  await run(bin('attw'), [tarball, '--no-emoji', '--no-color', '--exclude-entrypoints', './inspection.wasm', './complete.wasm', './session.wasm', './pages.json', './lexicon.json', './worker-script']).catch((error) => assert.fail(error.stdout));
});

test('TypeScript, strict, with every other resolution, and with no more types than a project has', async () => {
  const path = project('typescript-else', {
    'main.ts': `import { createInspector } from 'dps-x509/worker';
import { inspect, DpsError, type Report } from 'dps-x509';
import * as inline from 'dps-x509/inline';
export const reports = async (pem: string): Promise<Report[]> => [await inspect(pem), await inline.inspect(pem), await createInspector({ workers: 1 }).inspect(pem)];
export const error = new DpsError('protocol', 'x', [], { cause: 1 });
`,
    'node.ts': "import { provision } from 'dps-x509/node';\nexport const hub = async () => (await provision({ idScope: '' }, { cert: '', socket: { family: 4 } })).assignedHub;\n",
  });
  mkdirSync(join(path, 'node_modules/@types'), { recursive: true });
  symlinkSync(join(npm, 'node_modules/@types/node'), join(path, 'node_modules/@types/node'));
  symlinkSync(join(npm, 'node_modules/undici-types'), join(path, 'node_modules/undici-types'));
  const ofPages = { types: [], files: ['main.ts'] };
  const ofNode = { types: ['node'], files: ['main.ts', 'node.ts'] };
  const projects = {
    'node10, CommonJS': { ...ofNode, module: 'CommonJS', moduleResolution: 'Node10', target: 'ES2020', lib: ['ES2020'] },
    'node10, a page': { ...ofPages, module: 'ESNext', moduleResolution: 'Node10', target: 'ES2020', lib: ['ES2020', 'DOM'] },
    'bundler, Node': { ...ofNode, module: 'ESNext', moduleResolution: 'Bundler', target: 'ES2020', lib: ['ES2020'] },
    'bundler, a worker': { ...ofPages, module: 'Preserve', moduleResolution: 'Bundler', target: 'ES2022', lib: ['ES2022', 'WebWorker'], customConditions: ['browser'] },
  };
  await Promise.all(Object.entries(projects).map(async ([name, { files, ...options }], index) => {
    const config = join(path, `tsconfig.${index}.json`);
    const strict = { strict: true, noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, ...options }, files }));
    await run(bin('tsc'), ['--project', config]).catch((error) => assert.fail(`${name}: ${error.stdout}`));
  }));
});

for (const [module, moduleResolution] of [['NodeNext', 'NodeNext'], ['ESNext', 'Bundler']]) {
  test(`TypeScript, strict, ${moduleResolution}`, async () => {
    const path = project(`typescript-${moduleResolution}`, {
      'main.ts': `import { inspect, explain, generate, repair, compare, Session, DpsError, type GenerationRequest, type Report, type Finding } from 'dps-x509';
import { provision, type Assignment } from 'dps-x509/node';
import { createGenerator, type Generator } from 'dps-x509/worker';
const pem: string = ${pem};
const report: Report = await inspect([{ name: 'device-1.pem', data: pem, purpose: 'device-chain' }], { registrationId: 'device-2', enrollment: 'group' });
const finding: Finding | undefined = report.findings.find(({ code }) => code === 'DX401');
const page = await explain(finding?.code ?? '');
console.log([report.chain.leaf, page?.code, page?.name].join(' '));
export const unused: [typeof repair, typeof compare, typeof Session, typeof DpsError, (a: Assignment) => string, typeof provision] = [repair, compare, Session, DpsError, (a) => a.assignedHub, provision];
const request: GenerationRequest = { kind: 'chain', registrationId: 'd', count: 2 };
const generator: Generator = createGenerator();
export const made = async (): Promise<string[]> => (await generator.generate(request)).files.map(({ text }) => text);
// @ts-expect-error: a CA is missing
void (() => generate({ kind: 'device', registrationId: 'd' }));
// @ts-expect-error: there is no such purpose
void (() => inspect({ data: pem, purpose: 'hat' }));
`,
      'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, noEmit: false, module, moduleResolution, target: 'ES2022', types: ['node'], exactOptionalPropertyTypes: true, skipLibCheck: false }, files: ['main.ts'] }),
    });
    mkdirSync(join(path, 'node_modules/@types'), { recursive: true });
    symlinkSync(join(npm, 'node_modules/@types/node'), join(path, 'node_modules/@types/node'));
    symlinkSync(join(npm, 'node_modules/undici-types'), join(path, 'node_modules/undici-types'));
    await run(bin('tsc'), [], { cwd: path }).catch((error) => assert.fail(error.stdout));
    const { stdout } = await run(node, ['main.js'], { cwd: path });
    assert.equal(stdout.trim(), expected);
  });
}


/** The file that an entry leads to where these conditions hold: the first one, as every runtime decides. */
function target(entry, conditions) {
  if (typeof entry === 'string') {
    return entry;
  }
  const found = Object.entries(entry).filter(([condition]) => condition === 'default' || conditions.includes(condition));
  return found.map(([, inside]) => target(inside, conditions)).find((file) => file !== undefined);
}

test('each runtime is led to its files by its own condition alone', () => {
  const { exports } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
  for (const [conditions, file, worker] of [
    [['workerd', 'import'], 'esm/index.workerd.js', undefined],
    [['deno', 'import'], 'esm/index.inline.js', undefined],
    [['browser', 'import'], 'esm/index.js', 'esm/worker.js'],
    [['bun', 'import'], 'esm/index.node.js', 'esm/worker.node.js'],
    [['bun', 'require'], 'cjs/index.node.js', 'cjs/worker.node.js'],
    [['bun', 'browser', 'import'], 'esm/index.js', 'esm/worker.js'],
    [['node', 'import'], 'esm/index.node.js', 'esm/worker.node.js'],
    [['node', 'require'], 'cjs/index.node.js', 'cjs/worker.node.js'],
  ]) {
    const files = [['.', file], ['./worker', worker]].filter(([, expected]) => expected !== undefined);
    for (const [name, expected] of files) {
      const found = target(exports[name], conditions);
      assert.equal(found, `./dist/${expected}`, `${name} with ${conditions}`);
      readFileSync(join(unpacked, found));
    }
  }
});
