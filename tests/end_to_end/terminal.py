"""Runs a command on a terminal of its own, and types one line when it is asked for without being shown.

    terminal.py LINE COMMAND...

Everything that appears on the terminal goes to standard output; the exit code is the command's, and as shells have it if a
signal ended it. Whatever ended it, a terminal that shows nothing of what is typed any more is another fault.
"""

import os
import pty
import select
import sys
import termios
import time

PATIENCE = 60
OUT_OF_TIME, LEFT_SILENT = 124, 125

line, command = sys.argv[1], sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)

deadline = time.monotonic() + PATIENCE
shown, is_typed = b"", False
while time.monotonic() < deadline:
    # The prompt appears before echoing ends: what is typed in between would be shown, to a person as well.
    if not is_typed and b"Passphrase" in shown and not termios.tcgetattr(terminal)[3] & termios.ECHO:
        os.write(terminal, line.encode() + b"\n")
        is_typed = True
    if not select.select([terminal], [], [], 0.05)[0]:
        continue
    try:
        part = os.read(terminal, 65536)
    except OSError:  # Linux says so when the last process has left the terminal.
        part = b""
    if not part:
        break
    shown += part
else:
    os.kill(child, 9)
    sys.exit(OUT_OF_TIME)
sys.stdout.buffer.write(shown)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
if not termios.tcgetattr(terminal)[3] & termios.ECHO:
    sys.exit(LEFT_SILENT)
sys.exit(code if code >= 0 else 128 - code)
