"""Certificate and key files: the chain they make, and what is wrong with it."""

# Made by `cargo xtask python` from wit/inspection.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import ClassVar, TypeAlias

from .findings import Finding


class Purpose(str, Enum):
    """What a file is meant to hold."""

    ANY = "any"
    """Nobody said."""
    DEVICE_CHAIN = "device-chain"
    """The leaf, and the intermediates that are sent with it."""
    DEVICE_KEY = "device-key"
    """The leaf's private key."""
    GROUP_CA = "group-ca"
    """The certificate that was uploaded to the service as the group's CA."""
    SERVER_TRUST = "server-trust"
    """The roots by which the device trusts the server."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class File:
    """One file. Nothing secret of it comes back in any report."""

    input: str | None = None
    """The input as its user knows it: a flag, a field of a form."""
    path: str | None = None
    """Its name or path."""
    purpose: Purpose
    """What it is meant to hold."""
    bytes: bytes
    """What it holds."""


class Enrollment(str, Enum):
    """How the device is enrolled in DPS."""

    UNKNOWN = "unknown"
    """Nobody said."""
    INDIVIDUAL = "individual"
    """By its own certificate."""
    GROUP = "group"
    """By a CA that its chain leads to."""

    __str__ = str.__str__


class Cloud(str, Enum):
    """The clouds that have DPS."""

    PUBLIC = "public"
    """Azure, public."""
    US_GOV = "us-gov"
    """Azure US Government."""
    CHINA = "china"
    """Azure China, operated by 21Vianet."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is to be checked besides the files."""

    registration_id: str | None = None
    """The registration ID that the device is to register as."""
    at: int | None = None
    """When, in seconds since 1970; without it nothing is said about validity."""
    expires_within: timedelta | None = None
    """How long a certificate should still be valid; without it nothing is said before it has expired."""
    cloud: Cloud | None = None
    """Absent for a server of one's own, of which nothing is known."""
    enrollment: Enrollment
    """How the device is enrolled."""
    passphrase: bytes | None = None
    """The passphrase of an encrypted private key."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found."""

    json: str
    """The whole report as JSON text, `crate/core/schema/check.json`; the command line's is the same."""
    sarif: str
    """The findings as a SARIF 2.1.0 log, explanation pages included."""
    findings: tuple[Finding, ...]
    """The findings of the report."""
    blocks: tuple[str, ...]
    """The same, each as a block of lines for a person; the command line's are the same."""


@dataclass(frozen=True, kw_only=True)
class Repairs:
    """Files as they should have been, one for each, and what a client sends."""

    full_chain: str | None = None
    """Leaf and intermediates in the order in which a device sends them, PEM; absent without a leaf."""
    files: tuple[Remedy, ...]
    """In the order of the files."""


@dataclass(frozen=True, kw_only=True)
class RemedyNeedless:
    """It is canonical already, or holds nothing that PEM is for."""

    CASE: ClassVar[str] = "needless"


@dataclass(frozen=True, kw_only=True)
class RemedyDone:
    """Written anew."""

    CASE: ClassVar[str] = "done"
    value: Repaired


@dataclass(frozen=True, kw_only=True)
class RemedyImpossible:
    """It cannot be: why, as the end of a sentence."""

    CASE: ClassVar[str] = "impossible"
    value: str


Remedy: TypeAlias = RemedyNeedless | RemedyDone | RemedyImpossible
"""What can be done for one file."""


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """A file that was written anew."""

    text: str
    """Canonical PEM."""
    is_secret: bool
    """Whether a private key is in it: only in files for `device-key`."""
    is_without_key: bool
    """Whether a private key was left out."""


__all__ = [
    "Cloud",
    "Enrollment",
    "File",
    "Purpose",
    "Remedy",
    "RemedyDone",
    "RemedyImpossible",
    "RemedyNeedless",
    "Repaired",
    "Repairs",
    "Report",
    "Settings",
]
