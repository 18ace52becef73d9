"""The component's contract as types: a module for each interface of ``wit/``, with a dataclass for each record,
an ``Enum`` for each enumeration, and for each variant a dataclass for each of its cases."""

# Made by `cargo xtask python` from wit/world.wit; do not edit.

from __future__ import annotations

#: The version of the contract.
VERSION = "0.1.0"
