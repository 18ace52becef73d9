"""What both ways of provisioning do before and after the conversation."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from datetime import timedelta
from typing import Callable, Literal, TypeAlias

from . import _identity, _inputs, _proxy
from ._codec import from_wit
from ._conversation import Way, now
from ._inputs import CLOUDS, CloudName, EnrollmentKind, FileInput, FileInputs, one_of, quoted
from ._json import Json
from ._toolkit import Toolkit
from .errors import (
    Cancelled,
    IdentityError,
    InvalidInput,
    InvalidSettings,
    NoConnection,
    OutOfTime,
    ProtocolBroken,
    ProvisioningError,
    Refused,
)
from .report.provision import HubCheck, ProvisionReport, Tally
from .session import Session
from .wit.findings import Finding
from .wit.identity import Request
from .wit.inspection import File
from .wit.machine import Happening
from .wit.session import Answer, Channel
from .wit.transcript import Event

__all__ = ["Assignment", "Job", "OnEvent", "Passphrase", "begin", "end"]

#: Told of everything that happens, as it happens, with the event as a line of a log window.
OnEvent: TypeAlias = Callable[[Event, str], None]
Passphrase: TypeAlias = "str | bytes | Callable[[], str | bytes] | None"

ERRORS: dict[str, type[ProvisioningError]] = {
    "invalid-settings": InvalidSettings,
    "refused": Refused,
    "no-connection": NoConnection,
    "out-of-time": OutOfTime,
    "cancelled": Cancelled,
}


@dataclass(frozen=True)
class Assignment:
    """The device has a hub."""

    assigned_hub: str
    """Host name of the IoT hub."""
    device_id: str
    """The device's name at the hub."""
    registration_id: str
    """As the service repeats it, else as it was asked for."""
    substatus: str | None
    """``initialAssignment``, ``deviceDataMigrated``, ``deviceDataReset``, ``reprovisionedToInitialAssignment``."""
    payload: Json
    """What the custom allocation function gave."""
    hub_check: HubCheck | None
    """What the assigned hub said, where it was asked."""
    issued_certificate: str | None
    """What was issued for a ``csr`` (preview), PEM, leaf first."""
    tally: Tally | None
    """What it took."""
    report: ProvisionReport
    """Everything that is known, as the command line's JSON has it."""


@dataclass(frozen=True)
class Job:
    """A provisioning that is ready to begin."""

    session: Session
    identity: _identity.Identity
    way: Way
    request: bytes | None
    enrollment: EnrollmentKind | None


def begin(
    id_scope: str,
    cert: FileInputs | None,
    key: FileInput | None,
    *,
    registration_id: str | None,
    passphrase: Passphrase,
    trust: FileInputs | None,
    cloud: CloudName | None,
    ssl_context: ssl.SSLContext | None,
    endpoint: str | None,
    transport: Literal["mqtt", "websocket"],
    api_version: str | None,
    client_version: str | None,
    payload: Json,
    csr: FileInput | None,
    check_hub: bool,
    allow_hub: str | tuple[str, ...] | list[str],
    timeout: timedelta | float | None,
    keep_alive: timedelta | float | None,
    qos: Literal[0, 1],
    proxy: str | bool | None,
    enrollment: EnrollmentKind | None,
    on_event: OnEvent | None,
) -> Job:
    """Reads and judges everything, before anything is dialled."""
    one_of("cloud", cloud, [*CLOUDS, None])
    if cloud is None and endpoint is None:
        raise InvalidInput("Without a `cloud` it takes an `endpoint`.")
    if cloud is None and trust is None and ssl_context is None:
        raise InvalidInput("Without a `cloud` it takes `trust`: the roots of the server.")
    if ssl_context is not None and not (key is None and passphrase is None and trust is None):
        raise InvalidInput("An `ssl_context` has its own key and roots: leave out `key`, `passphrase` and `trust`.")
    if isinstance(proxy, str):
        _proxy.parse(proxy, "proxy")
    at_cloud = None if cloud is None else CLOUDS[cloud]
    identity = _identity.read(cert, key, passphrase, trust, at_cloud, ssl_context)
    name = registration_id if registration_id is not None else identity.common_name
    if name is None:
        raise IdentityError("The certificate has no CN, or there is none: give `registration_id`.")
    if endpoint is None and cloud is not None:
        from .tasks import servers

        endpoint = servers(cloud).endpoint
    request = None if csr is None else _inputs.file(csr, parameter="csr").bytes
    session = Session(
        id_scope,
        name,
        now=now(),
        endpoint=endpoint,
        transport=transport,
        api_version=api_version,
        client_version=client_version,
        payload=payload,
        csr=None if request is None else _judged(request, name),
        check_hub=check_hub,
        timeout=timeout,
        keep_alive=keep_alive,
        qos=qos,
    )
    allowed = {allow_hub.lower()} if isinstance(allow_hub, str) else {one.lower() for one in allow_hub}

    def told(happening: Happening) -> None:
        if on_event is not None:
            on_event(happening.event, happening.line)

    def allows(host: str) -> bool:
        suffix = identity.hub_suffix
        return host in allowed or (suffix is not None and host.endswith(suffix))

    way = Way(lambda host: _proxy.choose(proxy, host), allows, told if on_event is not None else None)
    return Job(session, identity, way, request, enrollment)


def end(job: Job, report: ProvisionReport) -> Assignment:
    """The assignment.

    :raises ProvisioningError: There is none.
    """
    if report.outcome != "assigned":
        raise _error(job, report)
    issued = None
    if job.request is not None and report.issued_certificate_chain:
        issued = _issued(job.request, report)
    return Assignment(
        assigned_hub=report.assigned_hub or "",
        device_id=report.device_id or "",
        registration_id=report.registration_id or "",
        substatus=report.substatus,
        payload=report.payload,
        hub_check=report.hub_check,
        issued_certificate=issued,
        tally=report.tally,
        report=report,
    )


def _error(job: Job, report: ProvisionReport) -> ProvisioningError:
    findings = report.findings
    if report.outcome == "refused" and report.answer is not None and job.identity.files:
        # The refusal, and what in the certificates is behind it.
        findings = _behind(job, report) or findings
    message = findings[0].message if findings else f"The provisioning ended: {report.outcome}."
    return ERRORS.get(report.outcome, ProtocolBroken)(message, findings, report)


def _behind(job: Job, report: ProvisionReport) -> tuple[Finding, ...]:
    said = report.answer
    assert said is not None
    answer = Answer(
        channel=Channel(said.channel),
        status=said.status,
        code=said.code,
        message=said.message,
        tracking_id=said.tracking_id,
        timestamp=said.timestamp,
        info=None if said.info is None else json.dumps(said.info),
        operation_status=said.operation_status,
        body=said.body,
    )
    settings = _inputs.settings(registration_id=report.registration_id, enrollment=job.enrollment, cloud=None)
    with Toolkit() as toolkit:
        told = toolkit.call("inspection", "explain-refusal", answer, list(job.identity.files), settings)
        return toolkit.say(told.payload) if told.tag == "ok" else ()


def _judged(request: bytes, registration_id: str) -> str:
    with Toolkit() as toolkit:
        told = toolkit.call("identity", "judge-request", request, registration_id)
        findings = toolkit.say(told if isinstance(told, list) else told.findings)
        if isinstance(told, list) or any(one.severity == "error" for one in findings):
            raise InvalidInput(findings[0].message, findings)
        base64 = from_wit(Request, told).base64
    if base64 is None:
        raise InvalidInput("`csr` holds no request for a certificate.", findings)
    return base64


def _issued(request: bytes, report: ProvisionReport) -> str:
    import base64

    chain = [base64.b64decode(one) for one in report.issued_certificate_chain or ()]
    with Toolkit() as toolkit:
        told = toolkit.call("identity", "judge-issued", request, chain)
        if isinstance(told, str):
            return told
        findings = toolkit.say([told])
    raise ProtocolBroken(findings[0].message, findings, report)


def address(text: str | None) -> tuple[str, int] | None:
    """Reads the ``HOST:PORT`` of ``connect_to``."""
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        raise InvalidInput(f"`connect_to` is HOST:PORT, and not {quoted(text)}.")
    return host.strip("[]"), int(port)
