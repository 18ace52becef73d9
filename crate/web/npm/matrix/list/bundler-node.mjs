// What makes one file, or few, of a program for Node. Each result runs in an empty folder, where nothing of the project helps.
import { MODULE, MODULE_WITHOUT_AWAIT, SCRIPT } from '../checks.mjs';

const ROLLUP = { rollup: 'npm:@rollup/wasm-node@4.68.4', '@rollup/plugin-node-resolve': '16.0.3' };

/** Builds, takes the folder `out` away from everything else, and runs a file of it. */
const away = (build, file) => async (project) => {
  await build(project);
  await project.exec('rm', ['-rf', 'node_modules']);
  return project.exec(process.execPath, [`${project.path}/out/${file}`], { cwd: '/' });
};

export const bundlersOfNode = [
  { name: 'esbuild-node-esm', own: true, files: { 'main.js': MODULE }, run: away((project) => project.bin('esbuild', ['main.js', '--bundle', '--platform=node', '--format=esm', '--outfile=out/main.mjs', '--log-level=warning']), 'main.mjs') },
  { name: 'esbuild-node-cjs', own: true, files: { 'main.js': MODULE_WITHOUT_AWAIT }, run: away((project) => project.bin('esbuild', ['main.js', '--bundle', '--platform=node', '--format=cjs', '--outfile=out/main.cjs', '--log-level=error']), 'main.cjs') },
  { name: 'esbuild-node-splitting', own: true, files: { 'main.js': MODULE }, run: away((project) => project.bin('esbuild', ['main.js', '--bundle', '--splitting', '--platform=node', '--format=esm', '--out-extension:.js=.mjs', '--outdir=out', '--log-level=warning']), 'main.mjs') },
  {
    name: 'lambda',
    own: true,
    // One file, minified, whose export is called by a program elsewhere.
    files: {
      'main.js': `${MODULE.replace(/console\.log\(.*\n$/, '')}export const handler = () => check(api, workers);\n`,
      'out/boot.cjs': "require('./index.js').handler().then((done) => console.log('CHECKS ' + JSON.stringify(done)));",
      'out/package.json': '{ "type": "commonjs" }',
    },
    run: away((project) => project.bin('esbuild', ['main.js', '--bundle', '--minify', '--platform=node', '--format=cjs', '--target=node20', '--outfile=out/index.js', '--log-level=error']), 'boot.cjs'),
  },
  {
    name: 'webpack-node-esm',
    own: true,
    files: { 'main.js': MODULE, 'webpack.config.cjs': "module.exports = { mode: 'development', target: 'node20', entry: './main.js', experiments: { outputModule: true }, output: { module: true, path: __dirname + '/out', filename: 'main.mjs', chunkFilename: '[name].mjs' } };" },
    run: away((project) => project.bin('webpack', []), 'main.mjs'),
  },
  {
    name: 'rollup-node-cjs',
    tools: ROLLUP,
    files: { 'main.js': MODULE_WITHOUT_AWAIT, 'rollup.config.js': "import resolve from '@rollup/plugin-node-resolve';\nexport default { input: 'main.js', external: /^node:/, output: { file: 'out/main.cjs', format: 'cjs', inlineDynamicImports: true }, plugins: [resolve({ exportConditions: ['node'] })] };" },
    run: away((project) => project.bin('rollup', ['-c', '--silent']), 'main.cjs'),
  },
  {
    name: 'tsup',
    tools: { tsup: '8.5.0', typescript: '5.9.3', esbuild: '0.28.2' },
    files: { 'main.ts': `// @ts-nocheck\n${MODULE}`, 'tsup.config.js': "export default { entry: ['main.ts'], format: 'esm', target: 'node20', outDir: 'out', noExternal: [/dps-x509/] };" },
    run: away((project) => project.bin('tsup', ['--silent']), 'main.js'),
  },
  {
    name: 'pkgroll',
    tools: { pkgroll: '2.28.1', typescript: '5.9.3' },
    recipe: 'Rollup, Rolldown, esbuild',
    json: { exports: './out/main.mjs' },
    files: { 'src/main.ts': `// @ts-nocheck\n${MODULE}` },
    run: away(async (project) => {
      // What is a dependency stays outside.
      await project.exec('npm', ['pkg', 'delete', 'dependencies']);
      await project.bin('pkgroll', ['--dist=out', '--export-condition=node']);
    }, 'main.mjs'),
  },
  {
    name: 'rslib',
    tools: { '@rslib/core': '1.0.1' },
    files: { 'src/index.js': MODULE, 'rslib.config.mjs': "export default { lib: [{ format: 'esm', syntax: 'es2022' }], output: { target: 'node', autoExternal: false, distPath: { root: 'out' } } };" },
    run: away((project) => project.bin('rslib', ['build']), 'index.js'),
  },
  {
    name: 'webpack-node',
    own: true,
    files: { 'main.js': MODULE_WITHOUT_AWAIT, 'webpack.config.cjs': "module.exports = { mode: 'production', target: 'node', entry: './main.js', output: { path: __dirname + '/out', filename: 'main.cjs', chunkFilename: '[name].cjs' } };" },
    run: away((project) => project.bin('webpack', []), 'main.cjs'),
  },
  {
    name: 'webpack-node-require',
    own: true,
    json: { type: 'commonjs' },
    files: { 'main.js': SCRIPT, 'webpack.config.cjs': "module.exports = { mode: 'production', target: 'node', entry: './main.js', output: { path: __dirname + '/out', filename: 'main.cjs', chunkFilename: '[name].cjs' } };" },
    run: away((project) => project.bin('webpack', []), 'main.cjs'),
  },
  {
    name: 'rspack-node',
    tools: { '@rspack/core': '2.3.2', '@rspack/cli': '2.2.8' },
    files: { 'main.js': MODULE_WITHOUT_AWAIT, 'rspack.config.cjs': "module.exports = { mode: 'production', target: 'node', entry: './main.js', output: { path: __dirname + '/out', filename: 'main.cjs', chunkFilename: '[name].cjs' } };" },
    run: away((project) => project.bin('rspack', ['build']), 'main.cjs'),
  },
  {
    name: 'rollup-node',
    tools: ROLLUP,
    files: { 'main.js': MODULE, 'rollup.config.js': "import resolve from '@rollup/plugin-node-resolve';\nexport default { input: 'main.js', external: /^node:/, output: { dir: 'out', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' }, plugins: [resolve({ exportConditions: ['node'] })] };" },
    run: away((project) => project.bin('rollup', ['-c', '--silent']), 'main.mjs'),
  },
  {
    name: 'rolldown-node',
    tools: { rolldown: '1.3.2' },
    files: { 'main.js': MODULE, 'rolldown.config.js': "export default { input: 'main.js', platform: 'node', output: { dir: 'out', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' } };" },
    run: away((project) => project.bin('rolldown', ['-c']), 'main.mjs'),
  },
  {
    name: 'vite6-ssr',
    own: true,
    files: { 'main.js': MODULE, 'vite.config.js': "export default { ssr: { noExternal: true }, build: { ssr: 'main.js', outDir: 'out', target: 'node20', rollupOptions: { output: { entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' } } } };" },
    run: away((project) => project.bin('vite', ['build']), 'main.mjs'),
  },
  { name: 'ncc', tools: { '@vercel/ncc': '0.45.0' }, files: { 'main.js': MODULE }, run: away((project) => project.bin('ncc', ['build', 'main.js', '-o', 'out', '-q']), 'index.js') },
  { name: 'ncc-cjs', tools: { '@vercel/ncc': '0.45.0' }, json: { type: 'commonjs' }, files: { 'main.js': SCRIPT }, run: away((project) => project.bin('ncc', ['build', 'main.js', '-o', 'out', '-q']), 'index.js') },
  {
    name: 'nft',
    tools: { '@vercel/nft': '1.11.5' },
    files: {
      'main.js': MODULE,
      'trace.mjs': `import { nodeFileTrace } from '@vercel/nft';
import { cpSync } from 'node:fs';
const { fileList } = await nodeFileTrace(['main.js']);
for (const file of [...fileList, 'package.json']) cpSync(file, 'out/' + file);
for (const part of ['inspection.wasm', 'complete.wasm', 'session.wasm', 'pages.json', 'lexicon.json', 'worker-script.node.cjs']) {
  if (!fileList.has('node_modules/dps-x509/dist/esm/part/' + part)) throw new Error(part + ' was not traced');
}`,
    },
    run: away((project) => project.node('trace.mjs'), 'main.js'),
  },
  {
    name: 'bun-build-node',
    tools: { '@oven/bun-linux-x64': '1.4.4' },
    files: { 'main.js': MODULE },
    run: away((project) => project.exec(`${project.path}/node_modules/@oven/bun-linux-x64/bin/bun`, ['build', 'main.js', '--target', 'node', '--outfile', 'out/main.mjs']), 'main.mjs'),
  },
  {
    name: 'node-sea',
    own: true,
    files: { 'main.js': MODULE_WITHOUT_AWAIT, 'sea.json': '{ "main": "out/main.cjs", "output": "out/program.blob", "disableExperimentalSEAWarning": true }' },
    run: async (project) => {
      await project.bin('esbuild', ['main.js', '--bundle', '--platform=node', '--format=cjs', '--outfile=out/main.cjs', '--log-level=error']);
      await project.node('--experimental-sea-config', 'sea.json');
      await project.exec('cp', [process.execPath, 'out/program']);
      await project.bin('postject', ['out/program', 'NODE_SEA_BLOB', 'out/program.blob', '--sentinel-fuse', 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2']);
      await project.exec('rm', ['-rf', 'node_modules', 'out/main.cjs', 'out/program.blob']);
      return project.exec('./out/program', []);
    },
  },
];
