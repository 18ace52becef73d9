import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as api from 'dps-x509';
import { check, play } from './cases.mjs';
import { cases, fixture } from './folders.mjs';

test('every case of tests/case/check gives what it says', async () => {
  for (const [name, one] of cases('check')) {
    assert.deepEqual(await check(api, one, fixture), one.expected, name);
  }
});

test('conversations of tests/case/session go as written', async () => {
  for (const [name, one] of cases('session')) {
    assert.deepEqual(await play(api, one), one.expected, name);
  }
});
