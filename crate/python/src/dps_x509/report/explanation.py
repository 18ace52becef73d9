"""What a text or a code says happened, and why."""

# Made by `cargo xtask python` from crate/core/schema/explanation.json; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..wit.findings import Finding, Place


@dataclass(frozen=True, kw_only=True)
class Cause:
    """``cause`` of the report."""

    verdict: Literal["in-text", "in-files", "open", "ruled-out"]
    """in-text and in-files: shown by it. open: nothing that was given decides it. ruled-out: by the files."""
    source: str
    """The thread or document by which this gives that."""
    finding: Finding
    """The cause; its standing says how sure it is that this gives that."""


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """What the threads about it leave open."""

    what: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Happening:
    """``happening`` of the report."""

    finding: Finding
    """What it was, and where it was read."""
    times: int
    """On how many lines it stands, or how many answers it was."""
    at_least: Literal[True] | None = None
    """There may be more of them: of what stands in a text thousands of times the first and the last are
    looked at.
    """
    causes: tuple[Cause, ...]
    """Shown ones first, ruled out ones last, else the likeliest first."""
    unsettled: Unsettled | None = None
    """What the threads about it leave open."""


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """The assignment that the text tells of."""

    hub: str
    device_id: str | None = None
    place: Place


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How far the client came, if the text says so."""

    what: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class OthersFiles:
    """The name under which the text registers, and the CN of the leaf among the files, where they differ."""

    registration_id: str
    common_name: str


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """``elsewhere`` of the report."""

    what: str
    code: str
    name: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Device:
    """What the client says of itself."""

    id_scope: str
    registration_id: str


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What a text or a code says happened, and why."""

    version: Literal[1]
    explained: bool
    """Whether anything was recognised."""
    happenings: tuple[Happening, ...]
    """What happened, the precise first."""
    assigned: Assigned | None = None
    """The assignment that the text tells of."""
    reached: Reached | None = None
    """How far the client came, if the text says so."""
    others_files: OthersFiles | None = None
    """The name under which the text registers, and the CN of the leaf among the files, where they differ."""
    elsewhere: tuple[Elsewhere, ...] | None = None
    """What the text tells of other hosts and programs, which is nothing of DPS's."""
    device: Device | None = None
    """What the client says of itself."""
    has_files: bool
    """Whether files were looked at."""
    also: tuple[Finding, ...]
    """Errors in the files that none of the causes is."""
    what_to_give: str | None = None
    """What to give instead, where nothing was recognised."""
    text: str
    """All of it, for a person: what the command line shows."""


__all__ = [
    "Assigned",
    "Cause",
    "Device",
    "Elsewhere",
    "Explanation",
    "Happening",
    "OthersFiles",
    "Reached",
    "Unsettled",
]
