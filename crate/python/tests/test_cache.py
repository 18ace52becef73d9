"""The compiled component: kept for its user alone, taken from nobody else."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
started = time.monotonic()
_toolkit.load()
from dps_x509 import page
assert page("DX401")
print(len(compiled), time.monotonic() - started)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes of Unix")


def compiles(cache: Path | str, **environment: str) -> tuple[bool, float]:
    """Whether a fresh process had to compile, and how long it took to be ready."""
    told = subprocess.check_output(
        [sys.executable, "-c", PROGRAM], env={**os.environ, "DPS_X509_CACHE": str(cache), **environment}, text=True
    )
    count, seconds = told.split()
    return count == "1", float(seconds)


def test_it_is_compiled_once(tmp_path: Path) -> None:
    cache = tmp_path / "deeper" / "cache"
    assert compiles(cache)[0]
    [file] = cache.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert min(compiles(cache) for _ in range(3))[0] is False
    assert min(compiles(cache)[1] for _ in range(3)) < 1.0


def test_what_others_could_have_written_is_not_taken(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert compiles(cache)[0]
    [file] = cache.iterdir()
    whole = file.read_bytes()
    # The folder, or the file, may be written by others.
    cache.chmod(0o777)
    assert compiles(cache)[0]
    cache.chmod(0o700)
    file.chmod(0o666)
    assert compiles(cache)[0]
    # Having been compiled, it has been put in the place of that.
    assert not compiles(cache)[0] and stat.S_IMODE(file.stat().st_mode) == 0o600
    # Cut off, changed, of another kind, empty.
    for damaged in [whole[:-1000], whole[:40], b"", whole[:5000] + b"\0" * 100 + whole[5100:], b"x" * 5000]:
        file.write_bytes(damaged)
        assert compiles(cache)[0], len(damaged)
        assert not compiles(cache)[0]
    # A link to elsewhere, for the file and for the folder.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(whole)
    file.unlink()
    file.symlink_to(elsewhere)
    assert compiles(cache)[0] and not file.is_symlink()
    (tmp_path / "link").symlink_to(cache)
    assert compiles(tmp_path / "link")[0]


def test_where_nothing_can_be_written_it_works_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert compiles(blocked)[0] and blocked.read_text() == "not a folder"
    assert compiles(blocked / "below")[0]
    assert compiles("")[0]
    assert compiles("/proc/none")[0]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
def test_what_belongs_to_somebody_else_is_not_taken(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert compiles(cache)[0]
    [file] = cache.iterdir()
    os.chown(file, 12345, 12345)
    assert compiles(cache)[0]
    os.chown(cache, 12345, 12345)
    assert compiles(cache)[0]


def test_several_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    environment = {**os.environ, "DPS_X509_CACHE": str(tmp_path / "cache")}
    started = time.monotonic()
    children = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.DEVNULL) for _ in range(3)
    ]
    assert [child.wait(120) for child in children] == [0, 0, 0], time.monotonic() - started
    assert len(list((tmp_path / "cache").iterdir())) == 1
