// The entry points: dist/esm by tsc, dist/cjs from it, file by file.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const esm = 'dist/esm';
execFileSync('node_modules/.bin/tsc', { stdio: 'inherit' });
cpSync('src/glue', join(esm, 'glue'), { recursive: true });

const files = readdirSync(esm, { recursive: true }).map((file) => join(esm, file));
await build({
  entryPoints: files.filter((file) => file.endsWith('.js')),
  outdir: 'dist/cjs',
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  define: { 'import.meta.url': 'here' },
  banner: { js: "const here = require('node:url').pathToFileURL(__filename).href;" },
});
for (const file of files.filter((file) => file.endsWith('.d.ts'))) {
  cpSync(file, file.replace(esm, 'dist/cjs'));
}
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');
cpSync('../../../LICENSE-APACHE', 'LICENSE-APACHE');
cpSync('../../../LICENSE-MIT', 'LICENSE-MIT');
