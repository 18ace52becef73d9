"""How another thread, or a signal's handler, ends a provisioning."""

from __future__ import annotations

import socket
import threading

__all__ = ["Cancellation"]


class Cancellation:
    """Ends every provisioning that it was given to, politely: a DISCONNECT is sent first."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._listening: set[socket.socket] = set()

    def cancel(self) -> None:
        """From any thread, any number of times."""
        self._event.set()
        with self._lock:
            for one in self._listening:
                try:
                    one.send(b"\0")
                except OSError:
                    pass  # It has been told already, or has just ended.

    @property
    def is_cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._event.is_set()

    def _listen(self) -> tuple[socket.socket, socket.socket]:
        """A pair of sockets: the first can be read when it is cancelled."""
        reader, writer = socket.socketpair()
        reader.setblocking(False)
        writer.setblocking(False)
        with self._lock:
            self._listening.add(writer)
        if self.is_cancelled:
            writer.send(b"\0")
        return reader, writer

    def _leave(self, writer: socket.socket) -> None:
        with self._lock:
            self._listening.discard(writer)
