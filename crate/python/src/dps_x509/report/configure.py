"""The files that clients need."""

# Made by `cargo xtask python` from crate/core/schema/configure.json; do not edit.

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..wit.findings import Finding


@dataclass(frozen=True, kw_only=True)
class ConfigurationFile:
    """``files`` of the report."""

    path: str
    """Below the folder of --out, with / between names."""
    executable: bool
    secret: bool
    """The private key stands in it."""
    text: str
    """What is in it."""


@dataclass(frozen=True, kw_only=True)
class Boxes:
    """``written.form.boxes`` of the report."""

    name: str
    """The same for every client: client-id."""
    label: str
    """What the client calls the box."""
    value: str
    """What is typed or chosen; empty for a box that stays empty."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """``written.form`` of the report."""

    title: str
    boxes: tuple[Boxes, ...]


@dataclass(frozen=True, kw_only=True)
class ConfiguredTarget:
    """A target whose files are written."""

    name: str
    files: tuple[ConfigurationFile, ...]
    place: str
    """Where the files go."""
    run: str
    """How to run it."""
    expect: str
    """What is seen when it works."""
    form: tuple[Form, ...]
    """What goes into the boxes of the client's dialogue, part by part; empty for a client that reads files.
    """


@dataclass(frozen=True, kw_only=True)
class Target:
    """A target, as --list shows it."""

    name: str
    family: Literal["MQTT clients", "SDKs", "devices", "tools", "Azure side"]
    title: str
    checked: Literal["run", "outside", "read", "documents"]
    how: str


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The files that clients need."""

    version: Literal[1]
    certificates: tuple[ConfigurationFile, ...]
    """The certificate files, in the top folder."""
    targets: tuple[ConfiguredTarget, ...]
    findings: tuple[Finding, ...]


__all__ = [
    "Boxes",
    "Configuration",
    "ConfigurationFile",
    "ConfiguredTarget",
    "Form",
    "Target",
]
