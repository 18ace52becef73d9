"""A whole provisioning without input and output of its own: whoever holds it brings sockets, TLS and a clock.

Do what `poll-output` says until it says `wait` or `done`; wait for bytes, the end of the connection or the
time, and tell `handle-input`. No order of calls is wrong; extra calls do nothing; `done` is said for ever."""

# Made by `cargo xtask python` from wit/machine.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from .session import Assignment, Failure
from .transcript import Event
from .transport import ConnectionInfo, Endpoint, TransportFailure


Instant: TypeAlias = int
"""Milliseconds on a monotonic clock, since an origin that its holder chooses."""


ConnectionId: TypeAlias = int
"""Names one connection of a provisioning: 1 for the first dial, and one more for each dial after it. The
machine gives it with `connect`; its holder tells it back with everything that happens to that
connection. What an earlier connection still says is left aside.
"""


@dataclass(frozen=True, kw_only=True)
class InputConnected:
    """TCP and TLS to the endpoint are up, the server's certificate is verified."""

    CASE: ClassVar[str] = "connected"
    value: tuple[ConnectionId, ConnectionInfo]


@dataclass(frozen=True, kw_only=True)
class InputConnectFailed:
    """They could not be made."""

    CASE: ClassVar[str] = "connect-failed"
    value: tuple[ConnectionId, TransportFailure]


@dataclass(frozen=True, kw_only=True)
class InputReceived:
    """Bytes came, in any split."""

    CASE: ClassVar[str] = "received"
    value: tuple[ConnectionId, bytes]


@dataclass(frozen=True, kw_only=True)
class InputClosed:
    """The connection ended, by a failure if one is known."""

    CASE: ClassVar[str] = "closed"
    value: tuple[ConnectionId, TransportFailure | None]


@dataclass(frozen=True, kw_only=True)
class InputTimeout:
    """Time passed. Needed when nothing else happens until the instant of `wait`."""

    CASE: ClassVar[str] = "timeout"


@dataclass(frozen=True, kw_only=True)
class InputCancel:
    """It is to end."""

    CASE: ClassVar[str] = "cancel"


Input: TypeAlias = (
    InputConnected
    | InputConnectFailed
    | InputReceived
    | InputClosed
    | InputTimeout
    | InputCancel
)
"""What the holder tells the machine."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event with its words."""

    event: Event
    """What happened."""
    line: str
    """The same as a line of a log window, with the time since the start."""


@dataclass(frozen=True, kw_only=True)
class Dial:
    """What to dial."""

    connection: ConnectionId
    """What the connection is called from now on. It is the only one."""
    endpoint: Endpoint
    """Where to."""


@dataclass(frozen=True, kw_only=True)
class OutputConnect:
    """Dial: resolve, connect, handshake; then `connected` or `connect-failed`."""

    CASE: ClassVar[str] = "connect"
    value: Dial


@dataclass(frozen=True, kw_only=True)
class OutputTransmit:
    """Send these bytes on the connection."""

    CASE: ClassVar[str] = "transmit"
    value: bytes


@dataclass(frozen=True, kw_only=True)
class OutputClose:
    """Send what is queued, then drop the connection, or the dial. No `closed` is expected for it, and none
    does harm.
    """

    CASE: ClassVar[str] = "close"


@dataclass(frozen=True, kw_only=True)
class OutputEvent:
    """Something for a person or a log; nothing has to be done."""

    CASE: ClassVar[str] = "event"
    value: Happening


@dataclass(frozen=True, kw_only=True)
class OutputWait:
    """Nothing more to do before this instant, unless something comes in."""

    CASE: ClassVar[str] = "wait"
    value: Instant


@dataclass(frozen=True, kw_only=True)
class OutputDone:
    """It is over."""

    CASE: ClassVar[str] = "done"
    value: Assignment | Failure


Output: TypeAlias = OutputConnect | OutputTransmit | OutputClose | OutputEvent | OutputWait | OutputDone
"""What the machine tells its holder."""


__all__ = [
    "ConnectionId",
    "Dial",
    "Happening",
    "Input",
    "InputCancel",
    "InputClosed",
    "InputConnectFailed",
    "InputConnected",
    "InputReceived",
    "InputTimeout",
    "Instant",
    "Output",
    "OutputClose",
    "OutputConnect",
    "OutputDone",
    "OutputEvent",
    "OutputTransmit",
    "OutputWait",
]
