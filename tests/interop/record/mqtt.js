// What a program with mqtt.js, the client inside of MQTTX and Node-RED, shows when something is wrong.
'use strict';

const { readFileSync } = require('node:fs');
const { parseArgs } = require('node:util');
const mqtt = require('mqtt');

const names = ['host', 'port', 'id-scope', 'registration-id', 'cert', 'key', 'root'];
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
const client = mqtt.connect({
  protocol: 'mqtts', host: values.host, port: Number(values.port), clientId: values['registration-id'], protocolVersion: 4,
  username: `${values['id-scope']}/registrations/${values['registration-id']}/api-version=2019-03-31`,
  ca: readFileSync(values.root), cert: readFileSync(values.cert), key: readFileSync(values.key), reconnectPeriod: 1000,
});
client.on('connect', () => {
  console.log('connect');
  client.subscribe('$dps/registrations/res/#', { qos: 1 }, () =>
    client.publish('$dps/registrations/PUT/iotdps-register/?$rid=1', '{}', { qos: 1 }));
});
client.on('message', (topic, body) => console.log(topic, String(body)));
client.on('error', (error) => console.error(error));
client.on('close', () => console.log('close'));
setTimeout(() => process.exit(1), 3000);
