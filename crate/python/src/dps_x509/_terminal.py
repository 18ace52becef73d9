"""Standard output and standard error of the command line: the one way to them.

A terminal obeys what it is sent, and half of what is shown was written by others: in a certificate, a log, a file's name. So
what has no width, moves the cursor or turns a line around is written out, as the program does, and a private key is left out.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TextIO

from . import _key

#: The last two of each plane are no characters.
_LAST = "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))

#: What `text::is_invisible` of dps-x509-core names, in its order.
_INVISIBLE = (
    "\0-\x1f\x7f-\x9f"
    "\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ufff9-\ufffb\U00013430-\U0001343f\u2800"
    f"\ufdd0-\ufdef{_LAST}"
)
_ANY = re.compile(f"[{_INVISIBLE}]")
_BUT_LINES = re.compile(f"(?!\n)[{_INVISIBLE}]")
_BEYOND_ASCII = re.compile(f"(?![\0-~])[{_INVISIBLE}]")
#: Bytes of a name that are no UTF-8, as Python keeps them.
_NO_TEXT = re.compile("[\ud800-\udfff]+")


def visible(text: str) -> str:
    """The text in one line."""
    return _ANY.sub(_written_out, text_of(text))


def text_of(name: str) -> str:
    """A name as text, whatever its bytes are."""
    return _NO_TEXT.sub("\ufffd", name)


def out(lines: str) -> None:
    """Shows lines on standard output."""
    _write(sys.stdout, _BUT_LINES.sub(_written_out, text_of(lines)))


def err(line: str) -> None:
    """Shows one line on standard error."""
    _write(sys.stderr, visible(line))


def json_of(value: object) -> str:
    """JSON, indented: the same value, of which everything is seen."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text_of(text))


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{{{ord(found[0]):x}}}"


def _write(stream: TextIO, text: str) -> None:
    # Of what the terminal's encoding lacks, the number.
    encoding = stream.encoding or "utf-8"
    text = _key.without_keys(text)
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream)
