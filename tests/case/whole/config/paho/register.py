"""Registers a device at Azure DPS over MQTT with its X.509 certificate, then sends one message to its hub.

Needs paho-mqtt 2.1 or later: pip install -r requirements.txt
"""

import json
import ssl
import sys
import threading
from urllib.parse import parse_qsl, quote

import paho.mqtt.client as mqtt

HOST, PORT = "localhost", 8883
HUB_PORT = 8883
ID_SCOPE = "0ne'\"$(id)%PATH%!\\`"
REGISTRATION_ID = "Device:1.a_b-"  # the CN of the certificate
CHAIN = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/device-full-chain.pem"  # the leaf, then its intermediates
KEY = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Schlüssel ‘1’ ${x} #.pem"
ROOTS = "/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/server-roots.pem"  # what the server is trusted by
TRANSPORT = "tcp"
API_VERSION = "2019-03-31"
PATIENCE = 60  # seconds for a whole step


class Connection:
    """One MQTT connection, and the events its user waits for."""

    def __init__(self, host, port, client_id, user_name):
        self.done = threading.Event()
        self.failure = "no answer in time"
        self.client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=mqtt.MQTTv311,
            transport=TRANSPORT,
            clean_session=True,
        )
        if TRANSPORT == "websockets":
            self.client.ws_set_options(path="/$iothub/websocket")
        self.client.username_pw_set(user_name)
        self.client.tls_set(ca_certs=ROOTS, certfile=CHAIN, keyfile=KEY, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        self.client.on_connect = self._on_connect
        self.host, self.port = host, port

    def _on_connect(self, _client, _data, _flags, reason, _properties):
        print(f"<- CONNACK {reason}")
        if reason.is_failure:
            self.fail(f"the connection is refused: {reason}")
        else:
            self.connected()

    def fail(self, why):
        self.failure = why
        self.done.set()

    def run(self):
        """Connects and waits for the end; returns why it failed, or None."""
        self.client.connect(self.host, self.port, keepalive=60)
        self.client.loop_start()
        self.done.wait(PATIENCE)
        self.client.disconnect()
        self.client.loop_stop()
        return self.failure


class Registration(Connection):
    """Subscribes to the responses, registers, and polls until DPS has decided."""

    def __init__(self):
        user_name = f"{ID_SCOPE}/registrations/{REGISTRATION_ID}/api-version={API_VERSION}"
        super().__init__(HOST, PORT, REGISTRATION_ID, user_name)
        self.hub = self.device = None
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = self._on_message

    def connected(self):
        self.client.subscribe("$dps/registrations/res/#", qos=1)

    def _on_subscribe(self, _client, _data, _packet, reasons, _properties):
        if reasons[0].is_failure:
            self.fail(f"the subscription is refused: {reasons[0]}")
            return
        body = json.dumps({"registrationId": REGISTRATION_ID})
        self.client.publish("$dps/registrations/PUT/iotdps-register/?$rid=1", body, qos=1)

    def _on_message(self, _client, _data, message):
        print(f"<- {message.topic} {message.payload.decode(errors='replace')}")
        head, _, query = message.topic.partition("?")
        status = int(head.rstrip("/").rsplit("/", 1)[1])
        hints = {name.lower(): value for name, value in parse_qsl(query)}
        body = json.loads(message.payload or b"{}")
        if status == 202 or body.get("status") in ("assigning", "unassigned"):
            wait = int(hints.get("retry-after", "3"))
            threading.Timer(wait, self._poll, [body["operationId"]]).start()
            return
        state = body.get("registrationState") or body
        if status == 200 and body.get("status") == "assigned":
            self.hub, self.device, self.failure = state["assignedHub"], state["deviceId"], None
        else:
            self.failure = f"{state.get('errorCode', status)} {state.get('errorMessage') or state.get('message')}"
        self.done.set()

    def _poll(self, operation):
        topic = f"$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId={quote(operation, safe='')}"
        self.client.publish(topic, None, qos=1)


class Telemetry(Connection):
    """Sends one message to the hub that DPS has assigned."""

    def __init__(self, hub, device):
        super().__init__(hub, HUB_PORT, device, f"{hub}/{device}/?api-version=2021-04-12")
        self.device = device
        self.client.on_publish = self._on_publish

    def connected(self):
        self.client.publish(f"devices/{self.device}/messages/events/", json.dumps({"hello": "hub"}), qos=1)

    def _on_publish(self, _client, _data, _packet, _reason, _properties):
        self.failure = None
        self.done.set()


registration = Registration()
refusal = registration.run()
if refusal:
    sys.exit(f"not registered: {refusal}")
print(f"assigned to {registration.hub} as {registration.device}")
refusal = Telemetry(registration.hub, registration.device).run()
if refusal:
    sys.exit(f"no telemetry: {refusal}")
print("telemetry sent")
