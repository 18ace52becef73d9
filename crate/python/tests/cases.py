"""The cases of ``tests/case``, played through the package."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable

from dps_x509 import Session
from dps_x509._toolkit import Toolkit
from dps_x509.wit.inspection import Cloud, Enrollment, File, Purpose, Settings
from dps_x509.wit.machine import OutputClose, OutputConnect, OutputDone, OutputEvent, OutputTransmit, OutputWait
from dps_x509.wit.session import Answer, Channel
from dps_x509.wit.transcript import EventSent, PacketPublish
from dps_x509.wit.transport import (
    ConnectionInfo,
    Distrust,
    ProxyFailure,
    ProxyFault,
    TlsAlert,
    TransportFailure,
    TransportFailureAlert,
    TransportFailureProxy,
    TransportFailureServerNotTrusted,
    UntrustedServer,
)
from dps_x509.wit import transport

REPOSITORY = Path(__file__).resolve().parents[3]
FLAGS = {
    "any": "FILE",
    "device-chain": "--cert",
    "device-key": "--key",
    "group-ca": "--group-ca",
    "server-trust": "--trust",
}
CLOUDS = {"public": Cloud.PUBLIC, "usgov": Cloud.US_GOV, "china": Cloud.CHINA}

#: More outputs or timers in a row than this is a livelock.
LIVELOCK = 10_000


def cases(kind: str) -> dict[str, Any]:
    """Every case of a kind, by its name."""
    folder = REPOSITORY / "tests/case" / kind
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def fixture(name: str) -> Path:
    """A file of the cases."""
    return REPOSITORY / "tests/fixture/cert" / name


def check(given: dict[str, Any]) -> dict[str, str]:
    """What the component says of a case of ``check``: the very text of its JSON."""
    known = {"files", "registrationId", "at", "expiresWithinDays", "cloud", "enrollment", "passphrase", "answer"}
    assert not set(given) - known, given
    files = [_file(**one) for one in given["files"]]
    days, passphrase = given.get("expiresWithinDays"), given.get("passphrase")
    settings = Settings(
        registration_id=given.get("registrationId"),
        at=given.get("at"),
        expires_within=None if days is None else timedelta(days=days),
        cloud=CLOUDS[given["cloud"]] if "cloud" in given else None,
        enrollment=Enrollment(given.get("enrollment", "unknown")),
        passphrase=None if passphrase is None else passphrase.encode(),
    )
    with Toolkit() as toolkit:
        out = {"report": toolkit.call("inspection", "inspect", files, settings).json}
        if "answer" in given:
            answer = given["answer"]
            told = toolkit.call(
                "inspection",
                "explain-refusal",
                Answer(
                    channel=Channel(answer.get("channel", "request")),
                    status=answer.get("status", 0),
                    code=answer.get("code"),
                    message=answer.get("message"),
                    body="",
                ),
                files,
                settings,
            )
            out["refusal"] = toolkit.call("naming", "say", told.payload)
    return out


def _file(purpose: str, path: str | None = None, text: str | None = None) -> File:
    data = text.encode() if text is not None else fixture(path or "").read_bytes()
    return File(input=FLAGS[purpose], path=path, purpose=Purpose(purpose), bytes=data)


@dataclass
class Played:
    """What came of a conversation."""

    log: list[str]
    sent: list[str]
    report: str


class Conversation:
    """Plays a case of ``session`` in virtual time."""

    def __init__(self, settings: dict[str, Any]) -> None:
        # Not zero, so that nothing relies on a clock that starts with the provisioning.
        self.now = self.wake = 1000
        self.connection = 0
        self.is_framed = settings.get("transport") == "websocket"
        self.rid = self.accept = ""
        self.log: list[str] = []
        self.sent: list[str] = []
        self.report: str | None = None
        names = {
            "idScope": "id_scope",
            "registrationId": "registration_id",
            "endpoint": "endpoint",
            "transport": "transport",
            "apiVersion": "api_version",
            "clientVersion": "client_version",
            "payload": "payload",
            "csr": "csr",
            "checkHub": "check_hub",
            "timeoutSeconds": "timeout",
            "keepAliveSeconds": "keep_alive",
            "qos": "qos",
        }
        options = {names[name]: value for name, value in settings.items()}
        self.session = Session(**options, now=self.now, seed=b"\7" * 16)

    def play(self, steps: list[str]) -> Played:
        with self.session:
            self.drain()
            for step in steps:
                self.step(step)
            self.until(None)
        assert self.report is not None
        return Played(self.log, self.sent, self.report)

    def drain(self) -> None:
        for _ in range(LIVELOCK):
            output = self.session.poll()
            if isinstance(output, OutputConnect):
                self.connection = output.value.connection
                self.sent.append("")
            elif isinstance(output, OutputTransmit):
                self.sent[-1] += output.value.hex()
                key = re.search(rb"Sec-WebSocket-Key: (\S+)", output.value)
                if key is not None:
                    digest = hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()
                    self.accept = base64.b64encode(digest).decode()
            elif isinstance(output, OutputClose):
                self.log.append("            --  closing")
            elif isinstance(output, OutputEvent):
                event = output.value.event
                if isinstance(event, EventSent) and isinstance(event.value, PacketPublish):
                    self.rid = event.value.value.topic.partition("$rid=")[2].partition("&")[0]
                self.log.append(output.value.line)
            elif isinstance(output, OutputWait):
                self.wake = output.value
                return
            else:
                assert isinstance(output, OutputDone)
                self.report = self.session._call("[method]provisioning.report", self.session._machine)
                return
        raise AssertionError("the session does not stop talking")

    def until(self, until: int | None) -> None:
        for _ in range(LIVELOCK):
            if self.report is not None or (until is not None and self.wake > until):
                self.now = max(self.now, until or self.now)
                return
            self.now = max(self.now, self.wake)
            self.session.timed_out(self.now)
            self.drain()
        raise AssertionError("the session does not let time pass")

    def step(self, text: str) -> None:
        after, late, verb, rest = _match(r"\+(\d+) (late )?(\S+)(?: (.*))?", text)
        if int(after) > 0:
            self.until(self.now + int(after))
        # What is late is told of the connection before the last one.
        at = self.connection if late is None else self.connection - 1
        rest = rest or ""
        if verb == "connected":
            info = ConnectionInfo(
                peer="192.0.2.1:8883",
                tls_version="TLSv1.2",
                cipher_suite="TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                server_chain=(),
            )
            self.session.connected(self.now, at, info)
        elif verb == "connect-failed":
            self.session.connect_failed(self.now, at, failure(rest))
        elif verb == "closed":
            self.session.closed(self.now, at, failure(rest) if rest else None)
        elif verb == "cancel":
            self.session.cancel(self.now)
        elif verb == "jump":
            # The process was stopped: nobody woke the session.
            self.now += int(rest)
            return
        elif verb != "pass":
            self.session.received(self.now, at, self.bytes_of(verb, rest))
        else:
            return
        self.drain()

    def bytes_of(self, verb: str, rest: str) -> bytes:
        if verb == "receive":
            plain = packet(rest, self.rid)
            return frame(0x82, plain) if self.is_framed else plain
        if verb == "raw":
            return packet(rest, self.rid)
        if verb == "pieces":
            return self.pieces(rest, 5, has_ping=True)
        if verb == "fragments":
            size, inner = _match(r"(\d+) (.*)", rest)
            return self.pieces(inner, int(size), has_ping=False)
        upgrade = (
            "HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade"
            "|Sec-WebSocket-Accept: {accept}|Sec-WebSocket-Protocol: mqtt"
        )
        lines = {"upgrade": upgrade, "head": rest}[verb]
        return f"{lines.replace('{accept}', self.accept).replace('|', chr(13) + chr(10))}\r\n\r\n".encode()

    def pieces(self, text: str, size: int, has_ping: bool) -> bytes:
        """A packet in frames of so many bytes, with a ping after the first if that is wanted."""
        whole, made = packet(text, self.rid), b""
        for at in range(0, len(whole), size):
            is_last = at + size >= len(whole)
            made += frame((0x80 if is_last else 0) | (2 if at == 0 else 0), whole[at : at + size])
            if has_ping and at == 0:
                made += frame(0x89, b"beat")
        return made


def failure(text: str) -> TransportFailure:
    kind, detail = _match(r"(\S+)(?: (.*))?", text)
    detail = detail or ""
    name, _, more = kind.partition("/")
    if name == "alert":
        return TransportFailureAlert(value=TlsAlert(number=int(more), detail=detail))
    if name == "server-not-trusted":
        return TransportFailureServerNotTrusted(value=UntrustedServer(reason=Distrust(more), detail=detail, chain=()))
    if name == "proxy":
        return TransportFailureProxy(value=ProxyFailure(reason=ProxyFault(more), detail=detail))
    case = "TransportFailure" + "".join(part.capitalize() for part in name.split("-"))
    made: TransportFailure = getattr(transport, case)(value=detail)
    return made


def packet(text: str, rid: str) -> bytes:
    """The service's packets, written by hand from MQTT 3.1.1."""
    name, rest = _match(r"(\S+)(?: (.*))?", text)
    rest = rest or ""
    make: dict[str, Callable[[list[int]], bytes]] = {
        "CONNACK": lambda numbers: framed(0x20, bytes([numbers[1] if len(numbers) > 1 else 0, numbers[0]])),
        "SUBACK": lambda numbers: framed(0x90, two(numbers[0]) + bytes([numbers[1]])),
        "PUBACK": lambda numbers: framed(0x40, two(numbers[0])),
        "PINGRESP": lambda numbers: framed(0xD0, b""),
    }
    if name in make:
        return make[name]([int(one) for one in rest.split()])
    if name == "text":
        return rest.encode()
    if name == "hex":
        return bytes.fromhex(rest)
    assert name == "PUBLISH", text
    qos, identifier, word, topic, body = _match(r"QoS(\d)(?:/(\d+))?(?:/(dup|retain))? (\S+)(?: (.*))?", rest)
    raw = topic.replace("{rid}", rid).encode()
    flags = {None: 0, "dup": 8, "retain": 1}[word]
    number = b"" if qos == "0" else two(int(identifier or 0))
    return framed(0x30 | int(qos) << 1 | flags, two(len(raw)) + raw + number + (body or "").encode())


def frame(first: int, content: bytes) -> bytes:
    """A frame of a server (RFC 6455 section 5.2)."""
    length = bytes([len(content)]) if len(content) <= 125 else b"\x7e" + two(len(content))
    return bytes([first]) + length + content


def framed(first: int, inside: bytes) -> bytes:
    length, made = len(inside), b""
    while True:
        length, digit = divmod(length, 128)
        made += bytes([digit | 0x80 if length else digit])
        if not length:
            return bytes([first]) + made + inside


def two(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _match(pattern: str, text: str) -> tuple[Any, ...]:
    found = re.fullmatch(pattern, text, re.DOTALL)
    assert found is not None, f"the step {text!r} is not understood"
    return found.groups()


__all__ = ["Conversation", "Played", "cases", "check", "fixture"]
