"""What needs no connection: looking at files, explaining, comparing, repairing, configuring, making test certificates."""

from __future__ import annotations

import json
import os
import secrets
from datetime import date, datetime, timedelta
from typing import Any, Iterable, Literal, TypeAlias

from ._codec import from_json, from_wit
from ._inputs import (
    CLOUDS,
    CloudName,
    EnrollmentKind,
    FileInput,
    FileInputs,
    files,
    one_of,
    opened,
    read,
    secret,
    seconds,
    settings,
)
from ._toolkit import Toolkit
from .errors import DpsError, InvalidInput
from .report.check import Report
from .report.compare import Comparison
from .report.configure import Configuration, Target
from .report.explanation import Explanation
from .wit.configuration import Wanted
from .wit.explanation import Page
from .wit.findings import Finding
from .wit.generation import (
    Authority,
    Device,
    KeyType,
    Made,
    Recipe,
    RecipeChain,
    RecipeCsr,
    RecipeDevice,
    RecipeSelfSigned,
    RecipeVerification,
    SubjectParts,
)
from .wit.identity import CloudServers
from .wit.inspection import File, Purpose, Repairs
from .wit.session import Channel, MqttTransport
from .wit.session import Answer as RefusalAnswer

__all__ = [
    "codes",
    "compare",
    "configure",
    "explain",
    "explain_refusal",
    "generate",
    "inspect",
    "inspect_sarif",
    "page",
    "repair",
    "servers",
    "targets",
]

TransportName: TypeAlias = Literal["mqtt", "websocket"]


def inspect(
    *paths_or_bytes: FileInput,
    key: FileInput | None = None,
    registration_id: str | None = None,
    enrollment: EnrollmentKind | None = None,
    group_ca: FileInputs | None = None,
    trust: FileInputs | None = None,
    at: datetime | date | None = None,
    expires_within: timedelta | None = None,
    cloud: CloudName | None = "public",
    passphrase: str | bytes | None = None,
) -> Report:
    """What certificate and key files are, what chain they make, and what is wrong with them.

    The files come in any order and any form: PEM, DER, base64, PKCS#7, PKCS#12, Java's keystores, texts around them. What is
    wrong with them is no exception: it is in the report's ``findings``, and in its ``verdict``.

    :param paths_or_bytes: The device's certificates, and perhaps its key.
    :param key: The device's private key. It is compared with the certificate, and then gone.
    :param registration_id: That the device is to register as.
    :param enrollment: How it is enrolled; not said if ``None``.
    :param group_ca: The CA that was uploaded to the service.
    :param trust: What the device trusts the server by, its "CA file".
    :param at: When validity is judged; now, unless said otherwise.
    :param expires_within: For how long a certificate should still be valid.
    :param cloud: ``None`` for a server of one's own, such as the emulator.
    :param passphrase: Of an encrypted key or store.
    :raises InvalidInput: with findings, where the registration ID is none.
    :raises OSError: where a file cannot be read.
    """
    given = _device_files(paths_or_bytes, key, group_ca, trust)
    options = settings(
        registration_id=registration_id,
        at=at,
        expires_within=expires_within,
        cloud=cloud,
        enrollment=enrollment,
        passphrase=passphrase,
    )
    return from_json(Report, json.loads(getattr(_ask("inspection", "inspect", given, options), "json")))


def inspect_sarif(
    *paths_or_bytes: FileInput,
    key: FileInput | None = None,
    registration_id: str | None = None,
    at: datetime | date | None = None,
    passphrase: str | bytes | None = None,
) -> str:
    """The findings of :func:`inspect` as a SARIF 2.1.0 log, JSON text: what code scanning takes."""
    given = _device_files(paths_or_bytes, key, None, None)
    options = settings(registration_id=registration_id, at=at, passphrase=passphrase)
    return str(getattr(_ask("inspection", "inspect", given, options), "sarif"))


def explain(
    text: str | bytes | int | os.PathLike[str],
    files: FileInputs | None = None,
    *,
    registration_id: str | None = None,
    enrollment: EnrollmentKind | None = None,
    at: datetime | date | None = None,
    cloud: CloudName | None = "public",
    passphrase: str | bytes | None = None,
) -> Explanation:
    """What a client's log, an answer of the service or a code says happened, and why.

    :param text: The text itself, of any client; a ``Path`` of a log; or a code of the service, such as 401002.
    :param files: The device's certificates and key. With them it is said which of the causes it is.
    :raises InvalidInput: with findings, where the registration ID is none.
    :raises OSError: where a file cannot be read, or has more than 64 MiB.
    """
    options = settings(
        registration_id=registration_id, at=at, cloud=cloud, enrollment=enrollment, passphrase=passphrase
    )
    given = _files(files, Purpose.ANY, "with")
    path = None
    if isinstance(text, os.PathLike):
        path = os.fspath(text)
        with opened(path) as stream:
            text = read(stream)
    if isinstance(text, str):
        code = text.strip()
        text = int(code) if code.isascii() and code.isdigit() and len(code) in (3, 6) else text.encode()
    if isinstance(text, int):
        if not 0 <= text < 1 << 32:
            raise InvalidInput(f"{text} is no code of the service.")
        told = _ask("explanation", "explain-service-code", text, given, options)
    else:
        try:
            # Byte by byte a long log takes seconds to hand over.
            told = _ask("explanation", "explain-string", bytes(text).decode(), path, given, options)
        except UnicodeDecodeError:
            told = _ask("explanation", "explain-text", bytes(text), path, given, options)
    return from_json(Explanation, {**json.loads(getattr(told, "json")), "text": told.text})


def explain_refusal(
    status: int,
    code: int | None = None,
    message: str | None = None,
    *,
    channel: Literal["request", "operation", "connack", "suback"] = "request",
    files: FileInputs | None = None,
    registration_id: str | None = None,
    enrollment: EnrollmentKind | None = None,
    at: datetime | date | None = None,
    passphrase: str | bytes | None = None,
) -> tuple[Finding, ...]:
    """A refusal of the service: what it means, and then what in the files is likely behind it.

    :param status: Three digits, or the return code of CONNACK.
    :param code: The service's code, such as 401002.
    """
    one_of("channel", channel, [one.value for one in Channel])
    answer = RefusalAnswer(channel=Channel(channel), status=status, code=code, message=message, body="")
    options = settings(registration_id=registration_id, at=at, enrollment=enrollment, passphrase=passphrase)
    with Toolkit() as toolkit:
        given = _files(files, Purpose.ANY, None)
        told = toolkit.call("inspection", "explain-refusal", answer, given, options)
        # Both sides of the result are lists of findings.
        findings = toolkit.say(told.payload)
    if told.tag == "err":
        raise _wrong(findings)
    return findings


def page(code: str) -> Page | None:
    """The page of a finding's code, such as ``DX401``: what it is, why DPS cares, an example and the fix, in Markdown."""
    with Toolkit() as toolkit:
        found = toolkit.call("explanation", "explain", code.upper())
        return None if found is None else from_wit(Page, found)


def codes() -> list[str]:
    """Every code that has a page."""
    with Toolkit() as toolkit:
        return list(toolkit.call("explanation", "codes"))


def compare(
    old: FileInputs,
    new: FileInputs,
    *,
    enrollment: EnrollmentKind | None = None,
    passphrase: str | bytes | None = None,
) -> Comparison:
    """What changed between a device's certificates, or a CA's, and those that are to follow; and what to do because of it.

    Where one side holds nothing to compare there is no ``verdict``, and the findings say why.
    """
    options = settings(enrollment=enrollment, passphrase=passphrase)
    before, after = _files(old, Purpose.DEVICE_CHAIN, "OLD"), _files(new, Purpose.DEVICE_CHAIN, "NEW")
    return from_json(Comparison, json.loads(_ask("inspection", "compare", before, after, options)))


def repair(*paths_or_bytes: FileInput, key: FileInput | None = None, passphrase: str | bytes | None = None) -> Repairs:
    """The files as they should have been: one for each, and the chain that a client sends.

    A private key is written only where it was given as ``key``.
    """
    given = _device_files(paths_or_bytes, key, None, None)
    return from_wit(Repairs, _ask("inspection", "repair", given, settings(passphrase=passphrase)))


def targets() -> tuple[Target, ...]:
    """Every client that can be configured."""
    with Toolkit() as toolkit:
        return tuple(from_json(Target, one) for one in json.loads(toolkit.call("configuration", "targets")))


def configure(
    targets: str | Iterable[str],
    *paths_or_bytes: FileInput,
    id_scope: str | None = None,
    registration_id: str | None = None,
    endpoint: str | None = None,
    transport: TransportName = "mqtt",
    folder: str | None = None,
    key_path: str | None = None,
    key: FileInput | None = None,
    embed_key: bool = False,
    enrollment: EnrollmentKind | None = None,
    group_ca: FileInputs | None = None,
    trust: FileInputs | None = None,
    cloud: CloudName = "public",
    at: datetime | date | None = None,
    passphrase: str | bytes | None = None,
    dps_name: str | None = None,
    resource_group: str | None = None,
    group_name: str | None = None,
) -> Configuration:
    """The files that clients need for this device. What is not possible is among the findings, and its target is missing.

    :param targets: Names of :func:`targets`, or ``"all"`` for whatever is possible.
    :param paths_or_bytes: The device's certificates.
    :param folder: Where the files are when the client runs.
    :param key_path: Where the private key is then.
    :param embed_key: Whether the text of ``key`` is to stand in the configuration.
    """
    one_of("transport", transport, [one.value for one in MqttTransport])
    names = [targets] if isinstance(targets, str) else list(targets)
    wanted = Wanted(
        id_scope=id_scope,
        endpoint=endpoint,
        transport=MqttTransport(transport),
        folder=folder,
        key_path=key_path,
        embeds_key=embed_key,
        dps_name=dps_name,
        resource_group=resource_group,
        group_name=group_name,
    )
    options = settings(
        registration_id=registration_id, at=at, cloud=cloud, enrollment=enrollment, passphrase=passphrase
    )
    given = _device_files(paths_or_bytes, key, group_ca, trust)
    return from_json(Configuration, json.loads(_ask("configuration", "configure", names, given, options, wanted)))


def servers(cloud: CloudName = "public") -> CloudServers:
    """Where devices of a cloud go, and by which roots they trust it."""
    one_of("cloud", cloud, CLOUDS)
    with Toolkit() as toolkit:
        return from_wit(CloudServers, toolkit.call("identity", "servers", CLOUDS[cloud]))


def generate(
    kind: Literal["self-signed", "chain", "device", "csr", "verification"],
    registration_id: str | None = None,
    *,
    key_type: Literal["p256", "p384", "rsa2048", "rsa3072", "rsa4096"] | None = None,
    count: int = 1,
    ca: FileInputs | None = None,
    ca_key: FileInput | None = None,
    passphrase: str | bytes | None = None,
    code: str | None = None,
    valid_for: timedelta | None = None,
    not_before: datetime | date | None = None,
    country: str | None = None,
    state: str | None = None,
    locality: str | None = None,
    organization: str | None = None,
) -> Made:
    """Makes test certificates, not for production: there, keys come into being in the device.

    :param kind: A device that signs its own certificate; a root, an intermediate and ``count`` devices below; a device below
        a CA that there is (``ca``, ``ca_key``); a key with a request for a CA to sign; the proof for the ``code`` of DPS that
        somebody has the CA's key.
    :param key_type: P-256, unless said otherwise, and P-384 for a request. RSA takes seconds.
    :raises InvalidInput: where it cannot be made.
    """
    device = Device(
        registration_id=registration_id or "",
        parts=SubjectParts(country=country, state=state, locality=locality, organization=organization),
        valid_for=valid_for,
        not_before=None if not_before is None else seconds(not_before),
    )
    authority = Authority(
        files=tuple([*_files(ca, Purpose.GROUP_CA, "ca"), *_files(ca_key, Purpose.DEVICE_KEY, "ca_key")]),
        passphrase=secret(passphrase),
    )
    if not 1 <= count < 1 << 32:
        raise InvalidInput(f"`count` is a number of devices from 1, and not {count}.")
    recipes: dict[str, Recipe] = {
        "self-signed": RecipeSelfSigned(value=device),
        "chain": RecipeChain(value=(device, count)),
        "device": RecipeDevice(value=(device, authority)),
        "csr": RecipeCsr(value=device),
        "verification": RecipeVerification(value=(authority, code or "")),
    }
    one_of("kind", kind, recipes)
    if key_type is not None:
        one_of("key_type", key_type, [one.value for one in KeyType])
    seed = tuple(secrets.randbits(64) for _ in range(4))
    with Toolkit() as toolkit:
        of = None if key_type is None else KeyType(key_type)
        told = toolkit.call("generation", "generate", recipes[kind], of, seconds(None), seed)
        if told.tag == "err":
            raise InvalidInput(told.payload.message, toolkit.say(told.payload.findings))
        return from_wit(Made, told.payload)


def _device_files(
    given: Iterable[FileInput], key: FileInput | None, group_ca: FileInputs | None, trust: FileInputs | None
) -> list[File]:
    return [
        *_files(given, Purpose.ANY, None),
        *_files(key, Purpose.DEVICE_KEY, "key"),
        *_files(group_ca, Purpose.GROUP_CA, "group-ca"),
        *_files(trust, Purpose.SERVER_TRUST, "trust"),
    ]


#: ``files`` is a parameter's name, too.
_files = files


def _ask(interface: str, function: str, *arguments: object) -> Any:
    """Calls a function whose error is a list of findings about the settings."""
    with Toolkit() as toolkit:
        told = toolkit.call(interface, function, *arguments)
        if isinstance(told, list):
            raise _wrong(toolkit.say(told))
        return told


def _wrong(findings: tuple[Finding, ...]) -> DpsError:
    return InvalidInput(findings[0].message if findings else "The settings are wrong.", findings)
