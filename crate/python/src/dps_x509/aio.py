"""The same over ``asyncio``: ``await dps_x509.aio.provision(…)``. Cancelling the task ends it, politely."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import timedelta
from functools import partial
from typing import Awaitable, Callable, Literal, TypeVar

from . import _failure, _proxy, _work
from ._conversation import Answer, Conversation, Dial, Receive, Send, Stop, converse, now
from ._inputs import CloudName, EnrollmentKind, FileInput, FileInputs
from ._json import Json
from ._line import MOST, of_proxy
from ._proxy import Proxy
from ._work import Assignment, OnEvent, Passphrase
from .report.provision import ProvisionReport
from .wit.transport import ConnectionInfo, Endpoint, ProxyFault, TransportFailure

__all__ = ["provision"]

T = TypeVar("T")

#: How long a goodbye may take, in seconds.
GOODBYE = 0.5


async def provision(
    id_scope: str,
    cert: FileInputs | None = None,
    key: FileInput | None = None,
    *,
    registration_id: str | None = None,
    passphrase: Passphrase = None,
    trust: FileInputs | None = None,
    cloud: CloudName | None = "public",
    ssl_context: ssl.SSLContext | None = None,
    endpoint: str | None = None,
    transport: Literal["mqtt", "websocket"] = "mqtt",
    api_version: str | None = None,
    client_version: str | None = None,
    payload: Json = None,
    csr: FileInput | None = None,
    check_hub: bool = False,
    allow_hub: str | tuple[str, ...] | list[str] = (),
    timeout: timedelta | float | None = None,
    keep_alive: timedelta | float | None = None,
    qos: Literal[0, 1] = 1,
    proxy: str | bool | None = None,
    connect_to: str | None = None,
    enrollment: EnrollmentKind | None = None,
    on_event: OnEvent | None = None,
) -> Assignment:
    """Registers a device at DPS, and gives its hub. Everything is as in :func:`dps_x509.provision`.

    Files are read and judged in a thread of the loop's executor, for some ten milliseconds a device; the conversation runs in
    the loop.
    """
    to = _work.address(connect_to)
    loop = asyncio.get_running_loop()
    begin = partial(
        _work.begin,
        id_scope,
        cert,
        key,
        registration_id=registration_id,
        passphrase=passphrase,
        trust=trust,
        cloud=cloud,
        ssl_context=ssl_context,
        endpoint=endpoint,
        transport=transport,
        api_version=api_version,
        client_version=client_version,
        payload=payload,
        csr=csr,
        check_hub=check_hub,
        allow_hub=allow_hub,
        timeout=timeout,
        keep_alive=keep_alive,
        qos=qos,
        proxy=proxy,
        enrollment=enrollment,
        on_event=on_event,
    )
    job = await loop.run_in_executor(None, begin)
    with job.session as session:
        line = _Line(job.identity.context, session.alert_number, to)
        try:
            report = await _run(converse(session, job.way), line)
        finally:
            await line.close()
    return await loop.run_in_executor(None, _work.end, job, report)


async def _run(conversation: Conversation, line: _Line) -> ProvisionReport:
    cancelled: asyncio.CancelledError | None = None
    try:
        step = next(conversation)
        while True:
            answer: Answer = None
            try:
                if isinstance(step, Dial):
                    answer = await line.dial(step)
                elif isinstance(step, Send):
                    answer = await line.send(step.data, step.until)
                elif isinstance(step, Receive):
                    answer = await line.receive(step.until)
                else:
                    await line.close()
            except asyncio.CancelledError as error:
                if cancelled is not None:
                    raise
                cancelled = error
                step = conversation.throw(Stop())
            else:
                step = conversation.send(answer)
    except StopIteration as end:
        if cancelled is not None:
            raise cancelled from None
        report: ProvisionReport = end.value
        return report


class _Line:
    """One connection at a time: TCP, perhaps through a proxy, and TLS over it."""

    def __init__(
        self,
        context: ssl.SSLContext,
        alert_number: Callable[[str], int | None],
        connect_to: tuple[str, int] | None,
    ) -> None:
        self._context = context
        self._alert_number = alert_number
        self._connect_to = connect_to
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def dial(self, step: Dial) -> ConnectionInfo | TransportFailure | None:
        await self.close()
        try:
            return await _within(self._connect(step), step.until)
        except _Late:
            return None
        except OSError as error:
            return self._told(error)

    async def send(self, data: bytes, until: int) -> TransportFailure | None:
        if self._writer is None:
            return self._told(ConnectionResetError("not connected"))
        try:
            self._writer.write(data)
            await _within(self._writer.drain(), until)
        except _Late:
            return self._told(TimeoutError("the peer takes nothing"))
        except OSError as error:
            return self._told(error)
        return None

    async def receive(self, until: int) -> bytes | TransportFailure | None:
        if self._reader is None:
            await asyncio.sleep(max(0, until - now()) / 1000)
            return None
        try:
            return await _within(self._reader.read(MOST), until)
        except _Late:
            return None
        except OSError as error:
            return self._told(error)

    async def close(self) -> None:
        writer, self._writer, self._reader = self._writer, None, None
        if writer is None:
            return
        writer.close()
        try:
            await asyncio.wait_for(writer.wait_closed(), GOODBYE)
        except (OSError, asyncio.TimeoutError):
            writer.transport.abort()

    async def _connect(self, step: Dial) -> ConnectionInfo | TransportFailure:
        endpoint, proxy = step.endpoint, step.proxy
        host, port = (proxy.host, proxy.port) if proxy else self._connect_to or (endpoint.host, endpoint.port)
        try:
            tcp = await _tcp(host, port, step.until)
        except OSError as error:
            return of_proxy(proxy, error) if proxy else self._told(error)
        try:
            failure = None if proxy is None else await _tunnel(tcp, proxy, endpoint)
            if failure is not None:
                tcp.close()
                return failure
            peer = tcp.getpeername()
        except BaseException:
            tcp.close()
            raise
        # From here on it is the loop's to close.
        self._reader, self._writer = await asyncio.open_connection(
            sock=tcp, ssl=self._context, server_hostname=endpoint.host, ssl_handshake_timeout=60
        )
        tls: ssl.SSLObject = self._writer.get_extra_info("ssl_object")
        return _failure.connection_info(tls, f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}")

    def _told(self, error: BaseException) -> TransportFailure:
        return _failure.transport_failure(error, self._alert_number)


class _Late(Exception):
    """The time is over."""


async def _within(work: Awaitable[T], until: int) -> T:
    try:
        return await asyncio.wait_for(work, max(0, until - now()) / 1000)
    except asyncio.TimeoutError as error:
        if now() < until and isinstance(error, OSError):
            raise  # The system's own: no answer to TCP.
        raise _Late from None


async def _tcp(host: str, port: int, until: int) -> socket.socket:
    """The first address that answers; of several none may take all the time."""
    loop = asyncio.get_running_loop()
    try:
        addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is no host name") from None
    last: OSError = OSError("no address")
    for left, (family, kind, protocol, _, address) in zip(range(len(addresses), 0, -1), addresses):
        tcp = socket.socket(family, kind, protocol)
        try:
            tcp.setblocking(False)
            tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await _within(loop.sock_connect(tcp, address), now() + max(0, until - now()) // left)
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
    raise last


async def _tunnel(tcp: socket.socket, proxy: Proxy, endpoint: Endpoint) -> TransportFailure | None:
    loop = asyncio.get_running_loop()
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    talk = _proxy.tunnel(proxy, f"{host}:{endpoint.port}")
    try:
        wanted = next(talk)
        while True:
            if wanted is None:
                wanted = talk.send(await loop.sock_recv(tcp, 1))
            else:
                await loop.sock_sendall(tcp, wanted)
                wanted = next(talk)
    except StopIteration as end:
        failure: TransportFailure | None = end.value
        return failure
    except OSError as error:
        return _proxy.failed(proxy, ProxyFault.CLOSED, str(error))
