"""The same as program.py without an SDK: aiomqtt, unmodified, with a kept session. It comes back in a loop of its own."""

import argparse
import asyncio
import itertools
import json
import ssl
import sys

import aiomqtt

import topics

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "device-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
args = parser.parse_args()


def tell(**what):
    print(json.dumps(what), flush=True)


class Device:
    def __init__(self):
        self.client = None
        self.running = None
        self.is_wanted = True
        self.ready = asyncio.Event()
        self.answers = {}
        self.requests = itertools.count(1)
        self.context = ssl.create_default_context(cafile=args.root)
        self.context.load_cert_chain(args.cert, args.key)

    async def run(self):
        while self.is_wanted:
            try:
                await self.session()
            except aiomqtt.MqttError:
                pass  # also where its own way out of a cancelled task fails: the cancellation is lost then
            self.ready.clear()
            await asyncio.sleep(1)

    async def session(self):
        async with aiomqtt.Client(
            args.host,
            8883,
            identifier=args.device_id,
            username=topics.user_name(args.host, args.device_id),
            tls_context=self.context,
            protocol=aiomqtt.ProtocolVersion.V311,
            clean_session=False,
            keepalive=10,
        ) as self.client:
            for filter in topics.filters(args.device_id):
                await self.client.subscribe(filter, qos=1)
            self.ready.set()
            async for message in self.client.messages:
                await self.on_message(message)

    async def on_message(self, message):
        kind, named, properties = topics.read(str(message.topic))
        if kind == "answer":
            if (answer := self.answers.pop(properties["$rid"], None)) is not None:
                answer.set_result((named, message.payload))
        elif kind == "desired":
            tell(event="desired", patch=json.loads(message.payload))
        elif kind == "method":
            payload = json.loads(message.payload)
            tell(event="method", name=named, payload=payload)
            answer = json.dumps({"seen": payload})
            await self.client.publish(f"$iothub/methods/res/207/?$rid={properties['$rid']}", answer)
        else:
            body = message.payload.decode()
            tell(event="message", body=body, properties=topics.custom(properties), id=properties.get("$.mid"))

    async def connect(self):
        self.is_wanted = True
        self.running = asyncio.create_task(self.run())
        await asyncio.wait_for(self.ready.wait(), 30)

    async def disconnect(self):
        self.is_wanted = False
        while not self.running.done():
            # A cancellation is lost where it meets the end of what is waited for (asyncio.wait_for before Python 3.12).
            self.running.cancel()
            await asyncio.wait([self.running], timeout=5)
        self.ready.clear()

    async def ask(self, topic, body=None):
        """A request about the twin; it is sent again if it was lost with a connection."""
        for _ in range(6):
            await asyncio.wait_for(self.ready.wait(), 30)
            request = str(next(self.requests))
            answer = self.answers[request] = asyncio.get_running_loop().create_future()
            try:
                await self.client.publish(f"{topic}?$rid={request}", body)
                status, payload = await asyncio.wait_for(answer, 5)
            except (aiomqtt.MqttError, asyncio.TimeoutError):
                await asyncio.sleep(0.1)
                continue
            assert status in (200, 204), (status, payload)
            return json.loads(payload) if payload else None
        raise TimeoutError(topic)

    async def twin(self):
        return await self.ask("$iothub/twin/GET/")

    async def report(self, patch):
        return await self.ask("$iothub/twin/PATCH/properties/reported/", json.dumps(patch))

    async def send(self, body, properties):
        system = {"$.ct": "application/json", "$.ce": "utf-8"}
        topic = f"devices/{args.device_id}/messages/events/{topics.bag({**properties, **system})}"
        await self.client.publish(topic, json.dumps(body), qos=1)


async def main():
    device = Device()
    commands = ("connect", "disconnect", "twin", "report", "send")
    lines = asyncio.get_running_loop()
    while line := await lines.run_in_executor(None, sys.stdin.readline):
        command, *arguments = json.loads(line)
        assert command in commands
        try:
            tell(event="done", command=command, result=await getattr(device, command)(*arguments))
        except Exception as error:  # every failure is the test's to judge
            tell(event="failed", command=command, error=repr(error))
    await device.disconnect()


asyncio.run(main())
