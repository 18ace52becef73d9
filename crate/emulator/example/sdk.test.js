// The same with Microsoft's Node SDK and Node's own test runner: `node --test sdk.test.js`.
'use strict';

const assert = require('node:assert');
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { test } = require('node:test');
const { Client, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Mqtt: ProvisioningMqtt } = require('azure-iot-provisioning-device-mqtt');
const { X509Security } = require('azure-iot-security-x509');

const PROGRAM = process.env.DPS_X509 ?? 'dps-x509';

// DPS and a hub at 127.x.y.z:8883, the port of the SDK. Each process of the tests has an address of its own.
async function cloud(t) {
  const host = `127.${(process.pid >> 16) & 255}.${(process.pid >> 8) & 255}.${process.pid & 255 || 1}`;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dps-'));
  execFileSync(PROGRAM, ['generate', 'chain', '--registration-id', 'device-1', '--out', folder]);
  const enrollments = `id-scope = "0ne00000000"\nhubs = ["${host}"]\nassigning-polls = 0\n
[throttling]\npolls-per-10-seconds = 0\n[[group]]\nname = "factory"\ncertificate = "root.pem"\n`;
  fs.writeFileSync(path.join(folder, 'enrollments.toml'), enrollments);
  const emulate = ['emulate', 'enrollments.toml', '--folder', 'state', '--listen', `${host}:8883`, '--control', `${host}:0`];
  const stdio = ['ignore', 'pipe', 'inherit'];
  const emulator = spawn(PROGRAM, [...emulate, '--json', '--quiet'], { cwd: folder, stdio });
  t.after(() => {
    emulator.kill();
    fs.rmSync(folder, { recursive: true });
  });
  const { value } = await readline.createInterface({ input: emulator.stdout })[Symbol.asyncIterator]().next();
  const { control } = JSON.parse(value);
  assert(control, value);
  const service = (...words) =>
    JSON.parse(execFileSync(PROGRAM, ['emulator', '--control', control, '--json', ...words], { encoding: 'utf8' }));
  return { host, folder, service };
}

// Your device's program goes here. It is a process of its own: Node reads NODE_EXTRA_CA_CERTS when it starts, and the
// SDK for DPS has no other way to be told of a root.
async function device(host, folder) {
  const [cert, key] = ['device-full-chain.pem', 'device-key.pem'].map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
  const security = new X509Security('device-1', { cert, key });
  const dps = ProvisioningDeviceClient.create(host, '0ne00000000', new ProvisioningMqtt(), security);
  const { assignedHub, deviceId } = await dps.register();
  const client = Client.fromConnectionString(`HostName=${assignedHub};DeviceId=${deviceId};x509=true`, Mqtt);
  await client.setOptions({ cert, key });
  await client.open();
  const twin = await client.getTwin();
  await new Promise((resolve, reject) => {
    twin.properties.reported.update({ firmware: '1.2' }, (error) => (error ? reject(error) : resolve()));
  });
  await client.sendEvent(new Message('hello'));
  await client.close();
}

if (process.env.DEVICE_OF) {
  device(...process.env.DEVICE_OF.split(' ')).then(() => process.exit(0));
} else {
  test('what it reports is in its twin', async (t) => {
    const { host, folder, service } = await cloud(t);
    const env = { ...process.env, DEVICE_OF: `${host} ${folder}`, NODE_EXTRA_CA_CERTS: path.join(folder, 'state/root.pem') };
    const program = spawn(process.execPath, [__filename], { env, stdio: 'inherit' });
    assert.deepEqual(await once(program, 'exit'), [0, null]);
    assert.equal(service('twin', 'device-1').properties.reported.firmware, '1.2');
    assert.equal(service('messages', '--device', 'device-1', '--wait', '10').messages[0].body, 'hello');
  });
}
