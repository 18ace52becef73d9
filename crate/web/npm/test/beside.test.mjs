// The same program with Microsoft's SDK and with this package, against the emulator.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { emulate } from './emulator.mjs';
import { npm, root } from './folders.mjs';

const sdk = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'npm-project/azure-iot-device/node_modules');
let stand;

before(async () => {
  assert.ok(existsSync(join(sdk, 'azure-iot-provisioning-device')), `${sdk} has no SDK; \`cargo xtask setup\` installs it`);
  stand = await emulate();
});

after(() => stand?.end());

/** Runs one of the programs as its user would, on the name that the SDK dials at port 8883. */
function run(program, registrationId = stand.ready.example.registrationId, files = [stand.ready.example.fullChain, stand.ready.example.key]) {
  const isSdk = program === 'azure.cjs';
  const { endpoint, idScope, root: trust } = stand.ready;
  const args = [...(isSdk ? ['--require', join(root, 'tests/interop/dial/dial.js')] : []), join(npm, 'test/beside', program)];
  const env = { ...process.env, NODE_PATH: sdk, NODE_EXTRA_CA_CERTS: trust, DIAL: endpoint };
  return promisify(execFile)(process.execPath, [...args, isSdk ? 'localhost' : endpoint, idScope, registrationId, ...files, trust], { env, timeout: 120_000 }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => stdout || stderr,
  );
}

test('both get the same hub', async () => {
  // One after the other: two of one name would throw each other out.
  const [theirs, ours] = [await run('azure.cjs'), await run('ours.cjs')];
  assert.match(ours, / is at /);
  assert.equal(ours, theirs);
});

test('both are refused, and ours says why', async () => {
  const [theirs, ours] = [await run('azure.cjs', 'another'), await run('ours.cjs', 'another')];
  assert.match(theirs, /^failed: /);
  assert.match(ours, /^failed: DPS answered /);
});
