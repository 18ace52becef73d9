"""Texts without private keys: who gives a key's text where its file's name belongs, as ``check "$KEY"`` does, finds it in what
is said of that file, and in every log that keeps what was said."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

#: The end of a line that begins a private key (RFC 7468) or ends it, encrypted or not.
_MARK = "PRIVATE KEY-----"
#: How the line begins that ends it.
_END = "-----END"
#: A line of a key: it has 64 digits of base64.
_LINE = re.compile(r"[A-Za-z0-9+/=]{40,}")
#: Line breaks as they are, as JSON has them, and as ``\u{a}``.
_WITHIN = re.compile(r"[A-Za-z0-9+/=\s\\{}]*")
_LAST_LINE = re.compile("-----END[^-]{0,40}-----")


#: Thirty bytes or more as base64, in either alphabet.
_BASE64 = re.compile(r"(?=.{40})[A-Za-z0-9+/_-]+={0,2}", re.DOTALL)
#: What base64 has in an address and in a SAS token, once or twice escaped.
_ESCAPED = re.compile(r"%(?:25)*(2[Bb]|2[Ff]|3[Dd])")
_PLAIN = {"2b": "+", "2f": "/", "3d": "="}
#: The password of an address, with what parts it from the name and the host: alone it may be any word.
_PASSWORD = re.compile(r"://[^/:@]*(:.*@)", re.DOTALL)
_KINDS = str.maketrans(dict.fromkeys("+/_-=") | {kind: "0" for kind in "123456789"})


def is_bare_key(text: str) -> bool:
    """Whether a text can only be a key, or what else nobody writes by himself. A name changes seldom between capitals, small
    letters and digits, and base64 at most places; a thumbprint is hexadecimal, and public."""
    text = _ESCAPED.sub(lambda escaped: _PLAIN[escaped[1].lower()], text.strip())
    if not _BASE64.fullmatch(text) or all(digit in "0123456789abcdefABCDEF" for digit in text.rstrip("=")):
        return False
    kinds = ["d" if digit == "0" else "a" if digit.islower() else "A" for digit in text.translate(_KINDS)]
    if not {"a", "A"} <= set(kinds):
        return False
    return sum(one != after for one, after in zip(kinds, kinds[1:])) * 3 >= len(text.rstrip("="))


#: The bare keys among the arguments of the command.
_given: list[str] = []


def given(arguments: Iterable[str]) -> None:
    """Remembers the bare keys among arguments, alone, behind a flag or as a part of a path, and the passwords of addresses; what
    is there as a file is its name."""
    values = [re.sub(r"\A--[^=]*=", "", argument) for argument in arguments]
    words = [word for value in values if not _is_there(value) for word in re.split(r"[^A-Za-z0-9+/_=%-]+", value)]
    parts = [part for word in words for part in ([word, *word.split("/")] if "/" in word else [word])]
    _given[:] = [word for word in (re.sub(r"\A.*=(?=[^=])", "", word) for word in parts) if is_bare_key(word)]
    _given.extend(found[1] for value in values if (found := _PASSWORD.search(value)))


def _is_there(path: str) -> bool:
    try:
        return os.path.exists(path)
    except ValueError:
        return False


def without_keys(text: str) -> str:
    """Every private key's text is shown as ``***``, with what begins or ends it, and so is a bare key among the arguments."""
    text = _without_texts(text)
    for key in _given:
        text = text.replace(key, "***")
    return text


def _without_texts(text: str) -> str:
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
