"""HTTP proxies: which one, and how it is asked for a way (RFC 9110 section 9.3.6)."""

from __future__ import annotations

import base64
import ipaddress
import os
import re
from dataclasses import dataclass
from typing import Generator, Mapping
from urllib.parse import unquote

from .errors import InvalidInput
from .wit.transport import ProxyFailure, ProxyFault, TransportFailure, TransportFailureProxy

#: In the order in which curl asks.
VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
#: Of curl, for a proxy's URL without a port.
DEFAULT_PORT = 1080
#: The longest head of an answer, in bytes.
MAX_HEAD = 16 * 1024


@dataclass(frozen=True)
class Proxy:
    """An HTTP proxy."""

    host: str
    port: int
    #: The value of Proxy-Authorization: Basic (RFC 7617).
    authorization: str | None = None

    def __repr__(self) -> str:
        return f"Proxy({self.host}:{self.port})"

    @property
    def address(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def choose(given: str | bool | None, host: str, environment: Mapping[str, str] = os.environ) -> Proxy | None:
    """The proxy for a host: the one that was given, none for ``False``, else what the environment says."""
    if isinstance(given, str):
        return parse(given, "proxy")
    if given is False:
        return None
    name = next((name for name in VARIABLES if environment.get(name)), None)
    bypassed = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    if name is None or is_bypassed(host, bypassed):
        return None
    return parse(environment[name], name)


def parse(text: str, parameter: str) -> Proxy:
    """Reads ``[http://][USER[:PASSWORD]@]HOST[:PORT]``, user and password percent-encoded.

    :raises InvalidInput: with nothing of a password in its message.
    """
    scheme, mark, rest = text.partition("://")
    if mark and scheme.lower() != "http":
        raise _wrong(parameter, "proxies are spoken to as http://")
    rest = rest if mark else text
    authority = re.split("[/?#]", rest)[0]
    # A password with such a character in it ends here, and the user would be taken for the host.
    if "@" in rest[len(authority) :]:
        raise _wrong(parameter, "/, ? and # in a password are written %2F, %3F and %23")
    user, at, place = authority.rpartition("@")
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d*))?", place)
    if found is None:
        raise _wrong(parameter, "it has no host, or no possible one")
    port = int(found[3]) if found[3] else DEFAULT_PORT
    if not 0 < port < 1 << 16:
        raise _wrong(parameter, "its port is no number from 1 to 65535")
    authorization = None
    if at:
        name, _, password = user.partition(":")
        plain = f"{unquote(name)}:{unquote(password)}"
        authorization = f"Basic {base64.b64encode(plain.encode()).decode()}"
    return Proxy(found[1] or found[2], port, authorization)


def _wrong(parameter: str, why: str) -> InvalidInput:
    advice = "Write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with both percent-encoded."
    return InvalidInput(f"The proxy of `{parameter}` cannot be used: {why}. {advice}")


def is_bypassed(host: str, names: str) -> bool:
    """Whether a host is dialled without a proxy, by a list as ``NO_PROXY`` has it and curl reads it: ``*`` stands for every
    host, a name for itself and everything below it, an address for itself, ``10.0.0.0/8`` for a network."""
    name = host.rstrip(".").lower()
    return any(word == "*" or _is_in(name, word) for word in re.split(r"[,\s]+", names.lower()) if word)


def _is_in(name: str, word: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        above = word.lstrip(".").rstrip(".")
        return bool(above) and (name == above or name.endswith(f".{above}"))
    try:
        return address in ipaddress.ip_network(word.strip("[]"), strict=False)
    except ValueError:
        return False


def tunnel(proxy: Proxy, target: str) -> Generator[bytes | None, bytes, TransportFailure | None]:
    """Asks for a way: gives bytes to send once, then ``None`` for each bytes that are wanted; ends with what is wrong.

    One byte at a time is to be given: what follows the head belongs to TLS.
    """
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.authorization is not None:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    yield ("\r\n".join(lines) + "\r\n\r\n").encode()
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        more = yield None
        if not more and not head:
            return failed(proxy, ProxyFault.CLOSED, "it closed without an answer")
        if not more:
            return failed(proxy, ProxyFault.NOT_HTTP, "it closed within the head of its answer")
        head += more
        if len(head) > MAX_HEAD or head[:7] != b"HTTP/1."[: len(head)]:
            return failed(proxy, ProxyFault.NOT_HTTP, _begins(proxy, head))
    found = re.match(rb"HTTP/1\.\d (\d{3})(?: ([^\r\n]*))?\r?\n", head)
    if found is None:
        return failed(proxy, ProxyFault.NOT_HTTP, _begins(proxy, head))
    words = f"{found[1].decode()} {_shown(proxy, found[2] or b'')}".strip()
    if found[1] == b"407":
        offers = ", ".join(_shown(proxy, one) for one in re.findall(rb"(?im)^proxy-authenticate: *(.*?)\r?$", head))
        return failed(proxy, ProxyFault.AUTHENTICATION_REQUIRED, f"{words} ({offers})" if offers else words)
    if not found[1].startswith(b"2"):
        return failed(proxy, ProxyFault.DENIED, words)
    return None


def failed(proxy: Proxy, fault: ProxyFault, words: str) -> TransportFailure:
    """A failure of the proxy."""
    return TransportFailureProxy(value=ProxyFailure(reason=fault, detail=f"{proxy.address}: {words}"))


def _begins(proxy: Proxy, head: bytes) -> str:
    return f'its answer begins "{_shown(proxy, head, 40)}"'


def _shown(proxy: Proxy, raw: bytes, most: int | None = None) -> str:
    """Without anything that a terminal would act on, and not the password."""
    if _is_repeated(proxy, raw):
        return "(it repeats the password, which is not shown)"
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", raw[:most].decode("latin-1"))


def _is_repeated(proxy: Proxy, raw: bytes) -> bool:
    """Whether the password is there: an answer may repeat what was asked. What is cut off has the beginning, so the first
    characters of Basic are enough."""
    if proxy.authorization is None:
        return False
    basic = proxy.authorization.removeprefix("Basic ").encode()
    password = base64.b64decode(basic).partition(b":")[2]
    return basic[:4] in raw or (password != b"" and password in raw)
