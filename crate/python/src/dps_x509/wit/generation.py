"""Test certificates, requests and proofs of possession. Not for production: there, keys come into being in the device."""

# Made by `cargo xtask python` from wit/generation.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import ClassVar, TypeAlias

from .findings import Finding
from .inspection import File


class KeyType(str, Enum):
    """Kinds of keys that can be made."""

    P256 = "p256"
    P384 = "p384"
    RSA2048 = "rsa2048"
    RSA3072 = "rsa3072"
    RSA4096 = "rsa4096"

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class SubjectParts:
    """What a subject has besides its CN."""

    country: str | None = None
    state: str | None = None
    locality: str | None = None
    organization: str | None = None


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device that gets a certificate."""

    registration_id: str
    """It becomes the CN."""
    parts: SubjectParts
    """What its subject has besides."""
    valid_for: timedelta | None = None
    """How long its certificate is valid; absent for a year."""
    not_before: int | None = None
    """When that begins, in seconds since 1970; absent for an hour ago."""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A CA that there is already."""

    files: tuple[File, ...]
    """Its certificate and those above it, and its private key."""
    passphrase: bytes | None = None
    """Of the key, if it is encrypted."""


@dataclass(frozen=True, kw_only=True)
class RecipeSelfSigned:
    """A device that signs its own certificate, for an individual enrollment."""

    CASE: ClassVar[str] = "self-signed"
    value: Device


@dataclass(frozen=True, kw_only=True)
class RecipeChain:
    """A root, an intermediate below it, and so many devices below that, for an enrollment group."""

    CASE: ClassVar[str] = "chain"
    value: tuple[Device, int]


@dataclass(frozen=True, kw_only=True)
class RecipeDevice:
    """A device below a CA."""

    CASE: ClassVar[str] = "device"
    value: tuple[Device, Authority]


@dataclass(frozen=True, kw_only=True)
class RecipeCsr:
    """A key, and a request for a CA to sign. Validity is the CA's to say."""

    CASE: ClassVar[str] = "csr"
    value: Device


@dataclass(frozen=True, kw_only=True)
class RecipeVerification:
    """The certificate by which DPS sees that somebody has the CA's key, for the code of DPS."""

    CASE: ClassVar[str] = "verification"
    value: tuple[Authority, str]


Recipe: TypeAlias = RecipeSelfSigned | RecipeChain | RecipeDevice | RecipeCsr | RecipeVerification
"""What is to be made."""


@dataclass(frozen=True, kw_only=True)
class MadeFile:
    """A file that was made."""

    path: str
    """Where, below the folder that everything goes into, with `/` between the names."""
    kind: str
    """What it is, such as `device-key`: a `kind` of `crate/core/schema/generate.json`."""
    text: str
    """What is in it."""
    is_secret: bool
    """Whether a private key is in it."""
    registration_id: str | None = None
    """The device that it belongs to."""
    subject: str | None = None
    """Of the certificate in it, in a chain of the first one, as RFC 4514 writes it."""
    validity: tuple[str, str] | None = None
    """Its validity, RFC 3339: the first second and the last one."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made."""

    files: tuple[MadeFile, ...]
    warnings: tuple[str, ...]
    """Sentences."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why nothing was made."""

    message: str
    """A sentence."""
    findings: tuple[Finding, ...]
    """The evidence, where there is some."""


__all__ = [
    "Authority",
    "Device",
    "KeyType",
    "Made",
    "MadeFile",
    "Recipe",
    "RecipeChain",
    "RecipeCsr",
    "RecipeDevice",
    "RecipeSelfSigned",
    "RecipeVerification",
    "Refusal",
    "SubjectParts",
]
