"""What a client's log or an answer of the service means; and the explanation pages, one for each code."""

# Made by `cargo xtask python` from wit/explanation.wit; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .findings import Finding, Severity, Standing


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a code stands for."""

    code: str
    """Stable code, such as `DX401`."""
    name: str
    """Stable name in kebab-case."""
    severity: Severity
    """How bad it is, unless a finding itself says otherwise."""
    standing: Standing
    """How sure the rule behind it is."""
    source: str
    """Where the rule comes from."""
    markdown: str
    """What it is, why DPS cares, an example and the fix, as Markdown."""


class Verdict(str, Enum):
    """What text and files say of a cause."""

    IN_TEXT = "in-text"
    """The text shows it."""
    IN_FILES = "in-files"
    """The files show it."""
    OPEN = "open"
    """Nothing that was given decides it."""
    RULED_OUT = "ruled-out"
    """The files rule it out."""

    __str__ = str.__str__


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that can be behind a happening."""

    finding: Finding
    """The cause; its standing says how sure it is that this gives that."""
    source: str
    """The thread or document by which it does."""
    verdict: Verdict
    """What text and files say of it."""


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """What nobody has found out."""

    what: str
    """A sentence."""
    source: str
    """The thread."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened."""

    finding: Finding
    """What it was, and where it was read."""
    times: int
    """On how many lines it stands, or how many answers it was."""
    is_at_least: bool
    """Whether it may be more: of what stands in a text thousands of times the first and the last are looked
    at.
    """
    causes: tuple[Cause, ...]
    """Its causes: shown ones first, ruled out ones last, else the likeliest first."""
    unsettled: Unsettled | None = None
    """What the threads about it leave open."""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What a text comes to."""

    is_explained: bool
    """Whether anything was recognised."""
    json: str
    """All of it as JSON text, `crate/core/schema/explanation.json`; the command line's is the same."""
    text: str
    """All of it for a person; the command line's is the same."""
    happenings: tuple[Happening, ...]
    """What happened, the precise first."""
    also: tuple[Finding, ...]
    """Errors in the files that none of the causes is."""


__all__ = [
    "Cause",
    "Explained",
    "Happening",
    "Page",
    "Unsettled",
    "Verdict",
]
