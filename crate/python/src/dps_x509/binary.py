"""The command line ``dps-x509``, where there is one: inside of the wheel for this platform, or elsewhere on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from .errors import DpsError

__all__ = ["find"]

NAME = "dps-x509.exe" if sys.platform == "win32" else "dps-x509"

#: What an executable file begins with: ELF, PE, Mach-O for one processor or several.
MAGIC = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def find() -> Path:
    """The path of the program: that of ``DPS_X509_BINARY``, the one in the wheel, or one on ``PATH``.

    :raises DpsError: There is none.
    """
    told = os.environ.get("DPS_X509_BINARY")
    if told:
        if not _is_program(Path(told)):
            raise DpsError(f"DPS_X509_BINARY names {told}, which is no program of this machine's kind.")
        return Path(told)
    inside = inside_of_wheel()
    if inside is not None:
        return inside
    # The script that pip makes of this very package is called so, too.
    for folder in os.get_exec_path():
        found = shutil.which(NAME, path=folder)
        if found is not None and _is_program(Path(found)) and not _is_script_of_pip(Path(found)):
            return Path(found)
    raise DpsError(
        "There is no program dps-x509 on this machine. The wheels for Linux, macOS and Windows have it inside: "
        "`pip install --force-reinstall --only-binary :all: dps-x509`; or name one by the environment's DPS_X509_BINARY."
    )


def inside_of_wheel() -> Path | None:
    """The program that came with the package, unless that is the wheel for every platform."""
    path = Path(__file__).parent / "_bin" / NAME
    return path if path.is_file() else None


def _is_program(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(4).startswith(MAGIC)
    except OSError:
        return False


def _is_script_of_pip(path: Path) -> bool:
    # On Windows it is a program that has the name of an interpreter and a zip file at its end.
    return sys.platform == "win32" and b"#!" in path.read_bytes()[-8192:]
