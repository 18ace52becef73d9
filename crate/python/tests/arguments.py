"""The arguments of ``provision`` for the example's device of an emulator."""

from __future__ import annotations

from typing import Any

from dps_x509 import Emulator


def how(dps: Emulator, **options: Any) -> dict[str, Any]:
    """The arguments for the example's device."""
    device = dps.example
    return {
        "id_scope": dps.id_scope,
        "cert": device.full_chain,
        "key": device.key,
        "endpoint": dps.endpoint,
        "trust": dps.root,
        "cloud": None,
        "timeout": 30,
        **options,
    }
