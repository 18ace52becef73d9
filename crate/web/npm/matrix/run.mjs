// `npm run matrix [-- NAME…]`: the package in throw-away projects of every kind; without names all of them.
// `--ci` runs the fixed dozen, `--list` names them, `--keep` leaves the projects, `--jobs N` does so many at once,
// `--package FILE` takes that tarball.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { npm } from '../test/folders.mjs';
import { configurations } from './list.mjs';
import { tryOut } from './project.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { ci: { type: 'boolean' }, list: { type: 'boolean' }, keep: { type: 'boolean' }, package: { type: 'string' }, jobs: { type: 'string', default: '1' } },
});
const wanted = configurations.filter(({ name, ci }) => (values.ci ? ci : positionals.length === 0 || positionals.includes(name)));
const unknown = positionals.filter((name) => configurations.every((one) => one.name !== name));
if (unknown.length > 0) {
  console.error(`no such configuration: ${unknown.join(', ')}; \`npm run matrix -- --list\` names them`);
  process.exit(2);
}
if (values.list) {
  configurations.forEach(({ name, recipe }) => console.log(recipe === undefined ? name : `${name} (recipe: ${recipe})`));
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'dps-x509-pack-'));
const results = [];
try {
  const tarball = values.package === undefined ? pack(folder) : resolve(values.package);
  const waiting = [...wanted];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const result = await tryOut(next, { tarball, keep: values.keep });
      results.push({ ...result, recipe: next.recipe });
      tell(result);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const whole = results.filter(({ checks }) => isWhole(checks));
const byRecipe = whole.filter(({ recipe }) => recipe !== undefined).length;
console.log(`\n${whole.length - byRecipe} whole without a recipe, ${byRecipe} with one, ${results.length - whole.length} not whole, of ${results.length}`);
console.log(`${whole.length} passed, ${results.length - whole.length} failed`);
process.exit(whole.length === results.length ? 0 : 1);

function pack(folder) {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: npm, encoding: 'utf8' });
  return join(folder, JSON.parse(packed)[0].filename);
}

function isWhole(checks) {
  return Object.values(checks).every((one) => one === 'ok');
}

function tell({ name, checks, seconds }) {
  const wrong = Object.entries(checks).filter(([, result]) => result !== 'ok');
  const all = Object.keys(checks).length;
  console.log(`${name.padEnd(32)} ${wrong.length === 0 ? 'whole' : `${all - wrong.length} of ${all}`} ${seconds.toFixed(0)} s`);
  wrong.forEach(([check, result]) => console.log(`    ${check}: ${String(result).replaceAll('\n', '\n      ')}`));
}
