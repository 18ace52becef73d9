"""Provisioning interrupted, and many at once: in threads, in one loop, in processes; and that nothing is left behind."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import multiprocessing
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterator

import pytest

import dps_x509
from dps_x509 import Assignment, Cancellation, Cancelled, Emulator, Refused, aio, generate, provision

from .arguments import how
from .servers import mute


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """The arguments for each of several devices: two of one name would throw each other out."""
    folder = tmp_path_factory.mktemp("line")
    for file in generate("chain", "line", count=16).files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, "utf-8")
    with Emulator(folder / "enrollments.toml") as emulator:
        known = {"id_scope": emulator.id_scope, "endpoint": emulator.endpoint, "trust": emulator.root, "cloud": None}
        yield [
            {
                **known,
                "cert": folder / f"devices/line-{number}/device-full-chain.pem",
                "key": folder / f"devices/line-{number}/device-key.pem",
            }
            for number in range(1, 17)
        ]


def test_cancelling_from_another_thread(dps: Emulator) -> None:
    for seconds in (0.0, 0.2):
        cancellation = Cancellation()
        threading.Timer(seconds, cancellation.cancel).start()
        with mute() as port:
            started = time.monotonic()
            with pytest.raises(Cancelled):
                provision(**how(dps, connect_to=f"127.0.0.1:{port}", cancellation=cancellation))
            # Not by its time limit of half a minute.
            assert time.monotonic() - started < 20


def test_cancelling_a_task_is_cancelling_a_task(dps: Emulator) -> None:
    async def run() -> None:
        with mute() as port:
            task = asyncio.create_task(aio.provision(**how(dps, connect_to=f"127.0.0.1:{port}")))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(aio.provision(**how(dps, connect_to=f"127.0.0.1:{port}")), 0.3)

    asyncio.run(run())


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_ctrl_c_ends_it(dps: Emulator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        options = how(dps, connect_to=f"127.0.0.1:{server.getsockname()[1]}")
        text = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
        # Whoever runs the tests as a job in the background of a shell hands down that the signal is ignored.
        program = (
            "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
            f"import dps_x509\ndps_x509.provision(**{text!r})"
        )
        with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) as child:
            try:
                # It is dialled: from now on nothing is heard, and it waits.
                with server.accept()[0]:
                    time.sleep(0.5)
                    child.send_signal(signal.SIGINT)
                    _, complaint = child.communicate(timeout=20)
            finally:
                child.kill()
    assert child.returncode != 0 and "KeyboardInterrupt" in complaint


NAMES = [f"line-{number}" for number in range(1, 17)]


def test_many_in_threads(line: list[dict[str, Any]]) -> None:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda options: provision(**options).device_id, line)) == NAMES


def test_many_in_one_loop(line: list[dict[str, Any]]) -> None:
    async def run() -> list[Assignment]:
        return await asyncio.gather(*(aio.provision(**options) for options in line))

    assert [done.device_id for done in asyncio.run(run())] == NAMES


def _one(options: dict[str, Any]) -> str:
    return provision(**options).device_id


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_in_processes(method: Any, dps: Emulator, line: list[dict[str, Any]]) -> None:
    # The component is loaded here, and then forked, or not.
    dps_x509.load()
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        refused = pool.submit(_one, how(dps, cert=dps.example.leaf))
        assert list(pool.map(_one, line[:2])) == NAMES[:2]
        with pytest.raises(Refused) as caught:
            refused.result()
        assert caught.value.code == 401002 and caught.value.findings


def test_nothing_is_left_behind(dps: Emulator) -> None:
    """Descriptors, threads and memory after many provisionings, good and bad."""

    def some(count: int) -> None:
        for at in range(count):
            # A refusal comes at once; an assignment takes the time that DPS takes.
            with pytest.raises(Refused):
                provision(**how(dps, cert=dps.example.leaf))
            if at % 50 == 0:
                provision(**how(dps))
        gc.collect()

    def state() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    some(20)
    before, memory = state(), resident()
    some(int(os.environ.get("DPS_X509_MANY", "100")))
    assert state() == before
    # What an allocator keeps is not a leak; what grows with each is.
    assert resident() - memory < 8 << 20, (memory, resident())


def resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
