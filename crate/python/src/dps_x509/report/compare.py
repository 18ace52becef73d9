"""What changed between two certificates or chains, and what to do because of it."""

# Made by `cargo xtask python` from crate/core/schema/compare.json; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..wit.findings import Finding, Standing


@dataclass(frozen=True, kw_only=True)
class Change:
    """``changes`` of the report."""

    part: Literal["registration ID", "subject", "public key", "issuer", "issuer's key identifier", "serial number", "valid from", "valid until", "signature algorithm", "basic constraints", "key usage", "extended key usage", "other extensions", "intermediates", "root"]
    old: str
    """Empty if it was not there."""
    new: str
    """Empty if it is not there."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """``steps`` of the report."""

    target: Literal["individual enrollment", "enrollment group", "CA certificates of the DPS instance", "device"]
    slot: Literal["primary", "secondary"] | None = None
    """Absent where nothing is uploaded."""
    sentence: str
    standing: Standing
    source: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed between two certificates or chains, and what to do because of it."""

    version: Literal[1]
    verdict: Literal["unchanged", "other-chain", "renewal", "new-key", "different-identity"] | None = None
    """unchanged: the same bytes. other-chain: the same certificate below others. renewal: the same name and
    key. new-key: the same name. different-identity: another name, for DPS another device or CA.
    """
    subject: Literal["device", "CA"] | None = None
    """What was compared."""
    changes: tuple[Change, ...] | None = None
    """What differs, in a fixed order."""
    steps: tuple[Step, ...] | None = None
    """What has to be done, in this order."""
    findings: tuple[Finding, ...]
    """What prevented that the files were read, and what is wrong with the new certificate."""
    sentence: str | None = None
    """The verdict in a sentence."""
    text: str | None = None
    """All of it, for a person."""


__all__ = [
    "Change",
    "Comparison",
    "Step",
]
