"""One connection of a thread: TCP, perhaps through a proxy, and TLS over it. Nothing blocks longer than it may."""

from __future__ import annotations

import os
import queue
import selectors
import socket
import ssl
import threading
from typing import Callable, TypeVar

from . import _failure, _proxy
from ._conversation import Dial, Stop, now
from ._proxy import Proxy
from .cancellation import Cancellation
from .wit.transport import ConnectionInfo, Endpoint, ProxyFault, TransportFailure

T = TypeVar("T")

#: As many bytes are read at once.
MOST = 16 * 1024


class _Late(Exception):
    """The time is over."""


class _Failed(Exception):
    def __init__(self, failure: TransportFailure) -> None:
        super().__init__(failure)
        self.failure = failure


class Line:
    """At most one connection at a time. A cancellation wakes whatever waits, once."""

    def __init__(
        self,
        context: ssl.SSLContext,
        alert_number: Callable[[str], int | None],
        cancellation: Cancellation | None,
        connect_to: tuple[str, int] | None,
    ) -> None:
        self._context = context
        self._alert_number = alert_number
        self._connect_to = connect_to
        self._socket: socket.socket | None = None
        self._cancellation = cancellation
        self._wake = None if cancellation is None else cancellation._listen()

    def dial(self, step: Dial) -> ConnectionInfo | TransportFailure | None:
        """Connects."""
        self.close()
        try:
            return self._connect(step)
        except _Late:
            self._drop()
            return None
        except _Failed as error:
            self._drop()
            return error.failure
        except (OSError, ssl.CertificateError) as error:
            self._drop()
            return self._told(error)

    def send(self, data: bytes, until: int) -> TransportFailure | None:
        """Sends all of it."""
        tls = self._socket
        if tls is None:
            return _failure.transport_failure(ConnectionResetError("not connected"), self._alert_number)
        try:
            view = memoryview(data)
            while view:
                view = view[self._do(lambda: tls.send(view), until) :]
        except _Late:
            return self._told(TimeoutError("the peer takes nothing"))
        except OSError as error:
            return self._told(error)
        return None

    def receive(self, until: int) -> bytes | TransportFailure | None:
        """Whatever comes first."""
        tls = self._socket
        try:
            if tls is None:
                self._wait(None, selectors.EVENT_READ, until)
                return None
            return self._do(lambda: tls.recv(MOST), until)
        except _Late:
            return None
        except ssl.SSLZeroReturnError:
            return b""
        except OSError as error:
            return self._told(error)

    def close(self) -> None:
        """Says close_notify, and waits for no answer."""
        tls, self._socket = self._socket, None
        if tls is None:
            return
        try:
            if isinstance(tls, ssl.SSLSocket):
                tls.unwrap()
        except (OSError, ValueError):
            pass  # Not blocking: it is sent, and the answer does not matter.
        tls.close()

    def end(self) -> None:
        """Nothing of it is left."""
        self.close()
        if self._wake is not None and self._cancellation is not None:
            self._cancellation._leave(self._wake[1])
            for one in self._wake:
                one.close()
            self._wake = None

    def _connect(self, step: Dial) -> ConnectionInfo:
        endpoint, proxy = step.endpoint, step.proxy
        host, port = (proxy.host, proxy.port) if proxy else self._connect_to or (endpoint.host, endpoint.port)
        try:
            tcp = self._tcp(host, port, step.until)
        except OSError as error:
            if proxy is None:
                raise
            raise _Failed(of_proxy(proxy, error)) from error
        self._socket = tcp
        if proxy is not None:
            self._tunnel(proxy, endpoint, step.until)
        peer = tcp.getpeername()
        self._socket = tls = self._context.wrap_socket(tcp, server_hostname=endpoint.host, do_handshake_on_connect=False)
        self._do(tls.do_handshake, step.until)
        return _failure.connection_info(tls, f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}")

    def _tcp(self, host: str, port: int, until: int) -> socket.socket:
        """The first address that answers; of several none may take all the time."""
        addresses = self._resolve(host, port, until)
        last: OSError = OSError("no address")
        for left, (family, kind, protocol, _, address) in zip(range(len(addresses), 0, -1), addresses):
            tcp = socket.socket(family, kind, protocol)
            try:
                tcp.setblocking(False)
                tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connect_tcp(tcp, address, now() + max(0, until - now()) // left)
                return tcp
            except _Late:
                last = TimeoutError("no answer from the address")
                tcp.close()
            except OSError as error:
                last = error
                tcp.close()
            except BaseException:
                tcp.close()
                raise
        if isinstance(last, TimeoutError) and now() >= until:
            raise _Late
        raise last

    def _connect_tcp(self, tcp: socket.socket, address: object, until: int) -> None:
        try:
            tcp.connect(address)  # type: ignore[arg-type]
            return
        except BlockingIOError:
            pass
        self._wait(tcp, selectors.EVENT_WRITE, until)
        number = tcp.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number != 0:
            # With the class that goes with the number, and the system's words.
            raise OSError(number, os.strerror(number))

    def _resolve(self, host: str, port: int, until: int) -> list[tuple[int, int, int, str, tuple[object, ...]]]:
        """In a thread of its own: the system's resolver knows no time and no end."""
        found: queue.Queue[object] = queue.Queue()

        def look() -> None:
            try:
                found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                found.put(error)

        threading.Thread(target=look, name="dps-x509 resolver", daemon=True).start()
        while True:
            try:
                answer = found.get(timeout=min(0.05, max(0.0, (until - now()) / 1000)))
            except queue.Empty:
                self._wait(None, selectors.EVENT_READ, now(), is_late=now() >= until)
                continue
            if isinstance(answer, UnicodeError):
                raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is no host name")
            if isinstance(answer, OSError):
                raise answer
            return answer  # type: ignore[return-value]

    def _tunnel(self, proxy: Proxy, endpoint: Endpoint, until: int) -> None:
        tcp = self._socket
        assert tcp is not None
        host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
        talk = _proxy.tunnel(proxy, f"{host}:{endpoint.port}")
        try:
            wanted = next(talk)
            while True:
                if wanted is None:
                    wanted = talk.send(self._do(lambda: tcp.recv(1), until))
                else:
                    data = wanted
                    self._do(lambda: tcp.send(data), until)
                    wanted = next(talk)
        except StopIteration as end:
            if end.value is not None:
                raise _Failed(end.value) from None
        except _Late:
            raise _Failed(_proxy.failed(proxy, ProxyFault.TIMED_OUT, "no answer to CONNECT in time")) from None
        except OSError as error:
            raise _Failed(_proxy.failed(proxy, ProxyFault.CLOSED, str(error))) from error

    def _do(self, work: Callable[[], T], until: int) -> T:
        """Does something as soon as the socket lets it be done."""
        while True:
            assert self._socket is not None
            try:
                return work()
            except (ssl.SSLWantReadError, BlockingIOError):
                self._wait(self._socket, selectors.EVENT_READ, until)
            except ssl.SSLWantWriteError:
                self._wait(self._socket, selectors.EVENT_WRITE, until)

    def _wait(self, tcp: socket.socket | None, event: int, until: int, *, is_late: bool = True) -> None:
        """Until the socket is ready.

        :raises _Late: at the time.
        :raises Stop: once, when it is cancelled.
        """
        with selectors.DefaultSelector() as selector:
            if tcp is not None:
                selector.register(tcp, event)
            if self._wake is not None:
                selector.register(self._wake[0], selectors.EVENT_READ)
            seconds = max(0.0, (until - now()) / 1000)
            if not selector.get_map():
                threading.Event().wait(seconds)
                ready = []
            else:
                ready = selector.select(seconds)
        if self._wake is not None and any(key.fileobj is self._wake[0] for key, _ in ready):
            self._wake[0].recv(16)
            raise Stop
        if not ready and is_late:
            raise _Late

    def _told(self, error: BaseException) -> TransportFailure:
        return _failure.transport_failure(error, self._alert_number)

    def _drop(self) -> None:
        tcp, self._socket = self._socket, None
        if tcp is not None:
            tcp.close()


def of_proxy(proxy: Proxy, error: OSError) -> TransportFailure:
    """What keeps TCP from a proxy, as the proxy's failure."""
    if isinstance(error, socket.gaierror):
        fault = ProxyFault.NAME_NOT_FOUND
    elif isinstance(error, ConnectionRefusedError):
        fault = ProxyFault.REFUSED
    elif isinstance(error, TimeoutError):
        fault = ProxyFault.TIMED_OUT
    else:
        fault = ProxyFault.UNREACHABLE
    return _proxy.failed(proxy, fault, str(error))
