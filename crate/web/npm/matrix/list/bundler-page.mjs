// What makes a page out of modules. Each result is taken out of the project and served as plain files.
import { html, INLINE, PAGE } from '../checks.mjs';

const page = (script = './main.js') => ({ 'index.html': html(script), 'main.js': PAGE });
const then = (build, folder) => async (project) => {
  await build(project);
  return project.folder(folder);
};
const withHtml = (folder, script) => (project) => project.write({ [`${folder}/index.html`]: html(script) });

const VITE8 = { vite: '8.3.8' };
const RSPACK = { '@rspack/core': '2.3.2', '@rspack/cli': '2.2.8' };
const ROLLUP = { rollup: 'npm:@rollup/wasm-node@4.68.4', '@rollup/plugin-node-resolve': '16.0.3' };
const webpackConfig = (mode) => ({ 'webpack.config.cjs': `module.exports = { mode: '${mode}', entry: './main.js' };` });
const dev = (name, tools, own) => ({
  name,
  tools,
  own,
  files: page(),
  run: async (project) => project.page(await project.start(`${project.tools}/node_modules/.bin/vite`, ['--port', '0', '--host', '127.0.0.1'])),
});

export const bundlersOfPages = [
  { name: 'vite6-build', own: true, files: page(), run: then((project) => project.bin('vite', ['build']), 'dist') },
  { ...dev('vite6-dev', {}, true) },
  { name: 'vite8-build', tools: VITE8, files: page(), run: then((project) => project.bin('vite', ['build']), 'dist') },
  dev('vite8-dev', VITE8, false),
  {
    name: 'webpack-page',
    own: true,
    files: { ...page(), ...webpackConfig('production') },
    run: then(async (project) => {
      await project.bin('webpack', []);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'webpack-page-development',
    own: true,
    files: { ...page(), ...webpackConfig('development') },
    run: then(async (project) => {
      await project.bin('webpack', []);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'webpack-page-require',
    own: true,
    json: { type: 'commonjs' },
    files: { ...page(), 'main.js': PAGE.replace(/import \* as (\w+) from ('[^']+');/g, 'const $1 = require($2);'), ...webpackConfig('production') },
    run: then(async (project) => {
      await project.bin('webpack', []);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'rspack-page',
    tools: RSPACK,
    files: { ...page(), 'rspack.config.cjs': "module.exports = { mode: 'production', entry: './main.js' };" },
    run: then(async (project) => {
      await project.bin('rspack', ['build']);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'rsbuild',
    tools: { '@rsbuild/core': '2.3.2' },
    files: { 'src/index.js': PAGE },
    run: then((project) => project.bin('rsbuild', ['build']), 'dist'),
  },
  {
    name: 'rollup-page',
    recipe: 'Rollup, Rolldown, esbuild',
    tools: ROLLUP,
    files: { ...page(), 'rollup.config.js': "import resolve from '@rollup/plugin-node-resolve';\nexport default { input: 'main.js', output: { dir: 'dist' }, plugins: [resolve({ browser: true })] };" },
    run: then(async (project) => {
      await project.bin('rollup', ['-c']);
      await copyParts(project);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'rollup-page-inline',
    tools: ROLLUP,
    files: { 'main.js': INLINE(PAGE).replace(/import \* as workers.*\n/, 'const workers = undefined;\n'), 'rollup.config.js': "import resolve from '@rollup/plugin-node-resolve';\nexport default { input: 'main.js', output: { dir: 'dist' }, plugins: [resolve({ browser: true })] };" },
    run: then(async (project) => {
      await project.bin('rollup', ['-c']);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'rolldown-page',
    recipe: 'Rollup, Rolldown, esbuild',
    tools: { rolldown: '1.3.2' },
    files: page(),
    run: then(async (project) => {
      await project.bin('rolldown', ['main.js', '--dir', 'dist', '--platform', 'browser']);
      await copyParts(project);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'esbuild-page',
    own: true,
    recipe: 'Rollup, Rolldown, esbuild',
    files: page(),
    run: then(async (project) => {
      await project.bin('esbuild', ['main.js', '--bundle', '--format=esm', '--outdir=dist', '--log-level=warning']);
      await copyParts(project);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
  {
    name: 'esbuild-page-inline',
    own: true,
    files: { 'main.js': INLINE(PAGE).replace(/import \* as workers.*\n/, 'const workers = undefined;\n') },
    run: then(async (project) => {
      await project.bin('esbuild', ['main.js', '--bundle', '--format=iife', '--outdir=dist', '--log-level=warning']);
      project.write({ 'dist/index.html': html('./main.js', 'defer') });
    }, 'dist'),
  },
  {
    name: 'parcel',
    recipe: 'Parcel',
    tools: { parcel: '2.16.4' },
    json: { browserslist: 'chrome 120', '@parcel/resolver-default': { packageExports: true } },
    files: { ...page(), 'main.js': `${PAGE}api.locate({ pages: () => import('dps-x509/pages.json'), lexicon: () => import('dps-x509/lexicon.json') });\n` },
    run: then((project) => project.bin('parcel', ['build', 'index.html', '--no-cache', '--public-url', './']), 'dist'),
  },
  {
    name: 'bun-build-page',
    tools: { '@oven/bun-linux-x64': '1.4.4' },
    recipe: 'Rollup, Rolldown, esbuild',
    files: page(),
    run: then(async (project) => {
      await project.exec(`${project.path}/node_modules/@oven/bun-linux-x64/bin/bun`, ['build', 'main.js', '--outdir', 'dist', '--target', 'browser']);
      await copyParts(project);
      withHtml('dist', './main.js')(project);
    }, 'dist'),
  },
];

/** The recipe: the parts go beside the bundle. */
function copyParts(project) {
  return project.exec('sh', ['-c', 'cp node_modules/dps-x509/dist/esm/part/*.wasm node_modules/dps-x509/dist/esm/part/*.json node_modules/dps-x509/dist/esm/part/worker-script.js dist/']);
}
