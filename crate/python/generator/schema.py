"""JSON schemas as Python modules: a dataclass for each object.

Findings and places are those of the contract. Members that a later version adds are left aside by whoever reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from . import source
from .source import pascal, snake

#: What other schemas have, and what it is in Python.
SHARED = {
    "urn:dps-x509:schema:finding:1": "Finding",
    "urn:dps-x509:schema:finding:1#/$defs/place": "Place",
    "urn:dps-x509:schema:finding:1#/$defs/code": "str",
    "urn:dps-x509:schema:finding:1#/properties/standing": "Standing",
}
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}

Schema = Mapping[str, Any]


@dataclass
class Root:
    """A schema, what its object is called, and what is not as the schema says it."""

    file: str
    name: str
    doc: str
    #: Members that the toolkit adds: where, and what.
    added: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    #: Names of objects that have none in the schema, by the path of members to them.
    names: dict[str, str] = field(default_factory=dict)
    #: Annotations in the place of those that come of the schema, by path.
    types: dict[str, str] = field(default_factory=dict)
    #: Definitions that only those annotations name.
    definitions: tuple[str, ...] = ()
    #: Members that are always there, where the command line may leave them out.
    required: tuple[str, ...] = ()


def module(root: Root, schema: Schema) -> str:
    """The text of the module."""
    return _Writer(root, schema).module()


class _Writer:
    def __init__(self, root: Root, schema: Schema) -> None:
        self.root = root
        self.schema = schema
        self.blocks: dict[str, str] = {}

    def module(self) -> str:
        for definition in self.root.definitions:
            self.reference(f"#/$defs/{definition}")
        self.define(self.root.name, self.schema, "")
        text = "\n".join(self.blocks.values())
        typing = [word for word in ("Literal",) if word in text]
        shared = sorted(name for name in {"Finding", "Place", "Standing"} if f"{name}" in text)
        imports = ["from dataclasses import dataclass"]
        imports += [f"from typing import {', '.join(typing)}"] if typing else []
        imports += [""]
        imports += ["from .._json import Json"] if "Json" in text else []
        imports += [f"from ..wit.findings import {', '.join(shared)}"] if shared else []
        while imports[-1] == "":
            imports.pop()
        where = f"crate/core/schema/{self.root.file}.json"
        return source.module(self.root.doc, where, imports, list(self.blocks.values()), list(self.blocks))

    def define(self, name: str, schema: Schema, path: str) -> str:
        required = {*schema.get("required", ()), *(self.root.required if path == "" else ())}
        fields = []
        for member, about in schema["properties"].items():
            where = f"{path}.{member}".lstrip(".")
            text = self.root.types.get(where) or self.type(about, where)
            if member not in required:
                text = text if text.endswith(" | None") or text == "Json" else f"{text} | None"
                text += " = None"
            fields.append((snake(member), text, self.doc(about)))
        fields += self.root.added.get(path, [])
        doc = schema.get("description") or f"``{path}`` of the report."
        self.blocks[name] = source.dataclass(name, self.root.doc if path == "" else doc, fields)
        return name

    def type(self, schema: Schema, path: str) -> str:
        if (reference := schema.get("$ref")) is not None:
            return self.reference(reference)
        if "const" in schema:
            return f"Literal[{_literal(schema['const'])}]"
        if "enum" in schema:
            return self.enumeration(schema["enum"])
        if "anyOf" in schema:
            return " | ".join(self.type(one, path) for one in schema["anyOf"])
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(PLAIN[one] for one in kind)
        if kind == "array":
            return f"tuple[{self.type(schema['items'], path)}, ...]"
        if kind == "object" and "properties" in schema:
            return self.define(self.root.names.get(path) or pascal(path.split(".")[-1]), schema, path)
        if kind in PLAIN:
            return PLAIN[kind]
        return "Json"

    def reference(self, reference: str) -> str:
        if reference in SHARED:
            return SHARED[reference]
        name = reference.removeprefix("#/$defs/")
        target = self.schema["$defs"][name]
        if target.get("type") == "object":
            made = self.root.names.get(name) or pascal(name)
            return made if made in self.blocks else self.define(made, target, name)
        return self.type(target, name)

    def doc(self, schema: Schema) -> str:
        return str(schema.get("description", ""))

    @staticmethod
    def enumeration(values: list[object]) -> str:
        words = f"Literal[{', '.join(_literal(one) for one in values if one is not None)}]"
        return f"{words} | None" if None in values else words


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
