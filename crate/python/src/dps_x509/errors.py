"""Errors. Each is a :class:`DpsError`; what is wrong is in its ``findings``, each with its place and its next step."""

from __future__ import annotations

from datetime import timedelta
from typing import Sequence

from ._key import without_keys
from .report.provision import Answer, ProvisionReport, Transport
from .wit.findings import Finding

__all__ = [
    "Cancelled",
    "DpsError",
    "EmulatorError",
    "IdentityError",
    "InvalidInput",
    "InvalidSettings",
    "NoConnection",
    "OutOfTime",
    "ProtocolBroken",
    "ProvisioningError",
    "Refused",
]


class DpsError(Exception):
    """Whatever this package raises of its own."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        # Whoever gave a key's text for a name has it in what is said of that name.
        super().__init__(without_keys(message))
        #: What is wrong, the most telling first.
        self.findings: tuple[Finding, ...] = tuple(findings)

    def __str__(self) -> str:
        message = super().__str__()
        first = next(iter(self.findings), None)
        if first is None or not first.next_step:
            return message
        return without_keys(f"{message} {first.next_step} ({first.code})")

    def __reduce__(self) -> tuple[object, ...]:
        # Errors of a pool's workers are pickled; the constructors of some take names alone.
        return (_restored, (type(self), self.args), self.__dict__)


def _restored(kind: type[DpsError], args: tuple[object, ...]) -> DpsError:
    error = kind.__new__(kind)
    error.args = args
    return error


class InvalidInput(DpsError, ValueError):
    """An argument is not what it has to be."""


class IdentityError(DpsError):
    """The device's files cannot be used: nothing was dialled."""


class EmulatorError(DpsError):
    """The emulator cannot be started, or has ended, or does not do what it was told."""


class ProvisioningError(DpsError):
    """The device has no hub."""

    def __init__(self, message: str, findings: Sequence[Finding], report: ProvisionReport) -> None:
        super().__init__(message, findings)
        #: Everything that is known of it, as the command line's JSON has it.
        self.report = report

    @property
    def stage(self) -> str | None:
        """Where it was, in words."""
        return self.report.stage

    @property
    def retry_after(self) -> timedelta | None:
        """After which time the same attempt can succeed; ``None`` when something must be changed first."""
        seconds = self.report.retry_after_seconds
        return None if seconds is None else timedelta(seconds=seconds)


class InvalidSettings(ProvisioningError):
    """What was given is wrong, and nothing was dialled; or it does not fit into MQTT."""


class Refused(ProvisioningError):
    """The service refused. The findings are the refusal, and what in the device's certificates is behind it."""

    @property
    def answer(self) -> Answer | None:
        """What the service said, in its own words."""
        return self.report.answer

    @property
    def code(self) -> int | None:
        """The service's code, such as 401002."""
        return None if self.answer is None else self.answer.code


class NoConnection(ProvisioningError):
    """There was no connection, or it was lost."""

    @property
    def failure(self) -> Transport | None:
        """Why, and in the words of this machine."""
        return self.report.transport


class ProtocolBroken(ProvisioningError):
    """The peer broke WebSocket, MQTT or the dialogue of DPS."""


class OutOfTime(ProvisioningError, TimeoutError):
    """The time for the whole provisioning is over."""


class Cancelled(ProvisioningError):
    """It was cancelled by its :class:`~dps_x509.Cancellation`."""
