"""A pytest fixture with a local DPS, and a test that uses it."""

import json
import os
import subprocess
from types import SimpleNamespace

import pytest


@pytest.fixture
def dps(tmp_path):
    """A DPS on a free port, with an example's device; `dps.ready` is the emulator's ready line."""
    program = os.environ.get("DPS_X509", "dps-x509")
    command = [program, "emulate", "--listen", "0", "--control", "0", "--folder", tmp_path / "emulator", "--json", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as emulator:
        # The line comes once it listens: there is nothing to wait or to poll for.
        ready = json.loads(emulator.stdout.readline())
        assert "endpoint" in ready, ready

        def control(*words):
            return subprocess.run([program, "emulator", "--control", ready["control"], *words], check=True, timeout=20)

        try:
            yield SimpleNamespace(program=program, ready=ready, control=control)
        finally:
            emulator.terminate()
            assert emulator.wait(timeout=20) == 0


def provision(dps):
    """Your device's program goes here."""
    ready, example = dps.ready, dps.ready["example"]
    command = [dps.program, "provision", "--json", "--id-scope", ready["idScope"], "--endpoint", ready["endpoint"]]
    command += ["--trust", ready["root"], "--only-trust", "--cert", example["fullChain"], "--key", example["key"]]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60)


def test_the_device_gets_its_hub(dps):
    run = provision(dps)
    assert run.returncode == 0
    assert json.loads(run.stdout)["assignedHub"] == "localhost"


def test_a_refusal_is_noticed(dps):
    dps.control("fault", "use", "late-refusal")
    assert provision(dps).returncode == 1
