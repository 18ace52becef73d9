"""What inputs and deeds are called in sentences: each front end says it in its own words."""

# Made by `cargo xtask python` from wit/naming.wit; do not edit.

from __future__ import annotations

from enum import Enum


class Naming(str, Enum):
    """Whose words are spoken."""

    PLAIN = "plain"
    """Inputs by their names, as in this contract."""
    COMMAND_LINE = "command-line"
    """Flags and commands."""
    JAVASCRIPT = "javascript"
    """Options and functions of the npm package."""
    PYTHON = "python"
    """Parameters and functions of the Python package."""
    PAGE = "page"
    """Fields and buttons of the page."""

    __str__ = str.__str__


__all__ = [
    "Naming",
]
