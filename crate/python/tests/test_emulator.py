"""The emulator as a context manager and as a fixture."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dps_x509 import Emulator, EmulatorError, NoConnection, OutOfTime, binary, provision


def test_it_starts_tells_and_stops() -> None:
    told: list[object] = []
    with Emulator(on_event=told.append) as dps:
        folder = dps.root.parent
        device = dps.example
        provision(dps.id_scope, device.full_chain, device.key, endpoint=dps.endpoint, trust=dps.root, cloud=None)
        registrations = dps.control("registrations")
        assert isinstance(registrations, list) and isinstance(registrations[0], dict)
        assert registrations[0]["registrationId"] == device.registration_id
        with pytest.raises(EmulatorError):
            dps.control("twin", "nobody", "show")
        assert dps.is_running and dps.host == "127.0.0.1" and dps.port > 0
    assert not dps.is_running and not folder.exists() and told and dps.events
    with pytest.raises(EmulatorError):
        dps.endpoint
    dps.stop()
    with dps:
        assert dps.endpoint


def test_it_says_why_it_cannot_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EmulatorError, match="listen"):
        Emulator(listen="192.0.2.1:1").start()
    bad = tmp_path / "bad.toml"
    bad.write_text("nonsense")
    with pytest.raises(EmulatorError, match="bad.toml"):
        Emulator(bad).start()
    with pytest.raises(EmulatorError):
        Emulator(binary_path=tmp_path / "none").start()
    with Emulator() as dps, pytest.raises(EmulatorError, match="runs already"):
        dps.start()
    monkeypatch.setenv("DPS_X509_BINARY", str(bad))
    with pytest.raises(Exception, match="DPS_X509_BINARY"):
        binary.find()
    monkeypatch.delenv("DPS_X509_BINARY")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match="no program dps-x509"):
        binary.find()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_killed_emulator_is_an_error_and_no_wait() -> None:
    with Emulator() as dps:
        device, endpoint, root, scope = dps.example, dps.endpoint, dps.root, dps.id_scope
        assert dps._process is not None
        dps._process.kill()
        dps._process.wait()
        with pytest.raises(EmulatorError, match="has ended"):
            dps.endpoint
        with pytest.raises((NoConnection, OutOfTime)):
            provision(scope, device.full_chain, device.key, endpoint=endpoint, trust=root, cloud=None, timeout=2)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_it_ends_with_its_program() -> None:
    program = (
        "import os, signal, dps_x509\n"
        "dps = dps_x509.Emulator().start()\n"
        "print(dps._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    child = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, timeout=60)
    emulator = int(child.stdout)
    for _ in range(600):
        try:
            os.kill(emulator, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(emulator, signal.SIGKILL)
    raise AssertionError("the emulator lives on")


FIXTURE = '''
from dps_x509 import provision


def test_first(dps_emulator):
    device = dps_emulator.example
    done = provision(
        dps_emulator.id_scope, device.full_chain, device.key, endpoint=dps_emulator.endpoint, trust=dps_emulator.root, cloud=None
    )
    assert done.assigned_hub == "localhost"
    assert len(dps_emulator.control("registrations")) == 1


def test_another_has_one_of_its_own(dps_emulator):
    assert dps_emulator.control("registrations") == []


def test_one_for_all(dps_emulator_session):
    assert dps_emulator_session.is_running
'''


def test_pytest_finds_the_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_device.py").write_text(FIXTURE)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout + done.stderr
