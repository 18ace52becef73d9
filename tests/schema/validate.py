"""Validates documents with Python's jsonschema.

Standard input: {"schemas": [PATH…], "documents": [{"name": …, "schema": ID, "document": …}…]}.
Standard output: one line for every violation. Exit code 0 when all was looked at.
"""

import json
import sys

from jsonschema import FormatChecker, validators
from referencing import Registry, Resource


def closed(schema):
    """The schema without room for members that it does not name: what is written must be described."""
    if isinstance(schema, dict):
        schema = {key: closed(value) for key, value in schema.items()}
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        schema = [closed(value) for value in schema]
    return schema


def whole(schema, schemas):
    """A closed schema that builds on others names their members too."""
    for part in schema.get("allOf", []):
        base = schemas[part["$ref"]]
        schema["properties"] = closed(base["properties"]) | schema["properties"]
        # In itself it stays open: it does not know the members that are added.
        part.clear()
        part.update(base)
    return schema


def main():
    job = json.load(sys.stdin)
    opened = {}
    for path in job["schemas"]:
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        validators.validator_for(schema).check_schema(schema)
        opened[schema.get("$id", schema.get("id"))] = schema
    schemas = {identifier: whole(closed(schema), opened) for identifier, schema in opened.items()}
    registry = Registry().with_resources(
        (identifier, Resource.from_contents(schema)) for identifier, schema in schemas.items()
    )
    for entry in job["documents"]:
        schema = schemas[entry["schema"]]
        kind = validators.validator_for(schema)
        validator = kind(schema, registry=registry, format_checker=FormatChecker())
        for error in validator.iter_errors(entry["document"]):
            place = "/".join(str(part) for part in error.absolute_path)
            print(f"{entry['name']}: /{place}: {error.message}")


main()
