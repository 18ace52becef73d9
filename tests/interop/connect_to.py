"""Leads what the SDK dials to this machine: its ports are fixed, and its hubs are in the cloud.

Only the TCP connection goes elsewhere, as with `curl --connect-to`. The SDK is unmodified, and what it checks in TLS
is the name that it meant to dial.
"""

import socket


def connect_to(address):
    host, port = address.rsplit(":", 1)
    dial = socket.create_connection
    socket.create_connection = lambda _address, *args, **more: dial((host, int(port)), *args, **more)
