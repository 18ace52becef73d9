"""What the tests share: the device of the emulator's example, certificates made once, the environment's proxies left out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

import pytest

from dps_x509 import Emulator, generate

for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what ``generate("chain", "my-device")`` makes."""
    folder = tmp_path_factory.mktemp("chain")
    for file in generate("chain", "my-device").files:
        path = folder / file.path
        path.write_text(file.text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def dps() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator
