"""Every example of the documents, as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

from dps_x509 import Emulator, binary, generate

PACKAGE = Path(__file__).resolve().parents[1]

#: The port that Microsoft's SDK dials is fixed: each process has a loopback address of its own.
HOST = f"127.200.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"


def examples(document: str) -> list[tuple[str, str]]:
    """The Python blocks of a document, each with the heading above it."""
    text = (PACKAGE / document).read_text("utf-8")
    found = []
    for match in re.finditer(r"^```(\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        heading = re.findall(r"^#+ (.*)$", text[: match.start()], re.MULTILINE)[-1]
        if match[1] == "python":
            found.append((heading, match[2]))
    return found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> "tuple[Path, dict[str, str]]":
    """A folder with the files that the examples name, and an environment in which the service is an emulator."""
    folder = tmp_path_factory.mktemp("desk")
    made = {file.path: file.text for file in generate("chain", "device-1", organization="Contoso").files}
    for name, text in {**made, "device.log": "ssl.SSLError: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca\n"}.items():
        (folder / name).write_text(text, "utf-8")
    renewed = {file.path: file.text for file in generate("self-signed", "device-1").files}
    (folder / "renewed.pem").write_text(renewed["device-cert.pem"], "utf-8")
    return folder, {**os.environ, "DPS_X509_BINARY": str(binary.find())}


def run(program: str, desk: "tuple[Path, dict[str, str]]", interpreter: str = sys.executable) -> str:
    folder, environment = desk
    is_test = "def test_" in program
    path = folder / ("test_example.py" if is_test else "example.py")
    path.write_text(program, "utf-8")
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)] if is_test else [str(path)]
    done = subprocess.run(
        # What the SDK warns of is Microsoft's.
        [interpreter, *(["-W", "error"] if interpreter == sys.executable else []), *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{program}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def dps(desk: "tuple[Path, dict[str, str]]") -> "Iterator[Emulator]":
    folder, _ = desk
    # The name and the port that Microsoft's SDK dials.
    with Emulator(folder / "enrollments.toml", listen=f"{HOST}:8883") as emulator:
        (folder / "service-root.pem").write_bytes(emulator.root.read_bytes())
        yield emulator


@pytest.mark.parametrize("heading,program", examples("README.md"), ids=lambda it: it.split("\n")[0])
def test_of_the_readme(heading: str, program: str, desk: "tuple[Path, dict[str, str]]", dps: Emulator) -> None:
    run(addressed(program, dps), desk)


def addressed(program: str, dps: Emulator) -> str:
    """The example's service is Azure's; here it is the emulator, and everything else is as it stands there."""
    here = {"endpoint": dps.endpoint, "trust": "service-root.pem", "cloud": None}
    prologue = (
        "import functools, dps_x509, dps_x509.aio\n"
        f"dps_x509.provision = functools.partial(dps_x509.provision, **{here!r})\n"
        f"dps_x509.aio.provision = functools.partial(dps_x509.aio.provision, **{here!r})\n"
    )
    is_test = "def test_" in program
    return program if is_test else prologue + program.replace('"0ne00111111"', f'"{dps.id_scope}"')


def test_of_the_page_for_users_of_the_sdk(desk: "tuple[Path, dict[str, str]]", dps: Emulator) -> None:
    """Both programs get the same hub."""
    theirs, ours, *more = [program for _, program in examples("COMING-FROM.md")]
    target = Path(os.environ.get("CARGO_TARGET_DIR") or PACKAGE.parents[1] / "target")
    sdk = target / "python/azure-iot-device/bin/python"
    assert sdk.exists(), f"{sdk} is missing; `cargo xtask setup` installs the SDK"
    theirs = theirs.replace('"global.azure-devices-provisioning.net"', f'"{HOST}"').replace('"0ne00111111"', f'"{dps.id_scope}"')
    theirs = theirs.replace("x509=x509,", 'x509=x509, server_verification_cert=open("service-root.pem").read(),')
    said = run(theirs, desk, str(sdk))
    assert run(addressed(ours, dps), desk) == said and "is at" in said
    for program in more:
        run(addressed(program, dps), desk)
