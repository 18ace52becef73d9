"""The machine by itself: a whole provisioning without input and output, for transports of one's own.

Do what :meth:`Session.poll` says until it says wait or done; wait for bytes, the end of the connection or the time, and tell
it. No order of calls is wrong; extra calls do nothing. Time is a count of milliseconds on any clock that never runs backwards.
:func:`dps_x509.provision` and :func:`dps_x509.aio.provision` drive one over sockets.
"""

from __future__ import annotations

import json
import math
import secrets
from datetime import timedelta
from typing import Any, Literal, cast

from ._codec import from_json, from_wit
from ._inputs import one_of
from ._json import Json
from ._toolkit import Toolkit
from .errors import InvalidInput, InvalidSettings
from .report.provision import ProvisionReport
from .wit.findings import Finding
from .wit.machine import (
    Happening,
    Input,
    InputCancel,
    InputClosed,
    InputConnected,
    InputConnectFailed,
    InputReceived,
    InputTimeout,
    Output,
    OutputEvent,
)
from .wit.session import MqttTransport, QualityOfService, Settings
from .wit.transcript import EventNoticed
from .wit.transport import ConnectionInfo, TransportFailure

__all__ = ["Session"]


class Session:
    """One provisioning.

    :param now: When: the time limit counts from here.
    :param seed: Sixteen random bytes, fresh for every provisioning.
    :raises InvalidSettings: with the findings.
    """

    def __init__(
        self,
        id_scope: str,
        registration_id: str,
        *,
        now: int,
        endpoint: str | None = None,
        transport: Literal["mqtt", "websocket"] = "mqtt",
        api_version: str | None = None,
        client_version: str | None = None,
        payload: Json = None,
        csr: str | None = None,
        check_hub: bool = False,
        timeout: timedelta | float | None = None,
        keep_alive: timedelta | float | None = None,
        qos: Literal[0, 1] = 1,
        seed: bytes | None = None,
    ) -> None:
        seed = secrets.token_bytes(16) if seed is None else seed
        if len(seed) != 16:
            raise InvalidInput("`seed` is sixteen bytes.")
        one_of("transport", transport, [one.value for one in MqttTransport])
        for name, text in [("id_scope", id_scope), ("registration_id", registration_id)]:
            if not isinstance(text, str):
                raise TypeError(f"`{name}` is a str, and not {type(text).__name__}")
        settings = Settings(
            id_scope=id_scope,
            registration_id=registration_id,
            endpoint=endpoint,
            transport=MqttTransport(transport),
            api_version=api_version,
            client_version=client_version,
            payload=None if payload is None else json.dumps(payload, allow_nan=False, ensure_ascii=False, separators=(",", ":")),
            csr=csr,
            check_hub=check_hub,
            timeout=_duration("timeout", timeout),
            keep_alive=_duration("keep_alive", keep_alive),
            qos=QualityOfService.AT_LEAST_ONCE if qos else QualityOfService.AT_MOST_ONCE,
            seed=(int.from_bytes(seed[:8], "big"), int.from_bytes(seed[8:], "big")),
        )
        self._toolkit = Toolkit()
        # An error here leaves no instance behind.
        try:
            told = self._call("[static]provisioning.start", settings, now)
            if hasattr(told, "findings"):
                raise _invalid(self._toolkit.say(told.findings))
        except BaseException:
            self._toolkit.close()
            raise
        self._machine = told

    def poll(self) -> Output:
        """The next thing to do."""
        told = self._call("[method]provisioning.poll-output", self._machine)
        output: Output = from_wit(cast(Any, Output), told)
        if isinstance(output, OutputEvent) and isinstance(output.value.event, EventNoticed):
            # What records of findings say is for passing on; this is for a person.
            event = EventNoticed(value=self._toolkit.say([cast(Any, told).payload.event.payload])[0])
            return OutputEvent(value=Happening(event=event, line=output.value.line))
        return output

    def connected(self, now: int, connection: int, info: ConnectionInfo | None = None) -> None:
        """TCP and TLS are up, and the server's certificate is verified."""
        self.handle(now, InputConnected(value=(connection, info or ConnectionInfo(server_chain=()))))

    def connect_failed(self, now: int, connection: int, failure: TransportFailure) -> None:
        """They could not be made."""
        self.handle(now, InputConnectFailed(value=(connection, failure)))

    def received(self, now: int, connection: int, data: bytes) -> None:
        """Bytes came, in any split."""
        self.handle(now, InputReceived(value=(connection, bytes(data))))

    def closed(self, now: int, connection: int, failure: TransportFailure | None = None) -> None:
        """The connection ended, by a failure if one is known."""
        self.handle(now, InputClosed(value=(connection, failure)))

    def timed_out(self, now: int) -> None:
        """Time passed. Needed when nothing else happens until the time of a wait."""
        self.handle(now, InputTimeout())

    def cancel(self, now: int) -> None:
        """It is to end."""
        self.handle(now, InputCancel())

    def handle(self, now: int, what: Input) -> None:
        """Tells what happened."""
        self._call("[method]provisioning.handle-input", self._machine, now, what)

    @property
    def deadline(self) -> int:
        """When it must be over, for a holder whose write or connect blocks."""
        return int(self._call("[method]provisioning.deadline", self._machine))

    @property
    def report(self) -> ProvisionReport | None:
        """How it ended, once it has."""
        text = self._call("[method]provisioning.report", self._machine)
        return None if text is None else from_json(ProvisionReport, json.loads(text))

    def alert_number(self, words: str) -> int | None:
        """The number of the TLS alert of which a library's words speak."""
        number = self._call("alert-number", words)
        return None if number is None else int(number)

    def close(self) -> None:
        """Gives the memory back. Nothing may be asked afterwards."""
        self._toolkit.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, function: str, *arguments: object) -> Any:
        return self._toolkit.call("machine", function, *arguments)


def _duration(name: str, given: timedelta | float | None) -> timedelta | None:
    if given is None or isinstance(given, timedelta):
        length = given
    elif math.isfinite(given):
        length = timedelta(seconds=given)
    else:
        raise InvalidInput(f"`{name}` is a timedelta or a number of seconds, and not {given}.")
    if length is not None and not timedelta(0) <= length < timedelta(days=36500):
        raise InvalidInput(f"`{name}` cannot be {length}.")
    return length


def _invalid(findings: tuple[Finding, ...]) -> InvalidSettings:
    message = findings[0].message if findings else "The settings are wrong."
    return InvalidSettings(message, findings, ProvisionReport(version=1, outcome="invalid-settings", findings=findings))
