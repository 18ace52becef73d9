"""Servers of the tests: a proxy, and one that takes connections and says nothing."""

from __future__ import annotations

import base64
import contextlib
import socket
import socketserver
import threading
from types import TracebackType
from typing import Iterator


@contextlib.contextmanager
def mute() -> Iterator[int]:
    """The port of a server that says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


class Proxy:
    """An HTTP proxy that makes ways for who has the password, and tells the others what they came with."""

    def __init__(self, user: str, password: str) -> None:
        self.targets: list[str] = []
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                target = self.rfile.readline().split()[1].decode()
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += self.rfile.readline()
                if f"Proxy-Authorization: Basic {basic}".encode() not in head:
                    offered = b" ".join(line for line in head.splitlines() if line.startswith(b"Proxy-"))
                    said = b"407 Who are you " + offered + b"\r\nProxy-Authenticate: Basic realm=" + offered
                    self.wfile.write(b"HTTP/1.1 " + said + b"\r\n\r\n")
                    return
                outer.targets.append(target)
                host, _, port = target.rpartition(":")
                with socket.create_connection((host, int(port))) as far:
                    self.wfile.write(b"HTTP/1.1 200 Here you are\r\nVia: test\r\n\r\n")
                    back = threading.Thread(target=_copy, args=(far, self.connection))
                    back.start()
                    _copy(self.connection, far)
                    back.join()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _copy(source: socket.socket, to: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            to.sendall(data)
    with contextlib.suppress(OSError):
        to.shutdown(socket.SHUT_WR)
