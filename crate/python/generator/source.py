"""Python source text: names, documentation and the classes that both generators write."""

from __future__ import annotations

import keyword
import textwrap

HEAD = '''"""{doc}"""

# Made by `cargo xtask python` from {source}; do not edit.

from __future__ import annotations

'''
WIDTH = 110


def module(doc: str, source: str, imports: list[str], blocks: list[str], names: list[str]) -> str:
    """A whole module."""
    head = HEAD.format(doc=_sentence(doc), source=source)
    listed = "".join(f"    {name!r},\n" for name in sorted(names)).replace("'", '"')
    ending = f"__all__ = [\n{listed}]"
    return head + "\n".join(imports) + "\n\n\n" + "\n\n\n".join([*blocks, ending]) + "\n"


def dataclass(name: str, doc: str, fields: list[tuple[str, str, str]], constants: list[str] | None = None) -> str:
    """A frozen dataclass. A field is its name, its annotation with a default, and its documentation."""
    lines = ["@dataclass(frozen=True, kw_only=True)", f"class {name}:", *documentation(doc or name), ""]
    lines += [f"    {constant}" for constant in constants or []]
    for field, annotation, about in fields:
        lines.append(f"    {field}: {annotation}")
        lines += documentation(about) if about else []
    return "\n".join(lines)


def documentation(text: str) -> list[str]:
    """A docstring, indented once."""
    text = _sentence(text)
    if len(text) + 10 <= WIDTH and "\n" not in text:
        return [f'    """{text}"""']
    wrapped = textwrap.wrap(" ".join(text.split()), WIDTH - 7, break_long_words=False, break_on_hyphens=False)
    return [f'    """{wrapped[0]}', *(f"    {line}" for line in wrapped[1:]), '    """']


def snake(name: str) -> str:
    """``issued-certificates`` and ``issuedCertificates`` as ``issued_certificates``."""
    made = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name.replace("-", "_"))
    return f"{made}_" if keyword.iskeyword(made) else made


def pascal(name: str) -> str:
    """``hub-check`` and ``hubCheck`` as ``HubCheck``."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))


def _sentence(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''").strip()
