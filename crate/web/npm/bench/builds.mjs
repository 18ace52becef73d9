// One chain with its key, checked by two builds of this package in one process, in turns: what a change costs.
//
// node bench/builds.mjs BEFORE/dist NOW/dist device-full-chain.pem root.pem device-key.pem
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const CALLS = 1500;
const WARM = 200;
const [before, now, ...paths] = process.argv.slice(2);
const load = (dist) => import(pathToFileURL(resolve(dist, 'esm/index.node.js')).href);
const builds = { before: await load(before), now: await load(now) };
const files = paths.map((path) => ({ name: basename(path), data: readFileSync(path, 'utf8') }));
const options = { at: new Date() };
const inspect = (build) => builds[build].inspect(files.map((file) => ({ ...file })), options);

for (const build of Object.keys(builds)) {
  const { keys, findings } = await inspect(build);
  assert(keys.some(({ belongsTo }) => belongsTo !== null), `${build}: the key was not compared`);
  console.log(`${build}: ${findings.map(({ code }) => code).join(', ') || 'no finding'}`);
  for (let call = 0; call < WARM; call++) await inspect(build);
}
for (let round = 1; round <= 3; round++) {
  const times = { before: [], now: [] };
  const processor = { before: 0, now: 0 };
  for (let call = 0; call < CALLS; call++) {
    for (const build of call % 2 === 0 ? ['before', 'now'] : ['now', 'before']) {
      const used = process.cpuUsage();
      const start = performance.now();
      await inspect(build);
      times[build].push(performance.now() - start);
      const { user, system } = process.cpuUsage(used);
      processor[build] += (user + system) / 1000;
    }
  }
  for (const [build, all] of Object.entries(times)) {
    const median = all.sort((one, other) => one - other)[CALLS >> 1];
    console.log(`${round} ${build.padEnd(6)} median ${median.toFixed(2)} ms, processor ${(processor[build] / CALLS).toFixed(2)} ms a call`);
  }
}
