"""What was found in certificate and key files. Nothing secret is in it."""

# Made by `cargo xtask python` from crate/core/schema/check.json; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..wit.findings import Finding, Place


@dataclass(frozen=True, kw_only=True)
class Unless:
    """``verdict.unless`` of the report."""

    condition: Literal["dps-is-laxer", "revocation-ignored", "repaired"]
    sentence: str
    """What follows on "not ready, unless"."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What it comes to: on the command line as --fail-on and --allow count, elsewhere with every error
    counting.
    """

    word: Literal["ready", "not ready", "nothing usable"]
    decided_by: tuple[str, ...]
    """Codes of the findings that decide it, each once; none where it is ready."""
    unless: Unless | None
    """What would make it ready all the same; null if nothing would but other files."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """``candidate`` of the report."""

    subject: str
    """Whose issuer was looked for."""
    issuer: str
    """What was tried."""
    place: Place
    outcome: Literal["taken", "taken-all-the-same", "signed-too", "other-key-identifier", "signature-does-not-hold", "other-name", "not-tried"]
    reason: str
    """Why, as the end of a sentence."""


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The device's chain, each certificate by its subject."""

    leaf: str | None
    intermediates: tuple[str, ...]
    """From the leaf upwards."""
    root: str | None
    missing_issuer: str | None
    """Who signed the last certificate that is there."""
    in_order: bool
    """Whether the files hold the chain in the order in which it is sent."""
    tried: tuple[Candidate, ...]
    """Every certificate that was tried as an issuer, from the leaf upwards, 64 at most."""


@dataclass(frozen=True, kw_only=True)
class WayStep:
    """``way`` of the report."""

    sha256: str
    sent: bool
    """Whether the device has to send it."""
    uploaded: bool
    """Whether the service has it."""
    up: Literal["signature", "name", "broken", "missing"] | None
    """What the step to its issuer rests on: a signature that was computed, a name alone, nothing, or an
    issuer that is not among the files. null where the way ends.
    """
    missing: str | None
    """The issuer's name, if it is missing."""
    missing_common_name: str | None
    """The first CN of that name, as it is written there."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """``checked`` of the report."""

    question: Literal["chain", "signatures", "key", "name", "validity", "usage", "encoding", "files", "trust", "service"]
    """What was asked. service is what no file shows."""
    result: Literal["passed", "doubtful", "failed", "unknown"]
    """unknown: what it takes to know was not given."""
    codes: tuple[str, ...]
    """Of the findings that say so."""


@dataclass(frozen=True, kw_only=True)
class ClientCertificate:
    """``clientCertificate`` of the report."""

    form: Literal["as-it-stands", "as-pem", "joined", "in-order"]
    files: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class ForService:
    """Which of its files goes into a box of the service, and in which form: as it stands, the certificate
    alone, as PEM, or without the private key that stands in the file. Absent where it goes into none.
    """

    form: Literal["as-it-stands", "alone", "as-pem", "without-key"]
    place: Place


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Absent members are not in the certificate, or cannot be read."""

    role: str
    destinations: tuple[Literal["client certificate", "CA file", "individual enrollment", "enrollment group", "CA certificates of the DPS instance", "verification of a CA certificate"], ...]
    """Which boxes it goes into."""
    for_service: ForService | None = None
    """Which of its files goes into a box of the service, and in which form: as it stands, the certificate
    alone, as PEM, or without the private key that stands in the file. Absent where it goes into none.
    """
    subject: str
    common_name: str | None = None
    """The first CN of the subject, as it is written there."""
    issuer: str
    serial_number: str
    version: int
    """1 to 3, or what is there instead."""
    not_before: str | None = None
    not_after: str | None = None
    key: str | None = None
    signature: str | None = None
    sha256: str
    sha1: str
    bytes: int
    """Length of the DER."""
    self_issued: bool
    place: Place
    ca: bool | None = None
    path_length: int | None = None
    key_usage: tuple[str, ...] | None = None
    extended_key_usage: tuple[str, ...] | None = None
    subject_key_id: str | None = None
    authority_key_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """``keys`` of the report."""

    type: str
    place: Place
    kept_in: Literal["token"] | None = None
    """Where it stays: its public half was compared. Absent of a key in a file."""
    belongs_to: str | None
    """SHA-256 of the certificate that it belongs to; null if none is there."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """``items`` of the report."""

    sort: Literal["certificate", "certificate-request", "revocation-list", "private-key", "store", "other", "unknown"]
    """What sort of object it is."""
    kind: str
    """What it is, in words."""
    place: Place
    damaged: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found in certificate and key files. Nothing secret is in it."""

    version: Literal[1]
    verdict: Verdict
    """What it comes to: on the command line as --fail-on and --allow count, elsewhere with every error
    counting.
    """
    chain: Chain
    """The device's chain, each certificate by its subject."""
    way: tuple[WayStep, ...]
    """The way from the device's certificate to what the service has, the leaf first."""
    checked: tuple[Checked, ...]
    """What was asked of the files, and what came of it."""
    client_certificate: ClientCertificate | None
    """Which files a client is given as its certificate, that with the leaf first, and what is to be done with
    them: nothing, written as PEM, joined in this order, or put in order. null without the certificate of a
    device.
    """
    certificates: tuple[Certificate, ...]
    """Every certificate, the device's chain first."""
    keys: tuple[KeyFacts, ...]
    """What is public of the private keys."""
    items: tuple[Item, ...]
    """Everything that is in the files, in their order."""
    refused: tuple[str, ...]
    """Codes of findings for which a device's client does not read the files as they are written; it reads
    them repaired.
    """
    findings: tuple[Finding, ...]


__all__ = [
    "Candidate",
    "Certificate",
    "Chain",
    "Checked",
    "ClientCertificate",
    "ForService",
    "Item",
    "KeyFacts",
    "Report",
    "Unless",
    "Verdict",
    "WayStep",
]
