"""The version of the package, of which the component is the same."""

from __future__ import annotations

from importlib import metadata

VERSION = metadata.version("dps-x509")
