"""``python -m dps_x509`` and the script ``dps-x509``: the program inside of the wheel, where there is one; else what the
component does without it, ``check`` and ``explain``."""

from __future__ import annotations

import os
import subprocess
import sys

from . import binary


def main(words: list[str]) -> int:
    """Gives the exit code."""
    program = binary.inside_of_wheel()
    if program is None:
        from ._command_line import run

        return run(words)
    command = [os.fspath(program), *words]
    if sys.platform != "win32":
        os.execv(program, command)
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 130  # The program has heard it, too.


def script() -> None:
    """The script ``dps-x509``."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    script()
