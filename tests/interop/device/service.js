// The service's side with Microsoft's Node SDKs, unmodified, for a hub and for DPS: prints one JSON object.
'use strict';

const fs = require('node:fs');
const { Client, Registry } = require('azure-iothub');
const { ProvisioningServiceClient } = require('azure-iot-provisioning-service');

const [hub, provisioning, deviceId, certificate] = process.argv.slice(2);

async function main() {
  const registry = Registry.fromConnectionString(hub);
  const { responseBody: twin } = await registry.getTwin(deviceId);
  const patch = { tags: { line: 4 }, properties: { desired: { mode: 'eco' } } };
  const { responseBody: changed } = await registry.updateTwin(deviceId, patch, twin.etag);
  const client = Client.fromConnectionString(hub);
  const call = { methodName: 'reboot', payload: { delay: 3 }, responseTimeoutInSeconds: 30 };
  const { result } = await client.invokeDeviceMethod(deviceId, call);
  const { result: listed } = await registry.createQuery('SELECT * FROM devices', 10).nextAsTwin();

  const text = "SELECT deviceId, tags.line AS line FROM devices WHERE tags.line IN [3, 4] AND NOT is_defined(tags.nothing)";
  const { result: rows } = await registry.createQuery(text, 1).next();
  const grouped = "SELECT connectionState AS state, COUNT() AS n FROM devices GROUP BY connectionState";
  const { result: states } = await registry.createQuery(grouped).next();

  const dps = ProvisioningServiceClient.fromConnectionString(provisioning);
  const group = {
    enrollmentGroupId: 'made-by-service',
    attestation: {
      type: 'x509',
      x509: { signingCertificates: { primary: { certificate: fs.readFileSync(certificate, 'utf8') } } },
    },
    provisioningStatus: 'enabled',
    initialTwin: { tags: { by: 'service' }, properties: { desired: { a: 1 } } },
  };
  const { responseBody: made } = await dps.createOrUpdateEnrollmentGroup(group);
  const { responseBody: read } = await dps.getEnrollmentGroup(group.enrollmentGroupId);
  const query = dps.createEnrollmentGroupQuery({ query: '*' }, 10);
  const { result: groups } = await new Promise((resolve, reject) => {
    query.next((error, result) => (error ? reject(error) : resolve({ result })));
  });
  const { responseBody: again } = await dps.createOrUpdateEnrollmentGroup({ ...made, provisioningStatus: 'disabled' });
  await dps.deleteEnrollmentGroup(again);
  const gone = await dps.getEnrollmentGroup(group.enrollmentGroupId).then(() => null, (error) => error.response.statusCode);
  console.log(
    JSON.stringify({
      connection: twin.connectionState,
      tags: changed.tags,
      desired: changed.properties.desired.mode,
      method: [result.status, result.payload],
      rows,
      states,
      listed: listed.map((twin) => twin.deviceId),
      etags: [made.etag === read.etag, made.etag === again.etag],
      groups: groups.map((group) => group.enrollmentGroupId),
      status: again.provisioningStatus,
      gone,
    }),
  );
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
