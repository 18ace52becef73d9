"""The same as program.py, with the beta of the SDK's third version, which knows sessions instead of clients."""

import argparse
import asyncio
import contextlib
import json
import ssl
import sys
import threading

from azure.iot.device import DirectMethodResponse, IoTHubSession, Message
from paho.mqtt.client import WebsocketWrapper

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "device-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--websocket", action="store_true")
args = parser.parse_args()


def tell(**what):
    print(json.dumps(what), flush=True)


def one_at_a_time(lock, act):
    def acts(*arguments):
        with lock:
            return act(*arguments)

    return acts


# The beta runs Paho 1.6's loop on one thread and sends on others. Over WebSocket that is no way to use it: whoever sends
# while another's frame is on its way sends that frame again in the place of its own, and a frame that is answered while it is
# read goes out amid another. It is the client's fault and not the emulator's to bear, so here they take turns. No call waits
# for the network: the socket does not block.
turns = threading.RLock()
for name in ("send", "recv", "close"):
    setattr(WebsocketWrapper, name, one_at_a_time(turns, getattr(WebsocketWrapper, name)))


class Device:
    def __init__(self):
        self.context = ssl.create_default_context(cafile=args.root)
        self.context.load_cert_chain(args.cert, args.key)
        self.stack = None
        self.guard = None
        self.ready = asyncio.Event()

    async def connect(self):
        await self.enter()
        self.guard = asyncio.create_task(self.stay())

    async def enter(self):
        self.stack = contextlib.AsyncExitStack()
        session = IoTHubSession(
            hostname=args.host,
            device_id=args.device_id,
            ssl_context=self.context,
            websockets=args.websocket,
            keep_alive=10,
        )
        self.session = await self.stack.enter_async_context(session)
        methods = await self.stack.enter_async_context(session.direct_method_requests())
        desired = await self.stack.enter_async_context(session.desired_property_updates())
        messages = await self.stack.enter_async_context(session.messages())
        self.tasks = [
            asyncio.create_task(each) for each in (self.call(methods), self.change(desired), self.receive(messages))
        ]
        self.ready.set()

    async def leave(self):
        self.ready.clear()
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)
        stack, self.stack = self.stack, None
        await stack.aclose()

    async def stay(self):
        """A session ends with its connection: it is the program that begins another one."""
        while True:
            await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
            with contextlib.suppress(Exception):
                await self.leave()
            while not self.ready.is_set():
                try:
                    await self.enter()
                except Exception:  # nobody is there yet
                    await asyncio.sleep(0.5)

    async def call(self, methods):
        async for request in methods:
            tell(event="method", name=request.name, payload=request.payload)
            answer = DirectMethodResponse.create_from_method_request(request, 207, {"seen": request.payload})
            await self.session.send_direct_method_response(answer)

    async def change(self, desired):
        async for patch in desired:
            tell(event="desired", patch=patch)

    async def receive(self, messages):
        async for message in messages:
            properties = message.custom_properties
            tell(event="message", body=message.payload, properties=properties, id=message.message_id)

    async def disconnect(self):
        self.guard.cancel()
        await asyncio.wait([self.guard])
        await self.leave()

    async def twin(self):
        await self.ready.wait()
        return await self.session.get_twin()

    async def report(self, patch):
        await self.ready.wait()
        await self.session.update_reported_properties(patch)

    async def send(self, body, properties):
        message = Message(body, content_type="application/json")
        message.custom_properties.update(properties)
        await self.session.send_message(message)


async def main():
    device = Device()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command, *arguments = json.loads(line)
        assert command in ("connect", "disconnect", "twin", "report", "send")
        try:
            tell(event="done", command=command, result=await getattr(device, command)(*arguments))
        except Exception as error:  # every failure is the test's to judge
            tell(event="failed", command=command, error=repr(error))
    if device.stack is not None:
        await device.disconnect()


asyncio.run(main())
