"""The wheel for one platform has the command line inside: its path is in ``DPS_X509_WHEEL_BINARY``, the platform in
``DPS_X509_WHEEL_PLATFORM``. Without them it is the wheel for every platform."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface[Any]):
    """Puts the program in, and names the platform."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling."""
        for name in ("toolkit.wasm", "toolkit.sha256", "report/__init__.py", "wit/__init__.py"):
            if not Path(self.root, "src/dps_x509", name).is_file():
                raise FileNotFoundError(f"src/dps_x509/{name} is missing; `cargo xtask python` puts it there")
        binary = os.environ.get("DPS_X509_WHEEL_BINARY")
        if binary:
            platform = os.environ["DPS_X509_WHEEL_PLATFORM"]
            name = "dps-x509.exe" if platform.startswith("win") else "dps-x509"
            build_data["force_include"][binary] = f"dps_x509/_bin/{name}"
            build_data["tag"] = f"py3-none-{platform}"
            build_data["pure_python"] = False
