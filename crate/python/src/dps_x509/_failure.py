"""What sockets and TLS say, in the words of the machine."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from typing import Callable

from .wit.transport import (
    ConnectionInfo,
    Distrust,
    TlsAlert,
    TransportFailure,
    TransportFailureAlert,
    TransportFailureClosed,
    TransportFailureNameNotFound,
    TransportFailureNoCommonParameters,
    TransportFailureNotAllowed,
    TransportFailureNotTls,
    TransportFailureOther,
    TransportFailureRefused,
    TransportFailureServerNotTrusted,
    TransportFailureTimedOut,
    TransportFailureUnreachable,
    UntrustedServer,
)

#: Of OpenSSL, ``X509_V_ERR_…`` (x509_vfy.h).
DISTRUST = {
    2: Distrust.UNKNOWN_ISSUER,
    9: Distrust.NOT_YET_VALID,
    10: Distrust.EXPIRED,
    18: Distrust.UNKNOWN_ISSUER,
    19: Distrust.UNKNOWN_ISSUER,
    20: Distrust.UNKNOWN_ISSUER,
    21: Distrust.UNKNOWN_ISSUER,
    27: Distrust.UNKNOWN_ISSUER,
    62: Distrust.WRONG_NAME,
    64: Distrust.WRONG_NAME,
}
#: Reasons of OpenSSL (sslerr.h) for a peer that speaks something else.
NOT_TLS = {"WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE"}
NO_COMMON = {"UNSUPPORTED_PROTOCOL", "NO_SHARED_CIPHER", "NO_PROTOCOLS_AVAILABLE", "WRONG_SSL_VERSION", "NO_SHARED_GROUP"}
UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.EHOSTDOWN}
CLOSED = {errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ESHUTDOWN, errno.ENOTCONN}


def transport_failure(error: BaseException, alert_number: Callable[[str], int | None]) -> TransportFailure:
    """An error of a socket or of TLS, told apart."""
    detail = str(error).strip() or type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = DISTRUST.get(error.verify_code, Distrust.INVALID)
        if "match" in error.verify_message.lower():
            reason = Distrust.WRONG_NAME
        return TransportFailureServerNotTrusted(value=UntrustedServer(reason=reason, detail=detail, chain=()))
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionResetError, BrokenPipeError)):
        return TransportFailureClosed(value=detail)
    if isinstance(error, ssl.SSLError):
        return _of_tls(error, detail, alert_number)
    if isinstance(error, socket.gaierror):
        return TransportFailureNameNotFound(value=detail)
    if isinstance(error, (TimeoutError, socket.timeout)):
        return TransportFailureTimedOut(value=detail)
    if isinstance(error, ConnectionRefusedError):
        return TransportFailureRefused(value=detail)
    number = error.errno if isinstance(error, OSError) else None
    if number in UNREACHABLE:
        return TransportFailureUnreachable(value=detail)
    if number in CLOSED:
        return TransportFailureClosed(value=detail)
    if number in (errno.EACCES, errno.EPERM):
        return TransportFailureNotAllowed(value=detail)
    return TransportFailureOther(value=detail)


def _of_tls(error: ssl.SSLError, detail: str, alert_number: Callable[[str], int | None]) -> TransportFailure:
    number = alert_number(detail)
    if number is not None:
        return TransportFailureAlert(value=TlsAlert(number=number, detail=detail))
    reason = error.reason or ""
    if reason in NOT_TLS:
        return TransportFailureNotTls(value=detail)
    if reason in NO_COMMON:
        return TransportFailureNoCommonParameters(value=detail)
    if reason == "UNEXPECTED_EOF_WHILE_READING":
        return TransportFailureClosed(value=detail)
    return TransportFailureOther(value=detail)


def connection_info(tls: ssl.SSLObject | ssl.SSLSocket, peer: str | None) -> ConnectionInfo:
    """What is known of a connection; ``peer`` is the address that was dialled."""
    cipher = tls.cipher()
    leaf = tls.getpeercert(binary_form=True)
    get_chain = getattr(tls, "get_unverified_chain", None)  # Since Python 3.13.
    chain = get_chain() if get_chain is not None else [leaf] if leaf else []
    return ConnectionInfo(
        peer=peer,
        tls_version=tls.version(),
        cipher_suite=None if cipher is None else _iana(cipher[0]),
        server_chain=tuple(map(bytes, chain)),
    )


def _iana(name: str) -> str | None:
    """A cipher suite of TLS 1.2 by its IANA name; OpenSSL has names of its own (ciphers(1))."""
    if name.startswith("TLS_"):
        return name
    found = re.fullmatch(r"(?:((?:EC)?DHE-(?:ECDSA|RSA))-)?(AES(?:128|256)|CHACHA20)-?(GCM|CCM8?|POLY1305)?-?(SHA\d*)?", name)
    if found is None:
        return None
    exchange, cipher, mode, digest = found.groups()
    if cipher == "CHACHA20":
        cipher, mode, digest = "CHACHA20_POLY1305", None, "SHA256"
    else:
        cipher, mode = cipher.replace("AES", "AES_"), mode or "CBC"
        mode = "CCM_8" if mode == "CCM8" else mode
    exchange = (exchange or "RSA").replace("-", "_")
    return "_".join(part for part in ["TLS", exchange, "WITH", cipher, mode, digest] if part)
