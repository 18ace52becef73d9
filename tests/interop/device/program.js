// The same as program.py, with Microsoft's Node SDK, unmodified.
'use strict';

const fs = require('node:fs');
const readline = require('node:readline');
const { parseArgs } = require('node:util');
const { Client, Message } = require('azure-iot-device');
const { Mqtt, MqttWs } = require('azure-iot-device-mqtt');

const names = ['host', 'device-id', 'cert', 'key', 'root'];
const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
const { values } = parseArgs({ options: { ...options, websocket: { type: 'boolean' } } });

const tell = (what) => console.log(JSON.stringify(what));
const line = `HostName=${values.host};DeviceId=${values['device-id']};x509=true`;
const client = Client.fromConnectionString(line, values.websocket ? MqttWs : Mqtt);

let twin;

// What the program asks for once it is connected; the SDK keeps it over what breaks.
async function enter() {
  await client.open();
  if (twin) return;
  client.onDeviceMethod('reboot', (request, response) => {
    tell({ event: 'method', name: request.methodName, payload: request.payload });
    response.send(207, { seen: request.payload }, (error) => error && tell({ event: 'failed', error: String(error) }));
  });
  twin = await client.getTwin();
  twin.on('properties.desired', (patch) => tell({ event: 'desired', patch }));
}

client.on('connect', () => tell({ event: 'connection', connected: true }));
client.on('disconnect', () => tell({ event: 'connection', connected: false }));
client.on('error', (error) => tell({ event: 'error', error: String(error) }));
client.on('message', (message) => {
  const list = message.properties.propertyList.map(({ key, value }) => [key, value]);
  tell({ event: 'message', body: message.data.toString(), properties: Object.fromEntries(list), id: message.messageId });
  client.complete(message, (error) => error && tell({ event: 'failed', error: String(error) }));
});

const commands = {
  connect: enter,
  disconnect: () => client.close().then(() => null),
  twin: () =>
    new Promise((resolve, reject) => {
      twin.get((error) => {
        if (error) return reject(error);
        const plain = ({ desired, reported }) => ({ desired, reported });
        resolve(JSON.parse(JSON.stringify(plain(twin.properties))));
      });
    }),
  report: (patch) => new Promise((resolve, reject) => {
    twin.properties.reported.update(patch, (error) => (error ? reject(error) : resolve(null)));
  }),
  send: async (body, properties) => {
    const message = new Message(JSON.stringify(body));
    message.contentType = 'application/json';
    message.contentEncoding = 'utf-8';
    for (const [key, value] of Object.entries(properties)) message.properties.add(key, value);
    await client.sendEvent(message);
    return null;
  },
};

async function main() {
  await client.setOptions({
    cert: fs.readFileSync(values.cert, 'utf8'),
    key: fs.readFileSync(values.key, 'utf8'),
    ca: fs.readFileSync(values.root, 'utf8'),
  });
  for await (const text of readline.createInterface({ input: process.stdin })) {
    const [command, ...args] = JSON.parse(text);
    try {
      tell({ event: 'done', command, result: (await commands[command](...args)) ?? null });
    } catch (error) {
      tell({ event: 'failed', command, error: String(error) });
    }
  }
  process.exit(0);
}

main();
