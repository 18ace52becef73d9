"""What a provisioning does on the network, step by step, for whoever has the sockets: threads and asyncio do the same."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Generator, TypeAlias, Union

from ._proxy import Proxy
from .report.provision import ProvisionReport
from .session import Session
from .wit.machine import Happening, OutputClose, OutputConnect, OutputDone, OutputEvent, OutputTransmit, OutputWait
from .wit.transport import (
    ConnectionInfo,
    Endpoint,
    TransportFailure,
    TransportFailureNotAllowed,
    TransportFailureTimedOut,
)


def now() -> int:
    """Milliseconds on a clock that never runs backwards."""
    return time.monotonic_ns() // 1_000_000


class Stop(Exception):
    """Thrown into a conversation: it is to end, politely."""


@dataclass(frozen=True)
class Dial:
    """Connect, through the proxy if there is one: answered with what is known of the connection, or why there is none, or with
    ``None`` at the time ``until``."""

    endpoint: Endpoint
    proxy: Proxy | None
    until: int


@dataclass(frozen=True)
class Send:
    """Send: answered with ``None``, or why that is not possible."""

    data: bytes
    until: int


@dataclass(frozen=True)
class Receive:
    """Wait for bytes: answered with them, with ``b""`` at the end of the stream, why it ended, or ``None`` at the time. Where
    there is no connection, only the time passes."""

    until: int


@dataclass(frozen=True)
class Close:
    """Say goodbye to the peer and close; or give up."""


Step: TypeAlias = Union[Dial, Send, Receive, Close]
Answer: TypeAlias = Union[ConnectionInfo, TransportFailure, bytes, None]
Conversation: TypeAlias = Generator[Step, Answer, ProvisionReport]


@dataclass(frozen=True)
class Way:
    """How connections are made."""

    choose_proxy: Callable[[str], Proxy | None]
    #: Whether the machine may dial this host besides its endpoint.
    allows: Callable[[str], bool]
    on_event: Callable[[Happening], None] | None


def converse(session: Session, way: Way) -> Conversation:
    """Does what a session says until it is done."""
    first: Endpoint | None = None
    dial: OutputConnect | None = None
    connection = 0
    is_up = False
    while True:
        output = session.poll()
        try:
            if isinstance(output, OutputDone):
                report = session.report
                assert report is not None
                return report
            if isinstance(output, OutputEvent):
                if way.on_event is not None:
                    way.on_event(output.value)
            elif isinstance(output, OutputClose):
                dial, is_up = None, False
                yield Close()
            elif isinstance(output, OutputConnect):
                # How long that may take, the next wait says.
                dial, connection = output, output.value.connection
                first = first or output.value.endpoint
            elif isinstance(output, OutputTransmit):
                if is_up:
                    failure = yield Send(output.value, session.deadline)
                    if failure is not None:
                        is_up = False
                        session.closed(now(), connection, _failure(failure))
            elif dial is not None:
                is_up = yield from _dial(session, way, dial, first, output)
                dial = None
            else:
                is_up = yield from _receive(session, connection, is_up, output)
        except Stop:
            dial = None
            session.cancel(now())


def _dial(
    session: Session, way: Way, dial: OutputConnect, first: Endpoint | None, wait: OutputWait
) -> Generator[Step, Answer, bool]:
    endpoint, connection = dial.value.endpoint, dial.value.connection
    if endpoint != first and not way.allows(endpoint.host):
        detail = f"{endpoint.host}:{endpoint.port} is not allowed"
        session.connect_failed(now(), connection, TransportFailureNotAllowed(value=detail))
        return False
    until = min(wait.value, session.deadline)
    answer = yield Dial(endpoint, way.choose_proxy(endpoint.host), until)
    if isinstance(answer, ConnectionInfo):
        session.connected(now(), connection, answer)
        return True
    if answer is None:
        # The machine knows better what that means, unless it is not its time yet.
        session.timed_out(now())
        answer = TransportFailureTimedOut(value="no connection in time")
    session.connect_failed(now(), connection, _failure(answer))
    return False


def _receive(session: Session, connection: int, is_up: bool, wait: OutputWait) -> Generator[Step, Answer, bool]:
    answer = yield Receive(wait.value)
    if answer is None:
        session.timed_out(now())
    elif isinstance(answer, bytes) and answer:
        session.received(now(), connection, answer)
    elif is_up:
        session.closed(now(), connection, None if isinstance(answer, bytes) else _failure(answer))
        return False
    return is_up


def _failure(answer: Answer) -> TransportFailure:
    assert answer is not None and not isinstance(answer, (bytes, ConnectionInfo))
    return answer
