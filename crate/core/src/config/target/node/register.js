// Registers a device at Azure DPS with its X.509 certificate, then sends one message to its hub.
// Needs the packages of package.json: npm install
'use strict';

const { spawnSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { Client, Message } = require('azure-iot-device');
const { @protocol@: HubTransport } = require('azure-iot-device-mqtt');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { @protocol@: ProvisioningTransport } = require('azure-iot-provisioning-device-mqtt');
const { X509Security } = require('azure-iot-security-x509');

const HOST = @host@; // a bare name: the SDK adds the port
const ID_SCOPE = @id_scope@;
const REGISTRATION_ID = @registration_id@; // the CN of the certificate
const CHAIN = @chain_path@; // the leaf, then its intermediates
const KEY = @key_path@;
const ROOTS = @roots_path@; // what the servers are trusted by

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
