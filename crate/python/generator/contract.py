"""Interfaces of the contract as Python modules: a dataclass for a record, an ``Enum`` for an enumeration, and for a variant
a dataclass for each case."""

from __future__ import annotations

from . import source
from .source import pascal, snake
from .wit import Definition, Interface, Type

NUMBERS = {"u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64"}

#: A count of nanoseconds in the contract; a duration is never an integer in Python.
DURATION = "duration"


def modules(interfaces: list[Interface]) -> dict[str, str]:
    """The text of each module, by its name."""
    return {snake(one.name): _module(one) for one in interfaces if any(t.kind != "resource" for t in one.types)}


def package(version: str) -> str:
    """The text of the package's own module."""
    doc = (
        "The component's contract as types: a module for each interface of ``wit/``, with a dataclass for each record,\n"
        "an ``Enum`` for each enumeration, and for each variant a dataclass for each of its cases."
    )
    return source.HEAD.format(doc=doc, source="wit/world.wit") + f'#: The version of the contract.\nVERSION = "{version}"\n'


def _module(interface: Interface) -> str:
    types = [one for one in interface.types if one.kind != "resource" and one.name != DURATION]
    blocks = [_block(one) for one in types]
    names = [pascal(one.name) for one in types]
    names += [_case(one, member.name) for one in types if one.kind == "variant" for member in one.members]
    text = "\n".join(blocks)
    imports = [
        line
        for word, line in [
            ("@dataclass", "from dataclasses import dataclass"),
            ("timedelta", "from datetime import timedelta"),
            ("(str, Enum)", "from enum import Enum"),
        ]
        if word in text
    ]
    typing = [word for word in ("ClassVar", "TypeAlias") if word in text]
    if typing:
        imports.append(f"from typing import {', '.join(typing)}")
    used = {(path, pascal(name)) for name, path in interface.uses.items() if name != DURATION}
    used = {(path, name) for path, name in used if _is_named(name, text)}
    if used:
        imports.append("")
    for path in sorted({path for path, _ in used}):
        imports.append(f"from .{snake(path)} import {', '.join(sorted(name for at, name in used if at == path))}")
    return source.module(interface.doc, f"wit/{interface.name}.wit", imports, blocks, names)


def _is_named(name: str, text: str) -> bool:
    words = text.replace("[", " ").replace("]", " ").replace(",", " ").replace(":", " ").split()
    return name in words


def _block(definition: Definition) -> str:
    name = pascal(definition.name)
    if definition.kind == "type":
        assert definition.alias is not None
        return "\n".join([f"{name}: TypeAlias = {_type(definition.alias)}", *_flush(definition.doc)])
    if definition.kind == "record":
        fields = [(snake(it.name), _annotation(it.type), it.doc) for it in definition.members]
        return source.dataclass(name, definition.doc, fields)
    if definition.kind == "enum":
        lines = [f"class {name}(str, Enum):", *source.documentation(definition.doc or name), ""]
        for member in definition.members:
            lines.append(f'    {snake(member.name).upper()} = "{member.name}"')
            lines += source.documentation(member.doc) if member.doc else []
        return "\n".join([*lines, "", "    __str__ = str.__str__"])
    cases = []
    for member in definition.members:
        fields = [] if member.type is None else [("value", _type(member.type), "")]
        constants = [f'CASE: ClassVar[str] = "{member.name}"']
        doc = member.doc or f"``{member.name}`` of {name}."
        cases.append(source.dataclass(_case(definition, member.name), doc, fields, constants))
    union = " | ".join(_case(definition, member.name) for member in definition.members)
    alias = f"{name}: TypeAlias = {union}"
    if len(alias) > source.WIDTH:
        options = "\n    | ".join(_case(definition, member.name) for member in definition.members)
        alias = f"{name}: TypeAlias = (\n    {options}\n)"
    return "\n\n\n".join([*cases, "\n".join([alias, *_flush(definition.doc)])])


def _flush(doc: str) -> list[str]:
    return [line[4:] for line in source.documentation(doc)] if doc else []


def _case(definition: Definition, case: str) -> str:
    return pascal(definition.name) + pascal(case)


def _annotation(of: Type | None) -> str:
    assert of is not None
    text = _type(of)
    return f"{text} = None" if of.name == "option" else text


def _type(of: Type) -> str:
    if of.name in NUMBERS:
        return "int"
    if of.name == "string":
        return "str"
    if of.name == "bool":
        return "bool"
    if of.name == DURATION:
        return "timedelta"
    if of.name == "option":
        return f"{_type(of.of[0])} | None"
    if of.name == "list":
        return "bytes" if of.of[0].name == "u8" else f"tuple[{_type(of.of[0])}, ...]"
    if of.name == "tuple":
        return f"tuple[{', '.join(_type(one) for one in of.of)}]"
    if of.name == "result":
        return " | ".join(_type(one) for one in of.of)
    return pascal(of.name)
