// The types of the package are those of the JSON schemas: each can be assigned to the other.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { types } from '../schema.mjs';
import { npm } from './folders.mjs';

/** What `tsc` says about the assignments. */
async function judge(line) {
  const folder = mkdtempSync(join(npm, 'dist/.types-'));
  try {
    for (const name of ['check', 'provision', 'explanation', 'generate']) {
      writeFileSync(join(folder, `${name}.ts`), await types(name));
    }
    writeFileSync(
      join(folder, 'main.ts'),
      `import type { Check } from './check.js';
import type { Provision } from './provision.js';
import type { Explanation as Schema } from './explanation.js';
import type { Generate } from './generate.js';
import type { Explanation, Generated, GeneratedFile, Report } from '../esm/index.js';
declare const check: Check; declare const provision: Provision;
declare const report: Report;
/** With every member, so that one that is missing on a side is told. */
type Whole<T> = T extends (infer E)[] ? Whole<E>[] : T extends object ? { [K in keyof T]-?: Whole<Exclude<T[K], undefined>> } : T;
${line}
`,
    );
    const args = ['--noEmit', '--strict', '--module', 'NodeNext', '--target', 'ES2022', '--skipLibCheck', join(folder, 'main.ts')];
    return await promisify(execFile)(join(npm, 'node_modules/.bin/tsc'), args).then(
      () => '',
      ({ stdout }) => stdout,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a report of the schema is a report of the types, and the other way round', async () => {
  assert.equal(await judge(`declare const one: Whole<Check>; declare const other: Whole<Report>;
export const a: Report = check; export const b: Check = report; export const c: typeof other = one; export const d: typeof one = other;`), '');
});

test('so is an explanation, which has its text besides', async () => {
  assert.equal(
    await judge(`type Same = Omit<Explanation, 'text'>;
declare const schema: Schema; declare const explanation: Same;
declare const one: Whole<Schema>; declare const other: Whole<Same>;
export const a: Same = schema; export const b: Schema = explanation;
export const c: typeof other = one; export const d: typeof one = other;`),
    '',
  );
});

test('so is what was generated, whose files have their texts besides', async () => {
  assert.equal(
    await judge(`type Made = Omit<Generate, 'next'>;
type Same = Omit<Generated, 'task' | 'warnings' | 'files'> & { files: Omit<GeneratedFile, 'text'>[] };
declare const schema: Made; declare const generated: Same;
declare const one: Whole<Made>; declare const other: Whole<Same>;
export const a: Same = schema; export const b: Made = generated;
export const c: typeof other = one; export const d: typeof one = other;`),
    '',
  );
});

test('an event of a transcript is an event of the types', async () => {
  const said = await judge(
    `import type { SessionEvent } from '../esm/index.js';
declare const event: SessionEvent;
export const a: SessionEvent[] = provision.transcript ?? []; export const b: NonNullable<Provision['transcript']> = [event];`,
  );
  assert.equal(said, '');
});

test('a difference would be told', async () => {
  const said = await judge(
    'declare const one: Whole<Check>; export const a: Whole<Report & { more?: string }> = one;',
  );
  assert.match(said, /more/);
});
