// What Microsoft's sample register_x509.js shows when something is wrong.
'use strict';

const { readFileSync } = require('node:fs');
const { parseArgs } = require('node:util');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Mqtt } = require('azure-iot-provisioning-device-mqtt');
const { X509Security } = require('azure-iot-security-x509');

const names = ['host', 'id-scope', 'registration-id', 'cert', 'key', 'root'];
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
const transport = new Mqtt();
const device = { cert: readFileSync(values.cert, 'utf8'), key: readFileSync(values.key, 'utf8') };
const security = new X509Security(values['registration-id'], device);
const client = ProvisioningDeviceClient.create(values.host, values['id-scope'], transport, security);
client.register((error, result) => {
  if (error) console.log('error registering device: ', error);
  else console.log('registration succeeded', result);
  process.exit(error ? 1 : 0);
});
