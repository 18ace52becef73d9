// Registers a device and prints its hub: with dps-x509.
const { readFileSync } = require('node:fs');
const { provision } = require('dps-x509/node');

async function register([endpoint, idScope, registrationId, certFile, keyFile, trustFile]) {
  const cert = readFileSync(certFile);
  const key = readFileSync(keyFile);
  const trust = readFileSync(trustFile);
  const settings = { endpoint, idScope, registrationId, payload: { model: 'a' } };
  const { assignedHub, deviceId } = await provision(settings, { cert, key, trust });
  console.log(`${deviceId} is at ${assignedHub}`);
}

register(process.argv.slice(2)).catch((error) => {
  console.log(`failed: ${error.message}`);
  process.exitCode = 1;
});
