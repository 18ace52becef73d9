// Workers do what the package does, in the same words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as api from 'dps-x509';
import { createInspector } from 'dps-x509/worker';
import { fixture } from './folders.mjs';

const files = ['device-1.pem', 'device-1.encrypted.key', 'wrong-order.pem'].map((name) => ({ name, data: fixture(name) }));
const options = { at: 1_798_000_000_000, registrationId: 'another' };

/** What each way has to say of the same files. */
const WAYS = {
  inspect: (it) => it.inspect(files, options),
  repair: (it) => it.repair(files, options),
  outline: async (it) => it.outline(files, (await api.inspect(files, options)).certificates[0].sha256, options),
  explainText: (it) => it.explainText('{"errorCode":401002}', files, options),
  configure: (it) => it.configure(['paho'], files, options),
  targets: (it) => it.targets(),
  cloud: (it) => it.cloud('usgov'),
};

for (const [who, speak] of [['the package', () => {}], ['a page', api.speakAsPage]]) {
  test(`a worker says what the package says, for ${who}`, async () => {
    speak();
    const inspector = createInspector({ workers: 1 });
    for (const [way, go] of Object.entries(WAYS)) assert.deepEqual(await go(inspector), await go(api), way);
    inspector.close();
    const { findings } = await api.inspect(files, options);
    assert.equal(findings.some(({ nextStep }) => nextStep?.includes('the field "Passphrase"')), who === 'a page', who);
  });
}
