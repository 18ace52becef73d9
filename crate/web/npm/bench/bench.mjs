// dps-x509 beside the libraries that people would take instead: on the same bytes, in turns, in one process, in Node and
// in Chromium; then what has to be loaded before it can be used. `npm run bench` after `cargo xtask site`.
import { appendFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { browse } from '../test/browser.mjs';
import { npm, root } from '../test/folders.mjs';
import { bundle, pages, weigh } from './bundle.mjs';
import { chain } from './chain.mjs';
import { firstUse, serve, SETTINGS } from './load.mjs';
import { measureAll } from './libraries.mjs';

/** How many times as fast reading with all rules is meant to be as @peculiar/x509 reading alone. */
const AIM = 5;

const chains = { ec: chain('ec'), rsa: chain('rsa') };
/** After the certificates that are made here begin to be valid. */
const at = new Date(Date.now() + 3_600_000).toISOString();
const loads = await pages(chains.rsa[0]);

const version = (name) => JSON.parse(readFileSync(join(npm, `node_modules/${name}/package.json`), 'utf8')).version;
console.log([`${new Date().toISOString().slice(0, 10)}, ${cpus().length} processors (${cpus()[0]?.model.trim()})`,
  ...['@peculiar/x509', 'pkijs', 'node-forge', 'esbuild'].map((name) => `${name} ${version(name)}`)].join(', '));

show(`Node ${process.version}`, await measureAll(chains, at));

const script = await bundle(`import { locate, measureAll } from './libraries.mjs';
locate({ inspection: './inspection.wasm' });
globalThis.measureAll = measureAll;`);
const blank = { '/index.html': loads['dps-x509']['/index.html'], '/inspection.wasm': loads['dps-x509']['/inspection.wasm'], '/main.js': script };
await browse(async (tab) => {
  const browser = tab.context().browser();
  await serve(blank, async (url) => {
    await tab.goto(url);
    await tab.waitForFunction(() => 'measureAll' in globalThis);
    show(`Chromium ${browser.version()}`, await tab.evaluate(([chains, at]) => globalThis.measureAll(chains, at), [chains, at]));
  });
  for (const [title, setting] of Object.entries(SETTINGS)) {
    console.log(`\nmilliseconds from a cold start until one certificate is read and shown; ${title}`);
    for (const [name, files] of Object.entries(loads)) {
      const pages = (url) => ({ [name]: { url, usable: () => globalThis.usable } });
      const time = (await serve(files, (url) => firstUse(browser, pages(url), setting)))[name];
      line(name, [time]);
      note(`from a cold start until one certificate is shown; ${title}`, name, 'ms', time);
    }
    const page = await serve(site(), (url) =>
      firstUse(browser, { shown: { url, usable: painted }, loaded: { url, usable: closed } }, setting));
    line('the page, shown', [page.shown]);
    line('the page, all loaded', [page.loaded]);
  }
});

console.log('\nkB that are downloaded for that         raw     gzip   brotli');
for (const [name, files] of Object.entries(loads)) line(name, weigh(files));
line('the page, all of it', weigh(site()));

/** The page as it is published. */
function site() {
  const folder = join(root, 'target/page/site');
  if (!existsSync(folder)) throw new Error(`${folder} is missing: cargo xtask site`);
  const paths = readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => [`/${path.replaceAll('\\', '/')}`, readFileSync(join(folder, path))]));
}

/** In the page: when it was first painted. */
function painted() {
  return performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
}

/** In the page: when every module was there, so that it forbade itself to load more. */
function closed() {
  return document.body?.textContent.includes('0 connections since loading') ? performance.now() : undefined;
}

/** For the table of `cargo xtask bench`. */
function note(group, name, unit, value) {
  const path = process.env.DPS_X509_MEASURES;
  if (path) appendFileSync(path, `${JSON.stringify({ group, name, unit, values: [value] })}\n`);
}

function line(name, numbers) {
  console.log(`  ${name.padEnd(30)}${numbers.map((number) => number.toFixed(0).padStart(9)).join('')}`);
}

function show(where, results) {
  console.log(`\n${where}: microseconds, and as a multiple of the time of dps-x509`);
  for (const { title, times } of results) {
    console.log(`  ${title}`);
    for (const [name, time] of Object.entries(times)) {
      console.log(`    ${name.padEnd(16)}${time.toFixed(0).padStart(8)}${(time / times['dps-x509']).toFixed(2).padStart(9)}`);
      note(`${where}: ${title}`, name, 'us', time);
    }
  }
  const least = Math.min(...results.filter(({ title }) => title.includes('reading alone'))
    .map(({ times }) => times['@peculiar/x509'] / times['dps-x509']));
  console.log(`  aim: read with all rules at least ${AIM} times as fast as @peculiar/x509 reads alone: ${least.toFixed(1)}, ${least >= AIM ? 'met' : 'not met'}`);
}
