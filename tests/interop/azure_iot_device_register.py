"""Registers a device with Microsoft's Python SDK and prints one JSON object.

The SDK is used as its samples use it; only the host and the root to trust are ours.
"""

import argparse
import json
import time

from azure.iot.device import ProvisioningDeviceClient, X509

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "id-scope", "registration-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--payload")
parser.add_argument("--websocket", action="store_true", help="MQTT over WebSocket")
parser.add_argument("--count", type=int, default=1, help="register this often, for measuring")
args = parser.parse_args()

with open(args.root, encoding="ascii") as file:
    root = file.read()


def register():
    client = ProvisioningDeviceClient.create_from_x509_certificate(
        provisioning_host=args.host,
        registration_id=args.registration_id,
        id_scope=args.id_scope,
        x509=X509(cert_file=args.cert, key_file=args.key),
        server_verification_cert=root,
        websockets=args.websocket,
    )
    if args.payload:
        client.provisioning_payload = json.loads(args.payload)
    return client.register()


started, cpu = time.monotonic(), time.process_time()
try:
    for _ in range(args.count):
        result = register()
    state = result.registration_state
    answer = {
        "status": result.status,
        "assignedHub": state.assigned_hub,
        "deviceId": state.device_id,
        "substatus": state.sub_status,
    }
except Exception as error:  # the SDK raises many kinds; the text is what a user sees
    causes, cause = [], error
    while cause is not None:
        causes.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    answer = {"error": causes}
answer["seconds"] = time.monotonic() - started
answer["cpuSeconds"] = time.process_time() - cpu
print(json.dumps(answer))
