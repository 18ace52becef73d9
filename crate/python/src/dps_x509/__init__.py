"""Gets an IoT device through Azure's Device Provisioning Service (DPS) with an X.509 certificate, and says exactly what is
wrong when it does not get through.

>>> from dps_x509 import generate, inspect
>>> files = {file.path: file.text for file in generate("chain", "my-device").files}
>>> report = inspect(files["device-full-chain.pem"], key=files["device-key.pem"], registration_id="my-device", cloud=None)
>>> report.verdict.word
'ready'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._inputs import FileInput, FileInputs
    from ._json import Json
    from ._toolkit import load
    from ._version import VERSION as __version__
    from ._work import Assignment
    from .cancellation import Cancellation
    from .emulator import Emulator
    from .errors import (
        Cancelled,
        DpsError,
        EmulatorError,
        IdentityError,
        InvalidInput,
        InvalidSettings,
        NoConnection,
        OutOfTime,
        ProtocolBroken,
        ProvisioningError,
        Refused,
    )
    from .provisioning import provision
    from .report.check import Report
    from .report.compare import Comparison
    from .report.configure import Configuration
    from .report.explanation import Explanation
    from .report.provision import ProvisionReport
    from .session import Session
    from .tasks import (
        codes,
        compare,
        configure,
        explain,
        explain_refusal,
        generate,
        inspect,
        inspect_sarif,
        page,
        repair,
        servers,
        targets,
    )
    from .wit.explanation import Page
    from .wit.findings import Finding, Place, Severity, Standing
    from .wit.inspection import File, Purpose

#: Where each name is: what is not used is not loaded, so that the script of the program starts at once.
_PLACES = {
    "._inputs": ["FileInput", "FileInputs"],
    "._json": ["Json"],
    "._toolkit": ["load"],
    "._work": ["Assignment"],
    ".cancellation": ["Cancellation"],
    ".emulator": ["Emulator"],
    ".errors": ["Cancelled", "DpsError", "EmulatorError", "IdentityError", "InvalidInput", "InvalidSettings", "NoConnection", "OutOfTime", "ProtocolBroken", "ProvisioningError", "Refused"],
    ".provisioning": ["provision"],
    ".report.check": ["Report"],
    ".report.compare": ["Comparison"],
    ".report.configure": ["Configuration"],
    ".report.explanation": ["Explanation"],
    ".report.provision": ["ProvisionReport"],
    ".session": ["Session"],
    ".tasks": ["codes", "compare", "configure", "explain", "explain_refusal", "generate", "inspect", "inspect_sarif", "page", "repair", "servers", "targets"],
    ".wit.explanation": ["Page"],
    ".wit.findings": ["Finding", "Place", "Severity", "Standing"],
    ".wit.inspection": ["File", "Purpose"],
    "._version": ["VERSION"],
}
_MODULES = {name: module for module, names in _PLACES.items() for name in names}

__all__ = [
    "Assignment",
    "Cancellation",
    "Cancelled",
    "Comparison",
    "Configuration",
    "DpsError",
    "Emulator",
    "EmulatorError",
    "Explanation",
    "File",
    "FileInput",
    "FileInputs",
    "Finding",
    "IdentityError",
    "InvalidInput",
    "InvalidSettings",
    "Json",
    "NoConnection",
    "OutOfTime",
    "Page",
    "Place",
    "ProtocolBroken",
    "ProvisionReport",
    "ProvisioningError",
    "Purpose",
    "Refused",
    "Report",
    "Session",
    "Severity",
    "Standing",
    "__version__",
    "codes",
    "compare",
    "configure",
    "explain",
    "explain_refusal",
    "generate",
    "inspect",
    "inspect_sarif",
    "load",
    "page",
    "provision",
    "repair",
    "servers",
    "targets",
]


def __getattr__(name: str) -> object:
    if name in ("aio", "binary", "emulator", "report", "wit"):
        return importlib.import_module(f".{name}", __name__)
    place = "VERSION" if name == "__version__" else name
    if place not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(_MODULES[place], __name__), place)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
