"""A device's certificate and key for ``ssl``. The key goes there and nowhere else: the component sees certificates alone."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import ssl
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

from . import _inputs
from ._codec import from_wit
from ._inputs import FileInput, FileInputs
from ._toolkit import Toolkit
from .errors import IdentityError
from .wit.identity import Certificates, CloudServers
from .wit.inspection import Cloud, File, Purpose

PRIVATE = re.compile(rb"-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----.*?-----END \1-----\s*", re.DOTALL)


@dataclass(frozen=True)
class Identity:
    """What a connection needs."""

    context: ssl.SSLContext
    #: Of the leaf.
    common_name: str | None
    #: For what is said of a refusal: the certificates, without any key.
    files: tuple[File, ...]
    #: What the names of hubs that may be dialled end with.
    hub_suffix: str | None


def read(
    cert: FileInputs | None,
    key: FileInput | None,
    passphrase: str | bytes | Callable[[], str | bytes] | None,
    trust: FileInputs | None,
    cloud: Cloud | None,
    context: ssl.SSLContext | None,
) -> Identity:
    """Reads and judges the certificates, and gives them with the key to ``ssl``.

    :raises IdentityError: They cannot be used.
    """
    given = _inputs.files(cert, Purpose.DEVICE_CHAIN, "cert")
    keys = [block[0] for one in given for block in PRIVATE.finditer(one.bytes)]
    for one in given:
        if _first_integer(one.bytes) == 3:
            raise IdentityError(
                "`cert` is a PKCS#12 store, with the private key inside. Python's ssl takes none:"
                " `openssl pkcs12 -in device.pfx -out device.pem -nodes` writes what it takes."
            )
    public = tuple(_without_keys(one) for one in given)
    roots = _inputs.files(trust, Purpose.SERVER_TRUST, "trust")
    with Toolkit() as toolkit:
        told = toolkit.call("identity", "read", [*public, *roots], _inputs.settings(cloud=None))
        certificates = from_wit(Certificates, told)
        findings = toolkit.say(told.findings) if given or roots else ()
        servers = None if cloud is None else from_wit(CloudServers, toolkit.call("identity", "servers", cloud))
    if findings and (given or any(one.severity == "error" for one in findings)):
        raise IdentityError(findings[0].message, findings)
    suffix = None if servers is None else servers.hub_suffix
    if context is not None:
        return Identity(context, certificates.common_name, public, suffix)
    if not given:
        raise IdentityError("What is missing is the device's certificate. Give `cert`, or an `ssl_context` that has it.")
    if not certificates.chain:
        raise IdentityError("There is no device's certificate in `cert`. `inspect` says what is in it.")
    anchors = "".join(root.pem for root in servers.roots) if servers is not None else ""
    made = _context(anchors + certificates.trust)
    _load(made, certificates.chain.encode(), key if key is not None else b"".join(keys), passphrase)
    return Identity(made, certificates.common_name, public, suffix)


def _context(anchors: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if anchors:
        context.load_verify_locations(cadata=anchors)
    return context


def _load(
    context: ssl.SSLContext,
    chain: bytes,
    key: FileInput,
    passphrase: str | bytes | Callable[[], str | bytes] | None,
) -> None:
    is_locked = False

    def password() -> str | bytes:
        nonlocal is_locked
        is_locked = True
        if passphrase is None:
            # Without this, OpenSSL would ask at the terminal.
            raise IdentityError("The private key is encrypted. Give `passphrase`.")
        return passphrase() if callable(passphrase) else passphrase

    with contextlib.ExitStack() as stack:
        chain_path = stack.enter_context(_as_file(chain))
        key_path = stack.enter_context(_key_file(key))
        try:
            context.load_cert_chain(chain_path, key_path, password)
        except ssl.SSLError as error:
            raise IdentityError(_why(error, is_locked)) from error


def _why(error: ssl.SSLError, is_locked: bool) -> str:
    words = f"{error.reason or ''} {error}"
    if "KEY_VALUES_MISMATCH" in words or "KEY_TYPE_MISMATCH" in words:
        return "The private key is not that of the certificate. `inspect(cert, key=key)` says which one it belongs to."
    if is_locked:
        # Python says no more than "PEM lib" of it.
        return "The passphrase does not open the private key."
    if "EE_KEY_TOO_SMALL" in words or "CA_MD_TOO_WEAK" in words:
        return f"OpenSSL of this machine does not take the certificate: {error}."
    return f"There is no private key in `key` that OpenSSL reads ({error}). `inspect(cert, key=key)` says what it is."


@contextlib.contextmanager
def _key_file(key: FileInput) -> Iterator[str]:
    """The key as a PEM file, which is all that ``ssl`` takes."""
    if isinstance(key, str) and "-----BEGIN" not in key or isinstance(key, os.PathLike):
        path = os.fspath(key)
        with _inputs.opened(path) as file:
            is_text = file.read(1) != b"\x30"
        if is_text:
            # Nobody but OpenSSL reads it.
            yield path
            return
        key = Path(path).read_bytes()
    data = key.bytes if isinstance(key, File) else key.encode() if isinstance(key, str) else bytes(key)
    if not data.strip():
        raise IdentityError("What is missing is the private key of the device's certificate. Give `key`.")
    with _as_file(_pem(data)) as path:
        yield path


def _pem(key: bytes) -> bytes:
    """A key as PEM; what is not DER stays as it is."""
    if key[:1] != b"\x30":
        return key
    label = _label(key)
    body = base64.encodebytes(key).replace(b"\n", b"")
    lines = b"\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return b"-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, lines, label)


def _label(der: bytes) -> bytes:
    """What kind of key it is: PKCS#8 (RFC 5208, RFC 5958), SEC 1 (RFC 5915) or PKCS#1 (RFC 8017)."""
    content = _content(der)
    if content[:1] == b"\x30":
        return b"ENCRYPTED PRIVATE KEY"
    after = content[3:4]
    if content[:3] == b"\x02\x01\x01" and after == b"\x04":
        return b"EC PRIVATE KEY"
    if content[:3] == b"\x02\x01\x00" and after == b"\x02":
        return b"RSA PRIVATE KEY"
    return b"PRIVATE KEY"


def _content(der: bytes) -> bytes:
    """What is in a SEQUENCE."""
    length = der[1] if len(der) > 1 else 0
    return der[2 + (length & 0x7F if length & 0x80 else 0) :]


def _first_integer(der: bytes) -> int | None:
    """The version that a PKCS#12 store begins with is 3 (RFC 7292 section 4)."""
    content = _content(der) if der[:1] == b"\x30" else b""
    return content[2] if content[:2] == b"\x02\x01" and len(content) > 2 else None


def _without_keys(file: File) -> File:
    return File(input=file.input, path=file.path, purpose=file.purpose, bytes=PRIVATE.sub(b"", file.bytes))


@contextlib.contextmanager
def _as_file(data: bytes) -> Iterator[str]:
    """Bytes as a file for as long as OpenSSL reads it: in memory where there is such a thing, else in a folder of this user."""
    descriptor = _in_memory(data)
    if descriptor is not None:
        try:
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory(prefix="dps-x509-") as folder:
        path = Path(folder, "pem")
        path.touch(mode=0o600)
        try:
            path.write_bytes(data)
            yield str(path)
        finally:
            path.write_bytes(b"\0" * len(data))


def _in_memory(data: bytes) -> int | None:
    if sys.platform != "linux" or not os.path.isdir("/proc/self/fd"):
        return None
    try:
        descriptor = os.memfd_create("dps-x509", os.MFD_CLOEXEC)
    except OSError:
        return None
    with open(descriptor, "wb", closefd=False) as file:
        file.write(data)
    return descriptor
