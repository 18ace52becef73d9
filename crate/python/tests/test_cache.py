"""The compiled component: kept for its user alone, taken from nobody else."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
from wasmtime import Engine
from wasmtime.component import Component

from dps_x509 import _cache

#: A component with nothing in it.
EMPTY = b"\0asm\x0d\0\x01\0"

PROGRAM = """
import time
from dps_x509 import _toolkit
from wasmtime.component import Component
compiled = []
make = Component.__init__
def counting(self, *rest):
    compiled.append(1)
    make(self, *rest)
Component.__init__ = counting
started = time.process_time()
_toolkit.load()
from dps_x509 import page
assert page("DX401")
print(len(compiled), time.process_time() - started)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes of Unix")


def compiles(cache: Path | str, **environment: str) -> tuple[bool, float]:
    """Whether a fresh process had to compile, and the seconds of the processor until it was ready."""
    told = subprocess.check_output(
        [sys.executable, "-c", PROGRAM], env={**os.environ, "DPS_X509_CACHE": str(cache), **environment}, text=True
    )
    count, seconds = told.split()
    return count == "1", float(seconds)


def test_the_component_is_compiled_once(tmp_path: Path) -> None:
    cache = tmp_path / "deeper" / "cache"
    assert compiles(cache)[0]
    [file] = cache.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(cache.stat().st_mode) == 0o700
    again = [compiles(cache) for _ in range(3)]
    assert not any(is_compiled for is_compiled, _ in again) and min(seconds for _, seconds in again) < 1.0


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | str], bool]:
    """Whether it has to be compiled with this cache: an empty component, which takes no time."""
    engine, compiled = Engine(), []
    make = Component.__init__

    def counting(self: Component, *rest: object) -> None:
        compiled.append(1)
        make(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Component, "__init__", counting)

    def component(cache: Path | str) -> bool:
        monkeypatch.setenv("DPS_X509_CACHE", str(cache))
        compiled.clear()
        _cache.component(engine, EMPTY)
        return bool(compiled)

    return component


def test_what_others_could_have_written_is_not_taken(tmp_path: Path, compiled: Callable[[Path | str], bool]) -> None:
    cache = tmp_path / "cache"
    assert compiled(cache)
    [file] = cache.iterdir()
    whole = file.read_bytes()
    # The folder, or the file, may be written by others.
    cache.chmod(0o777)
    assert compiled(cache)
    cache.chmod(0o700)
    file.chmod(0o666)
    assert compiled(cache)
    # Having been compiled, it has been put in the place of that.
    assert not compiled(cache) and stat.S_IMODE(file.stat().st_mode) == 0o600
    # Cut off, changed, of another kind, empty.
    for damaged in [whole[:-1000], whole[:40], b"", whole[:1000] + b"\1" * 100 + whole[1100:], b"x" * 5000]:
        file.write_bytes(damaged)
        assert compiled(cache), len(damaged)
        assert not compiled(cache)
    # A link to elsewhere, for the file and for the folder.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(whole)
    file.unlink()
    file.symlink_to(elsewhere)
    assert compiled(cache) and not file.is_symlink()
    (tmp_path / "link").symlink_to(cache)
    assert compiled(tmp_path / "link")


def test_where_nothing_can_be_written_it_works_all_the_same(tmp_path: Path, compiled: Callable[[Path | str], bool]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert compiled(blocked) and blocked.read_text() == "not a folder"
    assert compiled(blocked / "below")
    assert compiled("")
    assert compiled("/proc/none")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
def test_what_belongs_to_somebody_else_is_not_taken(tmp_path: Path, compiled: Callable[[Path | str], bool]) -> None:
    cache = tmp_path / "cache"
    assert compiled(cache)
    [file] = cache.iterdir()
    os.chown(file, 12345, 12345)
    assert compiled(cache)
    os.chown(cache, 12345, 12345)
    assert compiled(cache)


def test_several_at_once_do_not_disturb_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: Callable[[Path | str], bool]
) -> None:
    cache, engine = tmp_path / "cache", Engine()
    monkeypatch.setenv("DPS_X509_CACHE", str(cache))
    # Not by `compiled`: it counts what one call compiles, and here another's call would be counted, or not.
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: _cache.component(engine, EMPTY), range(32)))
    assert all(isinstance(component, Component) for component in taken)
    assert len(list(cache.iterdir())) == 1 and not compiled(cache)


#: A compiler that never ends, whatever signal comes: a native lock that is taken twice.
ENDLESS = """
import ctypes, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from dps_x509 import _cache, _toolkit
native, lock = ctypes.CDLL(None), ctypes.create_string_buffer(64)
native.pthread_mutex_lock(lock)
def compile(*_):
    print("compiling", flush=True)
    native.pthread_mutex_lock(lock)
_cache.component = compile
_toolkit.load()
"""


def test_ctrl_c_is_heard_while_it_compiles() -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=-1, stderr=-1, text=True) as child:
        try:
            assert child.stdout is not None and child.stdout.readline() == "compiling\n"
            child.send_signal(signal.SIGINT)
            _, complaint = child.communicate(timeout=60)
        finally:
            child.kill()
    assert child.returncode != 0 and "KeyboardInterrupt" in complaint
