"""A device's whole program with Microsoft's Python SDK, unmodified; told what to do line by line, and telling what happens.

Each line of its input is a JSON array: a command and its arguments. Each line of its output is one JSON object.
"""

import argparse
import json
import sys
import threading
import time

from azure.iot.device import IoTHubDeviceClient, Message, MethodResponse, X509

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "device-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--websocket", action="store_true")
args = parser.parse_args()

lock = threading.Lock()


def tell(**what):
    with lock:
        print(json.dumps(what), flush=True)


with open(args.root, encoding="ascii") as file:
    root = file.read()
client = IoTHubDeviceClient.create_from_x509_certificate(
    x509=X509(cert_file=args.cert, key_file=args.key),
    hostname=args.host,
    device_id=args.device_id,
    server_verification_cert=root,
    websockets=args.websocket,
    connection_retry_interval=1,
    keep_alive=10,
)


def on_method(request):
    tell(event="method", name=request.name, payload=request.payload)
    client.send_method_response(MethodResponse.create_from_method_request(request, 207, {"seen": request.payload}))


def on_message(message):
    tell(event="message", body=message.data.decode(), properties=message.custom_properties, id=message.message_id)


def on_connection():
    tell(event="connection", connected=client.connected)


client.on_method_request_received = on_method
client.on_message_received = on_message
client.on_twin_desired_properties_patch_received = lambda patch: tell(event="desired", patch=patch)
client.on_connection_state_change = on_connection


def when_connected(act, *arguments):
    """After a break the SDK comes back by itself, and refuses what is asked of it before."""
    for _ in range(300):
        if client.connected:
            break
        time.sleep(0.1)
    return act(*arguments)


def send(body, properties):
    message = Message(json.dumps(body), content_encoding="utf-8", content_type="application/json")
    message.custom_properties.update(properties)
    client.send_message(message)


commands = {
    "connect": client.connect,
    "disconnect": client.disconnect,
    "twin": lambda: when_connected(client.get_twin),
    "report": lambda patch: when_connected(client.patch_twin_reported_properties, patch),
    "send": lambda body, properties: when_connected(send, body, properties),
}
for line in sys.stdin:
    command, *arguments = json.loads(line)
    try:
        tell(event="done", command=command, result=commands[command](*arguments))
    except Exception as error:  # every failure is the test's to judge
        tell(event="failed", command=command, error=repr(error))
client.shutdown()
