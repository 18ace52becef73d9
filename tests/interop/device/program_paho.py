"""The same as program.py without an SDK: Eclipse Paho, unmodified, with a kept session."""

import argparse
import itertools
import json
import queue
import ssl
import sys
import threading

import paho.mqtt.client as mqtt

import topics

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "device-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
args = parser.parse_args()

lock = threading.Lock()
ready = threading.Event()
answers = queue.Queue()
requests = itertools.count(1)


def tell(**what):
    with lock:
        print(json.dumps(what), flush=True)


def on_connect(client, _data, flags, reason, _properties):
    if reason.is_failure:
        tell(event="refused", reason=str(reason))
    elif flags.session_present:
        ready.set()
    else:
        client.subscribe([(filter, 1) for filter in topics.filters(args.device_id)])


def on_subscribe(_client, _data, _id, reasons, _properties):
    assert not any(reason.is_failure for reason in reasons), reasons
    ready.set()


def on_message(client, _data, message):
    kind, named, properties = topics.read(message.topic)
    if kind == "answer":
        answers.put((properties["$rid"], named, message.payload))
    elif kind == "desired":
        tell(event="desired", patch=json.loads(message.payload))
    elif kind == "method":
        payload = json.loads(message.payload)
        tell(event="method", name=named, payload=payload)
        answer = json.dumps({"seen": payload})
        client.publish(f"$iothub/methods/res/207/?$rid={properties['$rid']}", answer)
    else:
        body = message.payload.decode()
        tell(event="message", body=body, properties=topics.custom(properties), id=properties.get("$.mid"))


client = mqtt.Client(
    mqtt.CallbackAPIVersion.VERSION2, client_id=args.device_id, protocol=mqtt.MQTTv311, clean_session=False
)
client.username_pw_set(topics.user_name(args.host, args.device_id))
context = ssl.create_default_context(cafile=args.root)
context.load_cert_chain(args.cert, args.key)
client.tls_set_context(context)
client.reconnect_delay_set(1, 1)
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.on_disconnect = lambda *_: ready.clear()


def connect():
    client.connect(args.host, 8883, keepalive=10)
    client.loop_start()
    assert ready.wait(30)


def disconnect():
    client.disconnect()
    client.loop_stop()


def ask(topic, body=None):
    """A request about the twin; it is sent again if it was lost with a connection."""
    for _ in range(6):
        assert ready.wait(30)
        request = str(next(requests))
        client.publish(f"{topic}?$rid={request}", body)
        try:
            while True:
                answered, status, answer = answers.get(timeout=5)
                if answered == request:
                    assert status in (200, 204), (status, answer)
                    return json.loads(answer) if answer else None
        except queue.Empty:
            pass
    raise TimeoutError(topic)


def send(body, properties):
    system = {"$.ct": "application/json", "$.ce": "utf-8"}
    topic = f"devices/{args.device_id}/messages/events/{topics.bag({**properties, **system})}"
    client.publish(topic, json.dumps(body), qos=1).wait_for_publish(30)


commands = {
    "connect": connect,
    "disconnect": disconnect,
    "twin": lambda: ask("$iothub/twin/GET/"),
    "report": lambda patch: ask("$iothub/twin/PATCH/properties/reported/", json.dumps(patch)),
    "send": send,
}
for line in sys.stdin:
    command, *arguments = json.loads(line)
    try:
        tell(event="done", command=command, result=commands[command](*arguments))
    except Exception as error:  # every failure is the test's to judge
        tell(event="failed", command=command, error=repr(error))
disconnect()
