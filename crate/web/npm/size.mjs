// Weighs what a visitor downloads, and fails past the budget.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Largest sizes in bytes after gzip -9. */
const budgets = {
  'inspection.wasm': 187_000,
  'complete.wasm': 598_000,
  'session.wasm': 91_000,
  'pages.json': 60_000,
  'lexicon.json': 127_500,
};

const number = (value) => String(value).padStart(9);
let isOver = false;
console.log(`${'module'.padEnd(18)}${number('raw')}${number('gzip')}${number('brotli')}${number('budget')}`);
for (const [name, budget] of Object.entries(budgets)) {
  const bytes = readFileSync(`dist/esm/part/${name}`);
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const brotli = brotliCompressSync(bytes).length;
  const verdict = gzip > budget ? '  too large' : '';
  isOver ||= gzip > budget;
  console.log(`${name.padEnd(18)}${number(bytes.length)}${number(gzip)}${number(brotli)}${number(budget)}${verdict}`);
}
if (isOver) {
  console.error('size.mjs: a module is past its budget (gzip)');
  process.exit(1);
}
