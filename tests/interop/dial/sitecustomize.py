"""Tests only: every name leads to the address in DIAL, as a hosts file would have it."""

import os
import socket

_resolve = socket.getaddrinfo


def _to_the_stand(host, *arguments, **options):
    return _resolve(os.environ["DIAL"], *arguments, **options)


socket.getaddrinfo = _to_the_stand
