"""The pytest fixture ``dps_emulator``: a DPS for a test, or for all of them as ``dps_emulator_session``.

pytest finds it by itself wherever this package is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

import pytest

if TYPE_CHECKING:
    from .emulator import Emulator

__all__ = ["dps_emulator", "dps_emulator_session"]


@pytest.fixture
def dps_emulator() -> Iterator[Emulator]:
    """A fresh local DPS for this test, with an example device: ``dps_emulator.example``."""
    yield from _emulator()


@pytest.fixture(scope="session")
def dps_emulator_session() -> Iterator[Emulator]:
    """One local DPS for all tests of a run (of each worker, under pytest-xdist)."""
    yield from _emulator()


def _emulator() -> Iterator[Emulator]:
    # Whoever runs pytest and does not ask for it, does not wait for the component's library either.
    from .emulator import Emulator

    with Emulator() as emulator:
        yield emulator
