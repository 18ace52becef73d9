"""The same as program.py, with the asynchronous client of the SDK."""

import argparse
import asyncio
import json
import sys
import threading

from azure.iot.device import Message, MethodResponse, X509
from azure.iot.device.aio import IoTHubDeviceClient

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "device-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--websocket", action="store_true")
args = parser.parse_args()


# The SDK calls handlers on a thread of its own.
lock = threading.Lock()


def tell(**what):
    with lock:
        print(json.dumps(what), flush=True)


async def main():
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

    async def on_method(request):
        tell(event="method", name=request.name, payload=request.payload)
        response = MethodResponse.create_from_method_request(request, 207, {"seen": request.payload})
        await client.send_method_response(response)

    async def on_message(message):
        tell(event="message", body=message.data.decode(), properties=message.custom_properties, id=message.message_id)

    async def on_desired(patch):
        tell(event="desired", patch=patch)

    async def on_connection():
        tell(event="connection", connected=client.connected)

    client.on_method_request_received = on_method
    client.on_message_received = on_message
    client.on_twin_desired_properties_patch_received = on_desired
    client.on_connection_state_change = on_connection

    async def when_connected(act, *arguments):
        """After a break the SDK comes back by itself, and refuses what is asked of it before."""
        for _ in range(300):
            if client.connected:
                break
            await asyncio.sleep(0.1)
        return await act(*arguments)

    async def send(body, properties):
        message = Message(json.dumps(body), content_encoding="utf-8", content_type="application/json")
        message.custom_properties.update(properties)
        await client.send_message(message)

    commands = {
        "connect": client.connect,
        "disconnect": client.disconnect,
        "twin": lambda: when_connected(client.get_twin),
        "report": lambda patch: when_connected(client.patch_twin_reported_properties, patch),
        "send": lambda body, properties: when_connected(send, body, properties),
    }
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, *arguments = json.loads(line)
        try:
            tell(event="done", command=command, result=await commands[command](*arguments))
        except Exception as error:  # every failure is the test's to judge
            tell(event="failed", command=command, error=repr(error))
    await client.shutdown()


asyncio.run(main())
