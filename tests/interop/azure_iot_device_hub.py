"""A device's whole run with Microsoft's Python SDK: DPS, then the hub that it names. Prints one JSON object."""

import argparse
import json
import threading

from azure.iot.device import IoTHubDeviceClient, Message, ProvisioningDeviceClient, X509

PATIENCE = 20

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "id-scope", "registration-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--websocket", action="store_true")
args = parser.parse_args()

with open(args.root, encoding="ascii") as file:
    root = file.read()
x509 = X509(cert_file=args.cert, key_file=args.key)
registration = ProvisioningDeviceClient.create_from_x509_certificate(
    provisioning_host=args.host,
    registration_id=args.registration_id,
    id_scope=args.id_scope,
    x509=x509,
    server_verification_cert=root,
    websockets=args.websocket,
).register()


def device():
    state = registration.registration_state
    return IoTHubDeviceClient.create_from_x509_certificate(
        x509=x509,
        hostname=state.assigned_hub,
        device_id=state.device_id,
        server_verification_cert=root,
        websockets=args.websocket,
        # A device that came back would drop the second one in turn.
        connection_retry=False,
    )


first, second = device(), device()
dropped = threading.Event()
first.on_connection_state_change = lambda: dropped.set() if not first.connected else None
first.connect()
twin = first.get_twin()
message = Message(json.dumps({"temperature": 21.5}), content_encoding="utf-8", content_type="application/json")
message.custom_properties["line"] = "7"
first.send_message(message)
second.connect()
was_dropped = dropped.wait(PATIENCE)
answer = {"hub": registration.registration_state.assigned_hub, "twin": twin, "firstIsDropped": was_dropped}
answer["secondIsConnected"] = second.connected
print(json.dumps(answer))
second.shutdown()
first.shutdown()
