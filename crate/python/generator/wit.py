"""Reads the interfaces of a WIT package, as far as the toolkit's world uses the language.

https://github.com/WebAssembly/component-model/blob/main/design/mvp/WIT.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

TOKEN = re.compile(r"\s*(?:(///[^\n]*)|//[^\n]*|([%\w][\w-]*)|(->|[^\s\w]))")


@dataclass
class Type:
    """A name, with arguments where it is ``list``, ``option``, ``result``, ``tuple`` or ``borrow``."""

    name: str
    of: list[Type] = field(default_factory=list)


@dataclass
class Member:
    """A field of a record or a case of a variant or an enumeration."""

    name: str
    doc: str
    type: Type | None


@dataclass
class Definition:
    """A type: ``record``, ``variant``, ``enum``, ``type`` (an alias) or ``resource``."""

    kind: str
    name: str
    doc: str
    members: list[Member] = field(default_factory=list)
    alias: Type | None = None


@dataclass
class Interface:
    """An interface: what it uses of others by their local names, and its own types."""

    name: str
    doc: str
    uses: dict[str, str] = field(default_factory=dict)
    types: list[Definition] = field(default_factory=list)


def read(folder: Path, world: str) -> list[Interface]:
    """The interfaces that a world exports, in its order."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.wit"))]
    interfaces = {one.name: one for text in texts for one in _Parser(text).interfaces()}
    exports = re.search(rf"world {world} {{(.*?)\n}}", "\n".join(texts), re.DOTALL)
    assert exports is not None, f"no world {world} in {folder}"
    return [interfaces[name] for name in re.findall(r"export ([\w-]+);", exports[1])]


def version(folder: Path) -> str:
    """The version of the package."""
    found = re.search(r"^package [\w:-]+@([\w.+-]+);", (folder / "world.wit").read_text("utf-8"), re.MULTILINE)
    assert found is not None, f"no version in {folder / 'world.wit'}"
    return found[1]


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = list(self._tokens(text))
        self.at = 0

    @staticmethod
    def _tokens(text: str) -> Iterator[str]:
        at = 0
        while match := TOKEN.match(text, at):
            at = match.end()
            token = match[1] or match[2] or match[3]
            if token is not None:
                yield token

    def interfaces(self) -> Iterator[Interface]:
        while self.at < len(self.tokens):
            doc = self.doc()
            word = self.next()
            if word == "interface":
                yield self.interface(doc)
            elif word in ("package", "world"):
                self.skip("{" if word == "world" else ";")

    def interface(self, doc: str) -> Interface:
        made = Interface(self.next(), doc)
        self.expect("{")
        while not self.has("}"):
            doc = self.doc()
            word = self.next()
            if word == "use":
                self.use(made)
            elif word in ("record", "variant", "enum"):
                made.types.append(self.members(Definition(word, self.next(), doc)))
            elif word == "type":
                name = self.next()
                self.expect("=")
                made.types.append(Definition("type", name, doc, alias=self.type()))
                self.expect(";")
            elif word == "resource":
                made.types.append(Definition("resource", self.next(), doc))
                self.skip("{")
            else:  # a function
                self.skip(";")
        return made

    def use(self, interface: Interface) -> None:
        path = ""
        while not self.has("{"):
            path += self.next()
        while not self.has("}"):
            name = self.next()
            interface.uses[name] = path.rstrip(".")
            self.has(",")
        self.expect(";")

    def members(self, definition: Definition) -> Definition:
        self.expect("{")
        while not self.has("}"):
            doc, name, of = self.doc(), self.next(), None
            if self.has(":"):
                of = self.type()
            elif self.has("("):
                of = self.type()
                self.expect(")")
            definition.members.append(Member(name, doc, of))
            self.has(",")
        return definition

    def type(self) -> Type:
        made = Type(self.next())
        if self.has("<"):
            while not self.has(">"):
                made.of.append(self.type())
                self.has(",")
        return made

    def doc(self) -> str:
        lines = []
        while self.tokens[self.at : self.at + 1] and self.tokens[self.at].startswith("///"):
            lines.append(self.next()[3:].strip())
        return "\n".join(lines)

    def skip(self, opening: str) -> None:
        """To the end of a statement, or of a block that may have blocks inside."""
        depth = 0
        while True:
            token = self.next()
            depth += (token == "{") - (token == "}")
            if depth == 0 and token == ("}" if opening == "{" else ";"):
                return

    def next(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def has(self, token: str) -> bool:
        is_next = self.tokens[self.at] == token
        self.at += is_next
        return is_next

    def expect(self, token: str) -> None:
        found = self.next()
        assert found == token, f"{token} was expected, and not {found}"
