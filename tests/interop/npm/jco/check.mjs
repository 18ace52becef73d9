// check.mjs TOOLKIT NAME FILE…: prints the findings of `dps-x509 check FILE… --registration-id NAME`, as the toolkit has them
// that jco has made a module of.
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [toolkit, registrationId, ...paths] = process.argv.slice(2);
const { inspection, naming } = await import(pathToFileURL(toolkit));
naming.speak('command-line');
const files = await Promise.all(
  paths.map(async (path) => ({ path, purpose: 'any', bytes: new Uint8Array(await readFile(path)) })),
);
const { json } = inspection.inspect(files, { registrationId, enrollment: 'unknown' });
console.log(JSON.stringify(JSON.parse(json).findings));
