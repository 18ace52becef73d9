"""How a provisioning ended."""

# Made by `cargo xtask python` from crate/core/schema/provision.json; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .._json import Json
from ..wit.findings import Finding


@dataclass(frozen=True, kw_only=True)
class HubCheck:
    """What the assigned hub said, where it was asked."""

    outcome: Literal["taken", "failed"]
    twin: Json = None
    """As the hub gave it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The service's refusal, as it gave it."""

    channel: Literal["request", "operation", "connack", "suback"]
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
    info: Json = None
    """Whatever JSON the service wrote."""
    operation_status: str | None = None
    body: str
    """The body as it came."""


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Why there was no connection."""

    kind: str
    """Those of the session, such as timed-out or alert; new ones may come."""
    detail: str
    """The host's own words."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What it took. Absent where the component broke down."""

    seconds: float
    dials: int
    requests: int
    bytes_sent: int
    bytes_received: int


@dataclass(frozen=True, kw_only=True)
class ProvisionReport:
    """How a provisioning ended."""

    version: Literal[1]
    """Of this schema, which only ever gains members."""
    outcome: Literal["assigned", "invalid-settings", "refused", "no-connection", "protocol", "out-of-time", "cancelled", "component-failed"]
    """How it ended."""
    assigned_hub: str | None = None
    """Host name of the IoT hub."""
    device_id: str | None = None
    """The device's name at the hub."""
    endpoint: str | None = None
    """HOST:PORT that was asked for."""
    id_scope: str | None = None
    registration_id: str | None = None
    """As the service repeats it, else as it was asked for."""
    substatus: str | None = None
    """Such as initialAssignment or deviceDataMigrated."""
    payload: Json = None
    """What the custom allocation function gave."""
    created_date_time_utc: str | None = None
    """As the service wrote it."""
    last_updated_date_time_utc: str | None = None
    """As the service wrote it."""
    etag: str | None = None
    """Of the registration."""
    operation_id: str | None = None
    issued_certificate_chain: tuple[str, ...] | None = None
    """The certificates that were issued for a CSR (preview): leaf first, up to the root, DER in base64."""
    additional: Json = None
    """What else the registration state says, by name: members of previews and of later services."""
    hub_check: HubCheck | None = None
    """What the assigned hub said, where it was asked."""
    stage: str | None = None
    """Where it was, in words."""
    answer: Answer | None = None
    """The service's refusal, as it gave it."""
    transport: Transport | None = None
    """Why there was no connection."""
    retry_after_seconds: float | None = None
    """After which time the same attempt can succeed; absent when something must be changed first."""
    findings: tuple[Finding, ...]
    """What is wrong, the most telling first."""
    tally: Tally | None = None
    """What it took. Absent where the component broke down."""
    transcript: tuple[Json, ...] | None = None
    """Everything that happened, where it was asked for."""


__all__ = [
    "Answer",
    "HubCheck",
    "ProvisionReport",
    "Tally",
    "Transport",
]
