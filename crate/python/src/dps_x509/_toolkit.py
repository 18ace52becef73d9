"""The component, and calls of it.

A call that looks at files has an instance of its own, whose memory is gone afterwards, whatever was in it; a provisioning has
one for as long as it takes. Instances share nothing but the machine code.

Calls of several threads wait for each other: wasmtime 50 collects the classes of a variant's case in one set of its module, so
that two threads at once would mix theirs. A call takes about a millisecond.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from importlib import resources
from typing import Any, Callable, Iterable, TypeVar

from wasmtime import Config, Engine, Store, WasmtimeError
from wasmtime.component import Component, ExportIndex, Func, Linker

from . import _cache, wit
from ._codec import from_json, to_wit
from .errors import DpsError
from .wit.findings import Finding
from .wit.naming import Naming

T = TypeVar("T")

#: The full name of an interface.
INTERFACE = f"dps-x509:device/{{}}@{wit.VERSION}"


class _Compiled:
    """The component as machine code, and where its functions are."""

    def __init__(self) -> None:
        self.engine = Engine(_config())
        self.component = _cache.component(self.engine, _wasm())
        self.linker = Linker(self.engine)
        self.exports: dict[tuple[str, str], ExportIndex] = {}

    def export(self, interface: str, function: str) -> ExportIndex:
        """The function of an interface."""
        name = (interface, function)
        if name not in self.exports:
            instance = self.component.get_export_index(INTERFACE.format(interface))
            found = instance and self.component.get_export_index(function, instance)
            if found is None:
                raise DpsError(f"The component has no {interface}.{function}: the package is not whole.")
            self.exports[name] = found
        return self.exports[name]


def _config() -> Config:
    config = Config()
    # Address space that a memory reserves: by default 4 GiB each, which a thousand devices at once, or a limit on address
    # space, do not have. What is not reserved is moved when it grows.
    config.memory_reservation = 64 << 20
    config.memory_guard_size = 64 << 10
    config.memory_reservation_for_growth = 16 << 20
    return config


def _wasm() -> bytes:
    wasm = resources.files(__package__).joinpath("toolkit.wasm").read_bytes()
    told = resources.files(__package__).joinpath("toolkit.sha256").read_text("ascii").strip()
    if hashlib.sha256(wasm).hexdigest() != told:
        raise DpsError("toolkit.wasm of the package is damaged: its hash is not the one beside it.")
    return wasm


_lock = threading.Lock()
_calls = threading.Lock()
_compiled: _Compiled | None = None


def _after_fork() -> None:
    # Another thread may have held them; the machine code itself is as good here as there.
    global _lock, _calls
    _lock, _calls = threading.Lock(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def load() -> None:
    """Makes the component ready, which takes some seconds where it was never compiled before.

    Whatever needs it calls this by itself; a server calls it before its first request."""
    _ready()


def _ready() -> _Compiled:
    global _compiled
    with _lock:
        if _compiled is None:
            _compiled = _beside(_Compiled)
        return _compiled


def _beside(work: Callable[[], T]) -> T:
    """Does it in a thread, and waits. The main thread hears Ctrl-C between two of its own steps only, and compiling is one of
    some seconds. Whoever interrupts the wait leaves the thread behind; it keeps no program from ending."""
    if threading.current_thread() is not threading.main_thread():
        return work()
    made: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="dps-x509 compiler", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return work()  # There are no more threads, as when the program is ending.
    while thread.is_alive():
        # On Windows a wait without an end hears nothing.
        thread.join(0.2)
    if failed:
        raise failed[0]
    return made[0]


class Toolkit:
    """An instance of the component, which one thread at a time may call."""

    def __init__(self, naming: Naming = Naming.PYTHON) -> None:
        self._compiled = _ready()
        self._store = Store(self._compiled.engine)
        self._instance = self._compiled.linker.instantiate(self._store, self._compiled.component)
        self._functions: dict[tuple[str, str], Func] = {}
        self.call("naming", "speak", naming)

    def call(self, interface: str, function: str, *arguments: object) -> Any:
        """Calls a function with dataclasses of :mod:`dps_x509.wit`; gives what the component's library makes of the result."""
        values = [to_wit(one) for one in arguments]
        with _calls:
            func = self._functions.get((interface, function))
            if func is None:
                found = self._instance.get_func(self._store, self._compiled.export(interface, function))
                assert found is not None
                func = self._functions[interface, function] = found
            try:
                return func(self._store, *values)
            except WasmtimeError as error:
                raise DpsError(f"The component broke in {interface}.{function}: {error}") from error

    def say(self, findings: Iterable[Any]) -> tuple[Finding, ...]:
        """Findings of a result, in the words of this package."""
        return tuple(from_json(Finding, one) for one in json.loads(self.call("naming", "say", list(findings))))

    def close(self) -> None:
        """Gives the memory back now, and not when nobody refers to it any more."""
        self._functions.clear()
        self._store.close()

    def __enter__(self) -> Toolkit:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
