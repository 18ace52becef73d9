"""Texts without private keys: who gives a key's text where its file's name belongs, as ``check "$KEY"`` does, finds it in what
is said of that file, and in every log that keeps what was said."""

from __future__ import annotations

import re

#: The end of a line that begins a private key (RFC 7468) or ends it, encrypted or not.
_MARK = "PRIVATE KEY-----"
#: How the line begins that ends it.
_END = "-----END"
#: A line of a key: it has 64 digits of base64.
_LINE = re.compile(r"[A-Za-z0-9+/=]{40,}")
#: Line breaks as they are, as JSON has them, and as ``\u{a}``.
_WITHIN = re.compile(r"[A-Za-z0-9+/=\s\\{}]*")
_LAST_LINE = re.compile("-----END[^-]{0,40}-----")


def without_keys(text: str) -> str:
    """Every private key's text is shown as ``***``, with what begins or ends it."""
    shown: list[str] = []
    rest = 0
    while (at := text.find(_MARK, rest)) >= 0:
        behind = at + len(_MARK)
        end = text.rfind(_END, rest, at)
        if end >= 0:
            # Of a key whose beginning is elsewhere: an address was cut up, say.
            begin = end
            while begin > rest and _WITHIN.fullmatch(text[begin - 1]):
                begin -= 1
            key = text[begin:end]
            shown += [text[rest:begin], "***" if _LINE.search(key) else key, text[end:behind]]
            rest = behind
            continue
        shown.append(text[rest:behind])
        rest = behind
        within = _end(_WITHIN, text, behind)
        lines = list(_LINE.finditer(text, behind, within))
        if lines:
            shown.append("***")
            last = _LAST_LINE.match(text, within)
            rest = last.end() if last else lines[-1].end()
    shown.append(text[rest:])
    return "".join(shown)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
