"""What is made, and what is published: the types, the wheels in environments of their own."""

from __future__ import annotations

import ast
import email
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import dps_x509

PACKAGE = Path(__file__).resolve().parents[1]


def test_no_public_signature_has_any() -> None:
    """What users see: names without an underscore, in modules without one."""
    for path in sorted((PACKAGE / "src/dps_x509").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                of = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                texts = [ast.unparse(one.annotation) for one in of if one.annotation] + [ast.unparse(node.returns or ast.Constant(None))]
                is_internal = path.name.startswith("_") and path.name != "__init__.py"
                assert is_internal or not any(re.search(r"\bAny\b", text) for text in texts), f"{path.name}: {node.name}"


def test_every_public_name_is_documented() -> None:
    import inspect as introspection

    for name in dps_x509.__all__:
        what = getattr(dps_x509, name)
        if introspection.isclass(what) or introspection.isfunction(what):
            assert introspection.getdoc(what), name
            if introspection.isclass(what) and what.__module__.startswith("dps_x509"):
                for member, method in vars(what).items():
                    if introspection.isfunction(method) and not member.startswith("_"):
                        assert introspection.getdoc(method), f"{name}.{member}"


def dist() -> Path:
    return Path(os.environ["DPS_X509_DIST"])


def wheels() -> dict[str, Path]:
    """The pure one, and that of this platform."""
    found = {("pure" if path.name.endswith("-none-any.whl") else "platform"): path for path in dist().glob("*.whl")}
    assert set(found) == {"pure", "platform"}, f"`cargo xtask python` makes the wheels in {dist()}"
    return found


def test_what_is_uploaded_is_in_order() -> None:
    files = [str(path) for path in dist().iterdir()]
    done = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_is_in_the_wheels() -> None:
    for kind, path in wheels().items():
        with zipfile.ZipFile(path) as wheel:
            names = wheel.namelist()
            made = {"toolkit.wasm", "toolkit.sha256", "report/provision.py", "wit/session.py"}
            assert {f"dps_x509/{name}" for name in {*made, "py.typed"}} <= set(names)
            assert ("dps_x509/_bin/dps-x509" in names) == (kind == "platform")
            metadata = email.message_from_bytes(wheel.read(next(name for name in names if name.endswith("/METADATA"))))
            assert metadata["Version"] == dps_x509.__version__ and metadata["Name"] == "dps-x509"
            assert any(name.endswith("LICENSE-MIT") for name in names)
            assert not any("__pycache__" in name or name.startswith(("tests/", "generator/")) for name in names)


@pytest.mark.parametrize("kind", ["pure", "platform"])
def test_a_wheel_alone_is_enough(kind: str, tmp_path: Path) -> None:
    """A fresh environment, the wheel, and the README's first commands."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DPS_X509_", "PYTHON"))}
    environment |= {"PATH": os.pathsep.join([str(programs), environment["PATH"]]), "DPS_X509_CACHE": str(tmp_path / "cache")}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)

    done = run(str(programs / "python"), "-m", "pip", "install", "--quiet", str(wheels()[kind]))
    assert done.returncode == 0, done.stderr
    readme = (PACKAGE / "README.md").read_text("utf-8")
    first = re.search(r"^pip install dps-x509\n(dps-x509 .*)$", readme, re.MULTILINE)
    assert first is not None
    done = run(*first[1].split())
    assert done.returncode == 0 and "DX707" in done.stdout, done.stderr
    done = run("python", "-m", "dps_x509", "explain", "DX401")
    assert done.returncode == 0 and "DX401" in done.stdout
    done = run("dps-x509", "--version")
    assert done.returncode == 0 and dps_x509.__version__ in done.stdout
    done = run("python", "-m", "dps_x509", "check", "none.pem")
    assert done.returncode == 2
    with_emulator = "from dps_x509 import Emulator\nwith Emulator() as dps: print(dps.endpoint)"
    done = run("python", "-W", "error", "-X", "dev", "-c", with_emulator)
    if kind == "platform":
        assert done.returncode == 0 and done.stdout.startswith("127.0.0.1:"), done.stderr
