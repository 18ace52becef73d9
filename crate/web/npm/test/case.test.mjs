import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as api from 'dps-x509';
import { check, play } from './cases.mjs';
import { cases, fixture, native } from './folders.mjs';

// The cases hold no words; the native core has them all.
for (const [kind, run] of [
  ['check', (one) => check(api, one, fixture)],
  ['session', (one) => play(api, one)],
]) {
  test(`the cases of tests/case/${kind} give what they give natively`, async () => {
    const expected = native(kind);
    for (const [name, one] of cases(kind)) {
      assert.deepEqual(await run(one), expected[name], name);
    }
  });
}
