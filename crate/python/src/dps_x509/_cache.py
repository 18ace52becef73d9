"""The component as machine code, compiled once for a user and a version.

Machine code that is loaded runs with all that this program may do. So it is taken from nowhere but a folder and a file that
belong to this user and that nobody else may write; anything else is left where it is, and the component is compiled anew.
``DPS_X509_CACHE`` names another folder; empty, it switches the cache off.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Callable

from wasmtime import Engine, WasmtimeError
from wasmtime.component import Component

from ._version import VERSION

HASH = hashlib.sha256


def component(engine: Engine, wasm: bytes) -> Component:
    """The compiled component: from the cache, or compiled and put there."""
    folder = _folder()
    if folder is None:
        return Component(engine, wasm)
    path = folder / _name(wasm)
    code = _read(path)
    if code is not None:
        try:
            return Component.deserialize(engine, code)
        except WasmtimeError:
            pass  # Of another build of wasmtime, or for another processor.
    made = Component(engine, wasm)
    _write(path, bytes(made.serialize()))
    return made


def _folder() -> Path | None:
    told = os.environ.get("DPS_X509_CACHE")
    if told is not None:
        return Path(told) if told else None
    try:
        if sys.platform == "win32":
            home = os.environ.get("LOCALAPPDATA")
            return Path(home) / "dps-x509" / "cache" if home else None
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "dps-x509"
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dps-x509"
    except RuntimeError:
        return None  # A user without a home.


def _name(wasm: bytes) -> str:
    wasmtime = metadata.version("wasmtime")
    machine = f"{sys.platform}-{platform.machine()}".lower()
    return f"toolkit-{VERSION}-{HASH(wasm).hexdigest()[:16]}-wasmtime-{wasmtime}-{machine}.bin"


def _read(path: Path) -> bytes | None:
    """What is in the cache, if nobody but this user can have put it there and it is whole."""
    try:
        if not _is_own(os.lstat(path.parent), stat.S_ISDIR):
            return None
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            if not _is_own(os.fstat(descriptor), stat.S_ISREG):
                return None
            digest, code = file.read(HASH().digest_size), file.read()
    except OSError:
        return None
    return code if HASH(code).digest() == digest else None


def _is_own(found: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    if not is_kind(found.st_mode):
        return False
    if sys.platform == "win32":
        return True  # The folder below LOCALAPPDATA is its user's by its access list.
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(path: Path, code: bytes) -> None:
    """Puts it there whole or not at all; where that cannot be, the next start compiles again."""
    partial = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_own(os.lstat(path.parent), stat.S_ISDIR):
            return
        # Readable by this user alone, under a name that nobody can foresee.
        descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
        with open(descriptor, "wb") as file:
            file.write(HASH(code).digest() + code)
        os.replace(partial, path)
        partial = None
    except OSError:
        pass
    finally:
        if partial is not None:
            try:
                os.unlink(partial)
            except OSError:
                pass

