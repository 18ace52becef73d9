"""One vocabulary for everything that is wrong, before and after dialling."""

# Made by `cargo xtask python` from wit/findings.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(str, Enum):
    """How bad a finding is."""

    NOTE = "note"
    """Worth knowing, nothing to do."""
    WARNING = "warning"
    """Works today or in some places; better changed."""
    ERROR = "error"
    """Provisioning cannot work, or did not work, because of this."""

    __str__ = str.__str__


class Standing(str, Enum):
    """How sure the rule behind a finding is."""

    DOCUMENTED = "documented"
    """A specification or a vendor's document says so."""
    OBSERVED = "observed"
    """Seen in a real trace or an SDK's source, not documented."""
    UNPROVEN = "unproven"
    """An inference; nobody has shown it."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a finding is. Absent parts are not known; all absent means the whole run."""

    input: str | None = None
    """The input as its user knows it: a flag, a key, a field."""
    path: str | None = None
    """The file's path, as it was given."""
    line: int | None = None
    """Line in the file, from 1."""
    column: int | None = None
    """Column in the line, in characters from 1."""
    bytes: tuple[int, int] | None = None
    """First byte and the byte behind the last, in the file."""
    der_bytes: tuple[int, int] | None = None
    """First byte and the byte behind the last, in the DER of the object."""
    object: str | None = None
    """Which object: a certificate's subject, a topic, an endpoint."""
    stage: str | None = None
    """Stage of the session, in words."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong or worth knowing, with its evidence."""

    code: str
    """Stable code, such as `DX503`."""
    name: str
    """Stable name in kebab-case."""
    severity: Severity
    """How bad this one is."""
    standing: Standing
    """How sure this one is."""
    family: str
    """What it is about, in a word, such as `file`, `chain`, `tls` or `service`; others may be added."""
    source: str
    """Where the rule comes from."""
    message: str
    """A sentence for a person."""
    expected: str | None = None
    """What would have been right."""
    found: str | None = None
    """What was there instead."""
    place: Place
    """Where it is."""
    next_step: str
    """What to do about it."""
    caused_by: str | None = None
    """The code of the finding that caused this one."""


__all__ = [
    "Finding",
    "Place",
    "Severity",
    "Standing",
]
