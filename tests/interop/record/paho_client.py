"""What a program with Paho shows when it registers and something is wrong: its debug log. `--api 1` is as before 2.0."""

import argparse
import logging
import ssl
import time

import paho.mqtt.client as mqtt

parser = argparse.ArgumentParser(description=__doc__)
for name in ("host", "id-scope", "registration-id", "cert", "key", "root"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--api", type=int, choices=(1, 2), default=2)
args = parser.parse_args()

logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(name)s %(levelname)s %(message)s")
client = mqtt.Client(mqtt.CallbackAPIVersion(args.api), client_id=args.registration_id, protocol=mqtt.MQTTv311)
client.enable_logger()
client.username_pw_set(f"{args.id_scope}/registrations/{args.registration_id}/api-version=2019-03-31")
client.tls_set(ca_certs=args.root, certfile=args.cert, keyfile=args.key, tls_version=ssl.PROTOCOL_TLS_CLIENT)


def on_connect(_client, _data, _flags, reason, *_properties):
    print("Connected with result code", reason, flush=True)
    client.subscribe("$dps/registrations/res/#", qos=1)


def on_subscribe(*_):
    client.publish("$dps/registrations/PUT/iotdps-register/?$rid=1", "{}", qos=1)


def on_message(_client, _data, message):
    print(message.topic, message.payload.decode(), flush=True)


client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.on_disconnect = lambda _client, _data, *rest: print(f"disconnected {rest}", flush=True)
client.connect(args.host, args.port)
client.loop_start()
time.sleep(4)
client.disconnect()
client.loop_stop()
