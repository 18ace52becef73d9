"""The version of the package is that of the workspace."""

from __future__ import annotations

import re
from pathlib import Path


def version() -> str:
    """From the Cargo.toml of the workspace; in a source distribution, from what stands in its metadata."""
    folder = Path(__file__).resolve().parent
    cargo = folder.parents[1] / "Cargo.toml"
    place, pattern = (folder / "PKG-INFO", r"^Version: (.+)$")
    if cargo.is_file() and not place.is_file():
        place, pattern = cargo, r'^version = "([^"]+)"'
    found = re.search(pattern, place.read_text("utf-8"), re.MULTILINE)
    assert found is not None, f"{place} says no version"
    return found[1]
