"""Tests only: every connection leads to the address and port in DIAL, as with `curl --connect-to`.

The clients are unmodified, and what they check in TLS is the name that they meant to dial.
"""

import os
import socket

_resolve = socket.getaddrinfo


def _to_the_stand(_host, _port, *arguments, **options):
    address, port = os.environ["DIAL"].rsplit(":", 1)
    return _resolve(address, int(port), *arguments, **options)


socket.getaddrinfo = _to_the_stand
