"""What happens while a provisioning runs, in words that every surface shares."""

# Made by `cargo xtask python` from wit/transcript.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import ClassVar, TypeAlias

from .findings import Finding
from .transport import ConnectionInfo, Endpoint, TransportFailure


@dataclass(frozen=True, kw_only=True)
class ConnectPacket:
    """CONNECT of a device with a certificate: clean session, user name, no password: flags 0x82."""

    client_id: str
    """The registration ID."""
    user_name: str
    """ID scope, registration ID and API version."""
    keep_alive_seconds: int
    """Keep-alive in whole seconds; 0 is off."""


@dataclass(frozen=True, kw_only=True)
class ConnackPacket:
    """CONNACK."""

    session_present: bool
    """Whether the server kept an earlier session."""
    return_code: int
    """0 accepted, 1 to 5 refused."""


@dataclass(frozen=True, kw_only=True)
class SubscribePacket:
    """SUBSCRIBE with one filter."""

    packet_id: int
    """Never 0."""
    filter: str
    """The topic filter."""
    qos: int
    """0 or 1."""


@dataclass(frozen=True, kw_only=True)
class SubackPacket:
    """SUBACK for one filter."""

    packet_id: int
    """That of the SUBSCRIBE."""
    return_code: int
    """Granted quality of service, or 0x80."""


@dataclass(frozen=True, kw_only=True)
class PublishPacket:
    """PUBLISH, either way."""

    topic: str
    """The topic."""
    payload: bytes
    """The body."""
    qos: int
    """0 or 1."""
    packet_id: int | None = None
    """Present with quality of service 1."""
    dup: bool
    """Whether it is sent again."""
    retain: bool
    """Whether it is a retained message."""


@dataclass(frozen=True, kw_only=True)
class PacketConnect:
    """``connect`` of Packet."""

    CASE: ClassVar[str] = "connect"
    value: ConnectPacket


@dataclass(frozen=True, kw_only=True)
class PacketConnack:
    """``connack`` of Packet."""

    CASE: ClassVar[str] = "connack"
    value: ConnackPacket


@dataclass(frozen=True, kw_only=True)
class PacketSubscribe:
    """``subscribe`` of Packet."""

    CASE: ClassVar[str] = "subscribe"
    value: SubscribePacket


@dataclass(frozen=True, kw_only=True)
class PacketSuback:
    """``suback`` of Packet."""

    CASE: ClassVar[str] = "suback"
    value: SubackPacket


@dataclass(frozen=True, kw_only=True)
class PacketPublish:
    """``publish`` of Packet."""

    CASE: ClassVar[str] = "publish"
    value: PublishPacket


@dataclass(frozen=True, kw_only=True)
class PacketPuback:
    """With the packet identifier of the PUBLISH."""

    CASE: ClassVar[str] = "puback"
    value: int


@dataclass(frozen=True, kw_only=True)
class PacketPingreq:
    """``pingreq`` of Packet."""

    CASE: ClassVar[str] = "pingreq"


@dataclass(frozen=True, kw_only=True)
class PacketPingresp:
    """``pingresp`` of Packet."""

    CASE: ClassVar[str] = "pingresp"


@dataclass(frozen=True, kw_only=True)
class PacketDisconnect:
    """``disconnect`` of Packet."""

    CASE: ClassVar[str] = "disconnect"


Packet: TypeAlias = (
    PacketConnect
    | PacketConnack
    | PacketSubscribe
    | PacketSuback
    | PacketPublish
    | PacketPuback
    | PacketPingreq
    | PacketPingresp
    | PacketDisconnect
)
"""An MQTT 3.1.1 packet of the DPS dialogue."""


class WaitReason(str, Enum):
    """Why nothing is sent for a while."""

    RETRY_AFTER = "retry-after"
    """The service named the time to the next poll."""
    DEFAULT_POLL = "default-poll"
    """The service named none; the default between polls."""
    SERVICE_BUSY = "service-busy"
    """The service throttles, or failed, and the request is tried again."""
    OPERATION_FORGOTTEN = "operation-forgotten"
    """The service forgot the operation, and the device registers again."""
    REDIAL = "redial"
    """The connection failed, and is made again."""

    __str__ = str.__str__


class Ignored(str, Enum):
    """Why a packet was left aside."""

    OTHER_REQUEST = "other-request"
    """A response whose `$rid` is not that of the outstanding request."""
    NO_REQUEST = "no-request"
    """A response without a `$rid`."""
    OTHER_TOPIC = "other-topic"
    """A PUBLISH on a topic that is no response."""
    NOTHING_OUTSTANDING = "nothing-outstanding"
    """A response while no request is outstanding."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class Dial:
    """A connection that is being made."""

    endpoint: Endpoint
    """Where to."""
    attempt: int
    """The how manieth to this endpoint, from 1."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A pause."""

    length: timedelta
    """How long."""
    reason: WaitReason
    """Why."""


@dataclass(frozen=True, kw_only=True)
class EventDialling:
    """A connection is being made."""

    CASE: ClassVar[str] = "dialling"
    value: Dial


@dataclass(frozen=True, kw_only=True)
class EventConnected:
    """TLS is up."""

    CASE: ClassVar[str] = "connected"
    value: ConnectionInfo


@dataclass(frozen=True, kw_only=True)
class EventDisconnected:
    """A connection could not be made, or was lost."""

    CASE: ClassVar[str] = "disconnected"
    value: TransportFailure


@dataclass(frozen=True, kw_only=True)
class EventUpgradeSent:
    """The upgrade to WebSocket was asked for; the request's first line."""

    CASE: ClassVar[str] = "upgrade-sent"
    value: str


@dataclass(frozen=True, kw_only=True)
class EventUpgradeAnswered:
    """The answer to that; its status."""

    CASE: ClassVar[str] = "upgrade-answered"
    value: str


@dataclass(frozen=True, kw_only=True)
class EventSent:
    """A packet was handed over for sending."""

    CASE: ClassVar[str] = "sent"
    value: Packet


@dataclass(frozen=True, kw_only=True)
class EventReceived:
    """A packet came."""

    CASE: ClassVar[str] = "received"
    value: Packet


@dataclass(frozen=True, kw_only=True)
class EventWaiting:
    """Nothing will be sent for a while."""

    CASE: ClassVar[str] = "waiting"
    value: Pause


@dataclass(frozen=True, kw_only=True)
class EventIgnored:
    """A packet that is no answer to anything outstanding was left aside."""

    CASE: ClassVar[str] = "ignored"
    value: Ignored


@dataclass(frozen=True, kw_only=True)
class EventNoticed:
    """Something worth knowing that does not end the provisioning."""

    CASE: ClassVar[str] = "noticed"
    value: Finding


Event: TypeAlias = (
    EventDialling
    | EventConnected
    | EventDisconnected
    | EventUpgradeSent
    | EventUpgradeAnswered
    | EventSent
    | EventReceived
    | EventWaiting
    | EventIgnored
    | EventNoticed
)
"""One thing that happened."""


__all__ = [
    "ConnackPacket",
    "ConnectPacket",
    "Dial",
    "Event",
    "EventConnected",
    "EventDialling",
    "EventDisconnected",
    "EventIgnored",
    "EventNoticed",
    "EventReceived",
    "EventSent",
    "EventUpgradeAnswered",
    "EventUpgradeSent",
    "EventWaiting",
    "Ignored",
    "Packet",
    "PacketConnack",
    "PacketConnect",
    "PacketDisconnect",
    "PacketPingreq",
    "PacketPingresp",
    "PacketPuback",
    "PacketPublish",
    "PacketSuback",
    "PacketSubscribe",
    "Pause",
    "PublishPacket",
    "SubackPacket",
    "SubscribePacket",
    "WaitReason",
]
