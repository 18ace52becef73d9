// Registers a device and prints its hub: with Microsoft's SDK.
const { readFileSync } = require('node:fs');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Mqtt } = require('azure-iot-provisioning-device-mqtt');
const { X509Security } = require('azure-iot-security-x509');

async function register([host, idScope, registrationId, certFile, keyFile]) {
  const cert = readFileSync(certFile, 'utf8');
  const key = readFileSync(keyFile, 'utf8');
  const security = new X509Security(registrationId, { cert, key });
  const client = ProvisioningDeviceClient.create(host, idScope, new Mqtt(), security);
  client.setProvisioningPayload({ model: 'a' });
  const { assignedHub, deviceId } = await client.register();
  console.log(`${deviceId} is at ${assignedHub}`);
}

register(process.argv.slice(2)).catch((error) => {
  console.log(`failed: ${error.message}`);
  process.exitCode = 1;
});
