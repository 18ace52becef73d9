// Connects by a connection of MQTTX, whose fields become the options of MQTT.js as its own client makes them: files by their paths,
// a CA file only where `certType` is "self", version 3.1.1 as protocol 4. Then it registers.
const { readFileSync } = require('node:fs');
const { connect } = require('mqtt');

const [connection] = JSON.parse(readFileSync('mqttx.json', 'utf8'));
const { clientId, username, password, keepalive, clean, connectTimeout, protocol, host, port, path } = connection;
const isOwn = connection.ssl && connection.certType === 'self';
const file = (name) => (isOwn && connection[name] ? { [name]: readFileSync(connection[name]) } : {});
const client = connect(`${protocol}://${host}:${port}${path}`, {
  clientId,
  username,
  ...(password && { password }),
  keepalive,
  clean,
  connectTimeout: connectTimeout * 1000,
  reconnectPeriod: connection.reconnect ? 4000 : 0,
  protocolVersion: { '3.1': 3, '3.1.1': 4, '5.0': 5 }[connection.mqttVersion],
  rejectUnauthorized: connection.rejectUnauthorized,
  ...file('ca'),
  ...file('cert'),
  ...file('key'),
});

client.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
client.on('connect', () => {
  const [{ topic, qos }] = connection.subscriptions;
  client.subscribe(topic, { qos }, () => {
    client.publish('$dps/registrations/PUT/iotdps-register/?$rid=1', JSON.stringify({ registrationId: clientId }));
  });
});
client.on('message', (topic, body) => {
  console.log(topic, String(body));
  client.end(true, {}, () => process.exit(topic.startsWith('$dps/registrations/res/202/') ? 0 : 1));
});
