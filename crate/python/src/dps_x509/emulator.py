"""A local DPS with its hubs, as a context manager around ``dps-x509 emulate``; the pytest fixture ``dps_emulator`` is one.

::

    with Emulator() as dps:
        device = dps.example
        provision(dps.id_scope, device.full_chain, device.key, endpoint=dps.endpoint, trust=dps.root, cloud=None)
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Callable, Deque

from . import binary
from ._json import Json
from .errors import EmulatorError

__all__ = ["Emulator", "Example"]

#: How long it may take to start and to stop, in seconds.
PATIENCE = 30.0
#: As many events are kept, the newest.
MOST_EVENTS = 10_000


@dataclass(frozen=True)
class Example:
    """A device that an emulator without enrollments has made, below an enrolled CA."""

    registration_id: str
    leaf: Path
    """Its certificate alone."""
    full_chain: Path
    """Its certificate and the intermediate, as a client sends them."""
    key: Path
    """Its private key."""
    enrollments: Path
    """The enrollments that were made for it."""


class Emulator:
    """A DPS on this machine, from ``start`` or the beginning of a ``with`` to ``stop`` or its end.

    It listens on loopback, on a free port, unless told otherwise. When this process ends, however it does, the emulator ends too.

    :param enrollments: A TOML file with ID scope, hubs and enrollments; an example is made, unless said otherwise.
    :param folder: For its root, the example and the registrations; a temporary one, unless said otherwise.
    :param listen: ``ADDRESS[:PORT]``.
    :param options: What ``dps-x509 emulate`` is told besides: ``--tls13``, ``--rsa``.
    :param binary_path: The program; see :func:`dps_x509.binary.find`.
    """

    def __init__(
        self,
        enrollments: str | os.PathLike[str] | None = None,
        *,
        folder: str | os.PathLike[str] | None = None,
        listen: str = "127.0.0.1:0",
        options: tuple[str, ...] | list[str] = (),
        binary_path: str | os.PathLike[str] | None = None,
        on_event: Callable[[Json], None] | None = None,
    ) -> None:
        self._enrollments = enrollments
        self._folder = folder
        self._listen = listen
        self._options = list(options)
        self._binary = binary_path
        self._on_event = on_event
        self._process: subprocess.Popen[str] | None = None
        self._threads: list[threading.Thread] = []
        self._temporary: str | None = None
        self._ready: dict[str, Json] = {}
        #: What it has told, the newest last: one object for each event.
        self.events: Deque[Json] = deque(maxlen=MOST_EVENTS)
        #: What it has written to standard error.
        self.complaints: Deque[str] = deque(maxlen=100)

    def start(self) -> Emulator:
        """Starts it, and waits until devices can connect.

        :raises EmulatorError: It cannot be started; the message has its own words.
        """
        if self._process is not None:
            raise EmulatorError("The emulator runs already.")
        program = self._program()
        folder = self._folder
        if folder is None:
            folder = self._temporary = tempfile.mkdtemp(prefix="dps-x509-")
        command = [program, "emulate", "--json", "--listen", self._listen, "--control", "0", "--folder", os.fspath(folder)]
        # However this process ends, its end of the pipe is closed then.
        command += ["--until-stdin-ends", *self._options]
        if self._enrollments is not None:
            command += ["--", os.fspath(self._enrollments)]
        first: queue.Queue[str] = queue.Queue()
        try:
            process = self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="replace",
                # A Ctrl-C at the terminal is for the program that uses it, which then ends it.
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            self._clean()
            raise EmulatorError(f"{program} cannot be started: {error}") from error
        self._threads = [
            threading.Thread(target=self._listen_to, args=(process, first), daemon=True, name="dps-x509 emulator"),
            threading.Thread(target=self._hear_complaints, args=(process,), daemon=True, name="dps-x509 emulator"),
        ]
        for thread in self._threads:
            thread.start()
        try:
            line = first.get(timeout=PATIENCE)
        except queue.Empty:
            self.stop()
            raise EmulatorError(f"The emulator was not ready within {PATIENCE:g} s.") from None
        except BaseException:
            self.stop()
            raise
        told: dict[str, Json] = json.loads(line) if line else {}
        # What it cannot begin with it tells in the same form, by the schema failure.json.
        if "endpoint" not in told:
            process.wait(PATIENCE)
            self.stop()
            said = [str(told["error"])] if "error" in told else self.complaints
            raise EmulatorError(f"The emulator cannot be started. {' '.join(said)}".strip())
        self._ready = told
        return self

    def stop(self) -> None:
        """Stops it, and waits until it has ended. Extra calls do nothing."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            if sys.platform != "win32":
                process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for thread in self._threads:
                thread.join(PATIENCE)
            for stream in (process.stdout, process.stderr):
                if stream is not None:
                    stream.close()
        self._clean()

    @property
    def is_running(self) -> bool:
        """Whether it is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def endpoint(self) -> str:
        """``HOST:PORT`` for devices."""
        return self._text("endpoint")

    @property
    def host(self) -> str:
        """The host in it."""
        return self._text("host")

    @property
    def port(self) -> int:
        """The port in it."""
        found = self._about()["port"]
        assert isinstance(found, int)
        return found

    @property
    def id_scope(self) -> str:
        """The ID scope of its DPS."""
        return self._text("idScope")

    @property
    def root(self) -> Path:
        """The file with the root by which devices trust it."""
        return Path(self._text("root"))

    @property
    def example(self) -> Example:
        """The device of an emulator that was started without enrollments.

        :raises EmulatorError: It was started with some.
        """
        found = self._about().get("example")
        if not isinstance(found, dict):
            raise EmulatorError("There is no example: the emulator has enrollments of yours.")
        text = {name: str(value) for name, value in found.items()}
        return Example(
            registration_id=text["registrationId"],
            leaf=Path(text["leaf"]),
            full_chain=Path(text["fullChain"]),
            key=Path(text["key"]),
            enrollments=Path(text["enrollments"]),
        )

    def control(self, *words: str) -> Json:
        """Looks at it or acts on it, as ``dps-x509 emulator --help`` says: ``control("registrations")``,
        ``control("connection-string")``.

        :raises EmulatorError: It cannot, or will not.
        """
        about = self._about()
        command = [self._program(), "emulator", "--json", "--control", str(about["control"])]
        command += ["--token", str(about["controlToken"])] if about.get("controlToken") else []
        done = subprocess.run(
            [*command, *words], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=PATIENCE
        )
        try:
            told: Json = json.loads(done.stdout)
        except ValueError:
            raise EmulatorError(f"`dps-x509 emulator {' '.join(words)}`: {done.stderr.strip()}") from None
        if done.returncode != 0:
            why = told.get("error") if isinstance(told, dict) else None
            raise EmulatorError(f"`dps-x509 emulator {' '.join(words)}`: {why or done.stderr.strip()}")
        return told

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _program(self) -> str:
        return os.fspath(self._binary or binary.find())

    def _about(self) -> dict[str, Json]:
        if self._process is None:
            raise EmulatorError("The emulator does not run: use it in a `with`, or call `start`.")
        if self._process.poll() is not None:
            raise EmulatorError(f"The emulator has ended (exit code {self._process.returncode}). {' '.join(self.complaints)}")
        return self._ready

    def _text(self, name: str) -> str:
        return str(self._about()[name])

    def _listen_to(self, process: subprocess.Popen[str], first: queue.Queue[str]) -> None:
        assert process.stdout is not None
        first.put(process.stdout.readline())
        for line in process.stdout:
            try:
                event: Json = json.loads(line)
            except ValueError:
                continue
            self.events.append(event)
            if self._on_event is not None:
                self._on_event(event)

    def _hear_complaints(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            self.complaints.append(line.strip())

    def _clean(self) -> None:
        folder, self._temporary = self._temporary, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

