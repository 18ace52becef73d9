"""What is known of connections, and why there is none."""

# Made by `cargo xtask python` from wit/transport.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, TypeAlias


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where to dial."""

    host: str
    """Host name in lower case, or an IP address without brackets."""
    port: int
    """TCP port, never 0."""


@dataclass(frozen=True, kw_only=True)
class ConnectionInfo:
    """What the host knows of a connection."""

    peer: str | None = None
    """The address that was dialled, such as `127.0.0.1:8883`."""
    tls_version: str | None = None
    """The TLS version, such as `TLSv1.2`."""
    cipher_suite: str | None = None
    """The cipher suite by its IANA name."""
    server_chain: tuple[bytes, ...]
    """The server's chain as it was presented, leaf first, DER."""


class Distrust(str, Enum):
    """Why this side did not accept the server's certificate."""

    UNKNOWN_ISSUER = "unknown-issuer"
    """The chain does not end in a trusted root."""
    EXPIRED = "expired"
    """It has expired, by the host's clock."""
    NOT_YET_VALID = "not-yet-valid"
    """It is not valid yet, by the host's clock."""
    WRONG_NAME = "wrong-name"
    """It is for other names."""
    INVALID = "invalid"
    """Anything else: signature, usage, encoding."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class UntrustedServer:
    """A server certificate that was not accepted, with the evidence."""

    reason: Distrust
    """Why."""
    detail: str
    """The host's own words, for a person; not to be matched on."""
    chain: tuple[bytes, ...]
    """The chain as it was presented, leaf first, DER."""


@dataclass(frozen=True, kw_only=True)
class TlsAlert:
    """A TLS alert of the peer."""

    number: int
    """Its number (RFC 5246 section 7.2, RFC 8446 section 6)."""
    detail: str
    """The host's own words, for a person; not to be matched on."""


class ProxyFault(str, Enum):
    """Why a proxy did not make a way to the endpoint (HTTP CONNECT, RFC 9110 section 9.3.6)."""

    NAME_NOT_FOUND = "name-not-found"
    """Its name has no address."""
    UNREACHABLE = "unreachable"
    """No route to it."""
    REFUSED = "refused"
    """Nobody listens at its port."""
    TIMED_OUT = "timed-out"
    """It did not answer in time."""
    AUTHENTICATION_REQUIRED = "authentication-required"
    """It wants to know who asks (407)."""
    DENIED = "denied"
    """It answered with another status than 2xx."""
    NOT_HTTP = "not-http"
    """It does not answer in HTTP."""
    CLOSED = "closed"
    """It closed or reset the connection."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class ProxyFailure:
    """A proxy that did not make a way."""

    reason: ProxyFault
    """Why."""
    detail: str
    """The host's own words, for a person; not to be matched on."""


@dataclass(frozen=True, kw_only=True)
class TransportFailureNameNotFound:
    """The host name has no address."""

    CASE: ClassVar[str] = "name-not-found"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureUnreachable:
    """No route to the address."""

    CASE: ClassVar[str] = "unreachable"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureRefused:
    """Nobody listens at the port."""

    CASE: ClassVar[str] = "refused"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureTimedOut:
    """No answer in time, before TLS was up."""

    CASE: ClassVar[str] = "timed-out"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureNotTls:
    """The peer does not speak TLS."""

    CASE: ClassVar[str] = "not-tls"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureServerNotTrusted:
    """This side did not accept the server's certificate."""

    CASE: ClassVar[str] = "server-not-trusted"
    value: UntrustedServer


@dataclass(frozen=True, kw_only=True)
class TransportFailureAlert:
    """The peer ended TLS with an alert; a refused client certificate is one. Before or after the handshake.
    """

    CASE: ClassVar[str] = "alert"
    value: TlsAlert


@dataclass(frozen=True, kw_only=True)
class TransportFailureNoCommonParameters:
    """No common TLS version, cipher suite or group."""

    CASE: ClassVar[str] = "no-common-parameters"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureClosed:
    """The peer closed or reset the connection."""

    CASE: ClassVar[str] = "closed"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureSilent:
    """The connection is up, and the peer leaves something unanswered. Said by the session, not by a host."""

    CASE: ClassVar[str] = "silent"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureProxy:
    """The proxy on the way did not make the connection."""

    CASE: ClassVar[str] = "proxy"
    value: ProxyFailure


@dataclass(frozen=True, kw_only=True)
class TransportFailureNotAllowed:
    """The host does not allow this endpoint with this identity."""

    CASE: ClassVar[str] = "not-allowed"
    value: str


@dataclass(frozen=True, kw_only=True)
class TransportFailureOther:
    """Anything else."""

    CASE: ClassVar[str] = "other"
    value: str


TransportFailure: TypeAlias = (
    TransportFailureNameNotFound
    | TransportFailureUnreachable
    | TransportFailureRefused
    | TransportFailureTimedOut
    | TransportFailureNotTls
    | TransportFailureServerNotTrusted
    | TransportFailureAlert
    | TransportFailureNoCommonParameters
    | TransportFailureClosed
    | TransportFailureSilent
    | TransportFailureProxy
    | TransportFailureNotAllowed
    | TransportFailureOther
)
"""Why a connection was not made, or ended. Strings are the host's own words, for a person; they are not
to be matched on.
"""


__all__ = [
    "ConnectionInfo",
    "Distrust",
    "Endpoint",
    "ProxyFailure",
    "ProxyFault",
    "TlsAlert",
    "TransportFailure",
    "TransportFailureAlert",
    "TransportFailureClosed",
    "TransportFailureNameNotFound",
    "TransportFailureNoCommonParameters",
    "TransportFailureNotAllowed",
    "TransportFailureNotTls",
    "TransportFailureOther",
    "TransportFailureProxy",
    "TransportFailureRefused",
    "TransportFailureServerNotTrusted",
    "TransportFailureSilent",
    "TransportFailureTimedOut",
    "TransportFailureUnreachable",
    "UntrustedServer",
]
