// Registers a device with Microsoft's Node SDK and prints one JSON object.
'use strict';

const { readFileSync } = require('node:fs');
const { parseArgs } = require('node:util');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Mqtt, MqttWs } = require('azure-iot-provisioning-device-mqtt');
const { X509Security } = require('azure-iot-security-x509');

const names = ['host', 'id-scope', 'registration-id', 'cert', 'key', 'root'];
const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
// --count: how often, one after the other, for measuring.
const more = { websocket: { type: 'boolean' }, count: { type: 'string', default: '1' } };
const { values } = parseArgs({ options: { ...options, ...more } });
const device = { cert: readFileSync(values.cert, 'utf8'), key: readFileSync(values.key, 'utf8') };
const end = (answer) => {
  console.log(JSON.stringify(answer));
  process.exit();
};
process.on('uncaughtException', (error) => end({ error: [`uncaught ${error.name}: ${error.message}`] }));
const register = (left) => {
  const transport = values.websocket ? new MqttWs() : new Mqtt();
  const security = new X509Security(values['registration-id'], device);
  const client = ProvisioningDeviceClient.create(values.host, values['id-scope'], transport, security);
  client.register((error, result) => {
    if (error) end({ error: [`${error.name}: ${error.message}`] });
    else if (left > 1) register(left - 1);
    else end({ status: 'assigned', assignedHub: result.assignedHub });
  });
};
register(Number(values.count));
