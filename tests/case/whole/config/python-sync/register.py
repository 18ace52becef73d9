"""Registers a device at Azure DPS with its X.509 certificate, then sends one message to its hub.

Needs azure-iot-device 2: pip install -r requirements.txt
"""

import logging
import sys

from azure.iot.device import IoTHubDeviceClient, ProvisioningDeviceClient, X509
from azure.iot.device.exceptions import ClientError, ServiceError

HOST = "localhost"  # a bare name: the SDK adds the port
ID_SCOPE = "0ne'\"$(id)%PATH%!\\`"
REGISTRATION_ID = "Device:1.a_b-"  # the CN of the certificate
WEB_SOCKETS = False

# The leaf, then its intermediates; and its private key.
IDENTITY = X509(cert_file="/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/device-full-chain.pem", key_file="/tmp/it's \"a\" $HOME/100% `so`! \\n/Schlüssel ‘1’ ${x} #.pem")

# What the servers are trusted by: of the system's own roots nothing is known.
with open("/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/server-roots.pem", encoding="ascii") as file:
    ROOTS = file.read()

# What DPS answers to a refusal, with its code, the SDK says in its log alone.
ANSWERS = logging.getLogger("azure.iot.device.provisioning.pipeline.pipeline_stages_provisioning")
ANSWERS.setLevel(logging.DEBUG)
ANSWERS.addFilter(lambda record: "Response body" in record.getMessage())
ANSWERS.addHandler(logging.StreamHandler())

provisioning = ProvisioningDeviceClient.create_from_x509_certificate(
    provisioning_host=HOST,
    registration_id=REGISTRATION_ID,
    id_scope=ID_SCOPE,
    x509=IDENTITY,
    server_verification_cert=ROOTS,
    websockets=WEB_SOCKETS,
)
try:
    result = provisioning.register()
except (ClientError, ServiceError) as error:
    sys.exit(f"not registered: {error.__cause__ or error}")
if result.status != "assigned":
    sys.exit(f"not registered: {result.status}")
state = result.registration_state
print(f"assigned to {state.assigned_hub} as {state.device_id}")

device = IoTHubDeviceClient.create_from_x509_certificate(
    hostname=state.assigned_hub,
    device_id=state.device_id,
    x509=IDENTITY,
    server_verification_cert=ROOTS,
    websockets=WEB_SOCKETS,
)
device.connect()
device.send_message('{"hello": "hub"}')
device.shutdown()
print("telemetry sent")
