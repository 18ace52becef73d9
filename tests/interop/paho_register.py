"""Registers a device with today's Paho, speaking the DPS dialogue by hand, and prints one JSON object."""

import argparse
import json
import ssl
import threading
from urllib.parse import parse_qs, quote

import paho.mqtt.client as mqtt

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "id-scope", "registration-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--qos", type=int, default=1)
args = parser.parse_args()

seen = []
final = {}
done = threading.Event()
client = mqtt.Client(
    mqtt.CallbackAPIVersion.VERSION2, client_id=args.registration_id, protocol=mqtt.MQTTv311, clean_session=True
)
client.username_pw_set(f"{args.id_scope}/registrations/{args.registration_id}/api-version=2019-03-31")
client.tls_set(ca_certs=args.root, certfile=args.cert, keyfile=args.key, tls_version=ssl.PROTOCOL_TLS_CLIENT)


def ask(topic, body=None):
    client.publish(topic, body, qos=args.qos)


def on_connect(_client, _data, _flags, reason, _properties):
    seen.append(f"CONNACK {reason}")
    client.subscribe("$dps/registrations/res/#", qos=1)


def on_subscribe(_client, _data, _mid, reasons, _properties):
    seen.append(f"SUBACK {reasons[0]}")
    body = json.dumps({"registrationId": args.registration_id})
    ask("$dps/registrations/PUT/iotdps-register/?$rid=first%20one", body)


def on_message(_client, _data, message):
    status, query = message.topic.removeprefix("$dps/registrations/res/").split("/?", 1)
    query = {key: values[0] for key, values in parse_qs(query).items()}
    body = json.loads(message.payload)
    seen.append(f"{status} {query.get('$rid')}")
    if status == "202":
        operation = quote(body["operationId"], safe="")
        topic = f"$dps/registrations/GET/iotdps-get-operationstatus/?operationId={operation}&$rid=2"
        threading.Timer(int(query["retry-after"]), ask, [topic]).start()
    else:
        final.update(status=int(status), body=body)
        done.set()


client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.connect(args.host, args.port, keepalive=60)
client.loop_start()
answered = done.wait(30)
client.disconnect()
client.loop_stop()
print(json.dumps({"answered": answered, "seen": seen, **final}))
