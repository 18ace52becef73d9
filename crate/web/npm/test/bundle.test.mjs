// What little use weighs: bundled and minified by esbuild, and the files that webpack ships with it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { npm } from './folders.mjs';

/** JavaScript of an import, in kB of 1000 bytes as it is; and the files of it. */
const BUDGETS = {
  explain: { most: 1.8, files: ['pages.json'] },
  DpsError: { most: 0.5, files: [] },
  generate: { most: 28.1, files: ['complete.wasm', 'inspection.wasm'] },
  Session: { most: 20.2, files: ['inspection.wasm', 'session.wasm'] },
  targets: { most: 24.6, files: ['complete.wasm', 'inspection.wasm'] },
  inspect: { most: 28.6, files: ['complete.wasm', 'inspection.wasm'] },
};

let folder;

before(() => {
  folder = mkdtempSync(join(npm, 'dist/.bundle-'));
});

after(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, { most, files }] of Object.entries(BUDGETS)) {
  test(`an import of ${name} alone`, async () => {
    const contents = `import { ${name} } from 'dps-x509';\nglobalThis.used = ${name};`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: npm },
      bundle: true, minify: true, format: 'esm', platform: 'browser', target: 'es2022', write: false, logLevel: 'error',
    });
    const bytes = outputFiles[0].contents;
    console.log(`${name}: ${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} with gzip`);
    assert.ok(bytes.length / 1000 <= most, `${bytes.length} bytes`);

    const out = join(folder, name);
    writeFileSync(join(folder, `${name}.js`), contents);
    writeFileSync(join(folder, `${name}.cjs`), `module.exports = { mode: 'production', context: ${JSON.stringify(npm)}, entry: ${JSON.stringify(join(folder, `${name}.js`))}, output: { path: ${JSON.stringify(out)}, assetModuleFilename: '[name][ext]' } };`);
    await promisify(execFile)(process.execPath, [join(npm, 'node_modules/webpack/bin/webpack.js'), '--config', join(folder, `${name}.cjs`)], { cwd: npm }).catch((error) => assert.fail(error.stdout));
    assert.deepEqual(readdirSync(out).filter((file) => file !== 'main.js').sort(), files);
  });
}
