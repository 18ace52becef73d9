// Registers a device at Azure DPS with its X.509 certificate, then sends one message to its hub.
// Needs the packages of package.json: npm install
'use strict';

const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { Client, Message } = require('azure-iot-device');
const { Mqtt: HubTransport } = require('azure-iot-device-mqtt');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Mqtt: ProvisioningTransport } = require('azure-iot-provisioning-device-mqtt');
const { X509Security } = require('azure-iot-security-x509');

const HOST = "localhost"; // a bare name: the SDK adds the port
const ID_SCOPE = "0ne'\"$(id)%PATH%!\\`";
const REGISTRATION_ID = "Device:1.a_b-"; // the CN of the certificate
const CHAIN = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/device-full-chain.pem"; // the leaf, then its intermediates
const KEY = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Schlüssel ‘1’ ${x} #.pem";
const ROOTS = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/server-roots.pem"; // what the servers are trusted by

async function main() {
  const identity = { cert: readFileSync(CHAIN, 'utf8'), key: readFileSync(KEY, 'utf8') };
  const security = new X509Security(REGISTRATION_ID, identity);
  const provisioning = ProvisioningDeviceClient.create(HOST, ID_SCOPE, new ProvisioningTransport(), security);
  const result = await provisioning.register();
  if (!result) throw new Error('DPS gave no result');
  const { assignedHub, deviceId } = result;
  console.log(`assigned to ${assignedHub} as ${deviceId}`);

  const device = Client.fromConnectionString(`HostName=${assignedHub};DeviceId=${deviceId};x509=true`, HubTransport);
  await device.setOptions({ ...identity, ca: readFileSync(ROOTS, 'utf8') });
  await device.open();
  await device.sendEvent(new Message(JSON.stringify({ hello: 'hub' })));
  await device.close();
  console.log('telemetry sent');
}

// Node.js reads the variable at its start and never again.
if (process.env.NODE_EXTRA_CA_CERTS !== ROOTS) {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: ROOTS };
  const arguments_ = [...process.execArgv, __filename];
  process.exitCode = spawnSync(process.execPath, arguments_, { env, stdio: 'inherit' }).status ?? 1;
} else {
  main().catch((error) => {
    console.error(`failed: ${error.message}`, error.result ?? ''); // the result has the code of DPS
    process.exitCode = 1;
  });
}
