"""What TLS and DPS need of a device's certificates. The private key is not asked for."""

# Made by `cargo xtask python` from wit/identity.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass

from .findings import Finding


@dataclass(frozen=True, kw_only=True)
class Certificates:
    """A device's certificates, and what its server is trusted by."""

    chain: str
    """The chain as it is sent, leaf first, PEM; empty if there is none."""
    common_name: str | None = None
    """The CN of the leaf: with X.509 the registration ID."""
    trust: str
    """The certificates of the files for `server-trust`, PEM."""
    findings: tuple[Finding, ...]
    """For which nothing is to be dialled."""


@dataclass(frozen=True, kw_only=True)
class Root:
    """A root that servers of a cloud are trusted by."""

    name: str
    """What it is called."""
    pem: str
    """The certificate."""
    sha256: str
    """SHA-256 over its bytes, in hexadecimal."""
    not_after: str | None = None
    """Last second of its validity, RFC 3339."""


@dataclass(frozen=True, kw_only=True)
class CloudServers:
    """Where devices of a cloud go."""

    endpoint: str
    """Host of the global endpoint of DPS."""
    hub_suffix: str
    """What the names of its IoT hubs end with."""
    roots: tuple[Root, ...]
    """What DPS and the hubs are trusted by."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request for a certificate that DPS is to issue (preview), judged."""

    base64: str | None = None
    """Base64 of its DER, as `session.settings.csr` takes it; absent if it is none."""
    findings: tuple[Finding, ...]
    """What is wrong with it."""


__all__ = [
    "Certificates",
    "CloudServers",
    "Request",
    "Root",
]
