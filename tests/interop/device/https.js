// A device that speaks HTTPS, with Microsoft's Node SDK, unmodified: prints one JSON object.
'use strict';

const fs = require('node:fs');
const { parseArgs } = require('node:util');
const { Client, Message } = require('azure-iot-device');
const { Http } = require('azure-iot-device-http');

const names = ['host', 'device-id', 'cert', 'key'];
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });

const call = (act) => new Promise((resolve, reject) => act((error, result) => (error ? reject(error) : resolve(result))));

async function main() {
  const client = Client.fromConnectionString(`HostName=${values.host};DeviceId=${values['device-id']};x509=true`, Http);
  const [cert, key] = [values.cert, values.key].map((file) => fs.readFileSync(file, 'utf8'));
  await call((done) => client.setOptions({ cert, key, http: { receivePolicy: { interval: 1 } } }, done));
  await call((done) => client.open(done));
  const message = new Message('alone');
  message.messageId = 'm-1';
  message.properties.add('line', '7');
  await call((done) => client.sendEvent(message, done));
  const batch = ['one', 'two'].map((text) => new Message(text));
  batch[1].properties.add('number', '2');
  await call((done) => client.sendEventBatch(batch, done));

  // The first is completed, the second rejected, the third put back once.
  const seen = [];
  await new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('message', (received) => {
      const properties = received.properties.propertyList.map(({ key, value }) => [key, value]);
      const body = received.getData().toString();
      const isAgain = seen.some((one) => one.body === body);
      seen.push({ body, id: received.messageId, properties: Object.fromEntries(properties) });
      const settle = { one: 'complete', two: 'reject', three: isAgain ? 'complete' : 'abandon' }[body];
      client[settle](received, (error) => {
        if (error) reject(error);
        else if (isAgain) resolve();
      });
    });
  });
  console.log(JSON.stringify(seen));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
