"""What a provisioning needs, and what it comes to."""

# Made by `cargo xtask python` from wit/session.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import ClassVar, TypeAlias

from .findings import Finding
from .transport import TransportFailure


class MqttTransport(str, Enum):
    """What MQTT travels in, inside TLS."""

    MQTT = "mqtt"
    """MQTT alone, on port 8883."""
    WEBSOCKET = "websocket"
    """MQTT inside WebSocket, on port 443."""

    __str__ = str.__str__


class QualityOfService(str, Enum):
    """MQTT's quality of service; DPS takes no other."""

    AT_MOST_ONCE = "at-most-once"
    """0: no acknowledgement."""
    AT_LEAST_ONCE = "at-least-once"
    """1: acknowledged."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What to provision. Texts are parsed by the guest; what is wrong with them comes back as findings."""

    id_scope: str
    """Which DPS instance."""
    registration_id: str
    """The device's name at DPS; with X.509 the CN of the leaf."""
    endpoint: str | None = None
    """`HOST[:PORT]`; absent for the public cloud's global endpoint."""
    transport: MqttTransport
    """The endpoint's port follows it where none is given."""
    api_version: str | None = None
    """Absent for 2019-03-31, with a CSR for 2025-07-01-preview."""
    client_version: str | None = None
    """Name and version of the client."""
    payload: str | None = None
    """JSON for a custom allocation function."""
    csr: str | None = None
    """Base64 of the DER of a PKCS#10 request, without PEM lines, for a certificate that DPS is to issue
    (preview).
    """
    check_hub: bool
    """Whether to ask the assigned hub for the twin, on one more connection, which the host must allow. A
    running device of that name is disconnected by it.
    """
    timeout: timedelta | None = None
    """For the whole provisioning, hub check included; absent for 60 s."""
    keep_alive: timedelta | None = None
    """MQTT keep-alive, whole seconds of it count; absent for 60 s."""
    qos: QualityOfService
    """Of the requests."""
    seed: tuple[int, int]
    """Sixteen random bytes, fresh for every provisioning: the guest has no dice."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a provisioning took."""

    elapsed: timedelta
    """From the start to the outcome."""
    dials: int
    """Connections that were dialled."""
    requests: int
    """Requests that were sent: registrations, polls, and for the twin."""
    bytes_sent: int
    """MQTT bytes handed over for sending."""
    bytes_received: int
    """MQTT bytes received, in whole packets."""


@dataclass(frozen=True, kw_only=True)
class HubCheckTaken:
    """It takes the device; the twin as JSON text."""

    CASE: ClassVar[str] = "taken"
    value: str


@dataclass(frozen=True, kw_only=True)
class HubCheckFailed:
    """It does not, or could not be asked: why, the most telling first."""

    CASE: ClassVar[str] = "failed"
    value: tuple[Finding, ...]


HubCheck: TypeAlias = HubCheckTaken | HubCheckFailed
"""What the assigned hub said."""


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The device has a hub."""

    assigned_hub: str
    """Host name of the IoT hub."""
    device_id: str
    """The device's name at the hub."""
    registration_id: str | None = None
    """The registration ID as the service repeats it."""
    substatus: str | None = None
    """`initialAssignment`, `deviceDataMigrated`, `deviceDataReset`, `reprovisionedToInitialAssignment`."""
    payload: str | None = None
    """What the custom allocation function gave, as JSON text."""
    created: str | None = None
    """When the registration was created, as the service wrote it."""
    updated: str | None = None
    """When it was last updated, as the service wrote it."""
    etag: str | None = None
    """The registration's ETag."""
    operation_id: str | None = None
    """The operation."""
    issued_certificates: tuple[bytes, ...]
    """The certificates that were issued for a CSR (preview): leaf first, up to the root, DER."""
    additional: tuple[tuple[str, str], ...]
    """What else the registration state says, by name, as JSON text: members of previews and of later
    services.
    """
    hub_check: HubCheck | None = None
    """What the assigned hub said, where it was asked."""
    tally: Tally
    """What it took."""


class Channel(str, Enum):
    """By which way a refusal came."""

    REQUEST = "request"
    """The response topic has a status of 300 or more."""
    OPERATION = "operation"
    """The response topic says 200 and the operation's status is `failed` or `disabled`."""
    CONNACK = "connack"
    """CONNACK with a return code other than 0."""
    SUBACK = "suback"
    """SUBACK with return code 0x80."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A refusal as the service gave it."""

    channel: Channel
    """By which way it came."""
    status: int
    """Three digits of the response topic, or the return code."""
    code: int | None = None
    """The extended code, such as 401002."""
    message: str | None = None
    """The service's own words."""
    tracking_id: str | None = None
    """For a support ticket."""
    timestamp: str | None = None
    """The service's time of the refusal, as it wrote it."""
    info: str | None = None
    """The `info` member of the body, as JSON text."""
    operation_status: str | None = None
    """The operation's status word: `failed`, `disabled`."""
    body: str
    """The body as it came."""


@dataclass(frozen=True, kw_only=True)
class CauseInvalidSettings:
    """The settings are wrong, and nothing was dialled; or they ask for what does not fit into MQTT."""

    CASE: ClassVar[str] = "invalid-settings"


@dataclass(frozen=True, kw_only=True)
class CauseRefused:
    """The service refused."""

    CASE: ClassVar[str] = "refused"
    value: Answer


@dataclass(frozen=True, kw_only=True)
class CauseTransport:
    """There was no connection, or it was lost."""

    CASE: ClassVar[str] = "transport"
    value: TransportFailure


@dataclass(frozen=True, kw_only=True)
class CauseProtocol:
    """The peer broke WebSocket, MQTT or the DPS dialogue, or refused WebSocket; the finding says how."""

    CASE: ClassVar[str] = "protocol"


@dataclass(frozen=True, kw_only=True)
class CauseOutOfTime:
    """The time for the whole provisioning is over; the last failure before, if there was one."""

    CASE: ClassVar[str] = "out-of-time"
    value: TransportFailure | None


@dataclass(frozen=True, kw_only=True)
class CauseCancelled:
    """The host cancelled."""

    CASE: ClassVar[str] = "cancelled"


Cause: TypeAlias = (
    CauseInvalidSettings
    | CauseRefused
    | CauseTransport
    | CauseProtocol
    | CauseOutOfTime
    | CauseCancelled
)
"""Why a provisioning failed, by whose fault."""


class Stage(str, Enum):
    """Where a provisioning is."""

    DIAL = "dial"
    """Resolving the name, TCP and TLS."""
    UPGRADE = "upgrade"
    """The upgrade to WebSocket is asked for, its answer is awaited."""
    CONNECT = "connect"
    """CONNECT is sent, CONNACK is awaited."""
    SUBSCRIBE = "subscribe"
    """SUBSCRIBE is sent, SUBACK is awaited."""
    REGISTER = "register"
    """The registration is sent, its answer is awaited."""
    WAIT = "wait"
    """Waiting between requests, as the service asked."""
    POLL = "poll"
    """The operation's status is asked for, its answer is awaited."""
    TWIN = "twin"
    """The assigned hub is asked for the twin, its answer is awaited."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The device has no hub."""

    cause: Cause
    """Why not."""
    stage: Stage
    """Where it was."""
    findings: tuple[Finding, ...]
    """What it comes to, for a person; more than one only for wrong settings."""
    retry_after: timedelta | None = None
    """After which time the same attempt can succeed; absent when something must be changed first."""
    tally: Tally
    """What it took."""


__all__ = [
    "Answer",
    "Assignment",
    "Cause",
    "CauseCancelled",
    "CauseInvalidSettings",
    "CauseOutOfTime",
    "CauseProtocol",
    "CauseRefused",
    "CauseTransport",
    "Channel",
    "Failure",
    "HubCheck",
    "HubCheckFailed",
    "HubCheckTaken",
    "MqttTransport",
    "QualityOfService",
    "Settings",
    "Stage",
    "Tally",
]
