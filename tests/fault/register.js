// Registers a device with Microsoft's Node SDK and prints one JSON object.
'use strict';

const { readFileSync } = require('node:fs');
const { parseArgs } = require('node:util');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Mqtt, MqttWs } = require('azure-iot-provisioning-device-mqtt');
const { X509Security } = require('azure-iot-security-x509');

const names = ['host', 'id-scope', 'registration-id', 'cert', 'key', 'root'];
const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
const { values } = parseArgs({ options: { ...options, websocket: { type: 'boolean' } } });
const transport = values.websocket ? new MqttWs() : new Mqtt();
const device = { cert: readFileSync(values.cert, 'utf8'), key: readFileSync(values.key, 'utf8') };
const security = new X509Security(values['registration-id'], device);
const client = ProvisioningDeviceClient.create(values.host, values['id-scope'], transport, security);
const end = (answer) => {
  console.log(JSON.stringify(answer));
  process.exit();
};
process.on('uncaughtException', (error) => end({ error: [`uncaught ${error.name}: ${error.message}`] }));
client.register((error, result) => {
  if (error) end({ error: [`${error.name}: ${error.message}`] });
  else end({ status: 'assigned', assignedHub: result.assignedHub });
});
