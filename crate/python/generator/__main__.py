"""``python -m generator`` in ``crate/python``: writes the modules that are made, which are not kept in git."""

from __future__ import annotations

import json
from pathlib import Path

from . import contract, schema, wit
from .schema import Root

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGE = REPOSITORY / "crate/python/src/dps_x509"

TEXT = ("text", "str", "What is in it.")
REPORTS = [
    Root("check", "Report", "What was found in certificate and key files. Nothing secret is in it.", names={
        "way": "WayStep",
        "verdict.unless": "Unless",
        "keys": "KeyFacts",
        "items": "Item",
    }),
    Root("explanation", "Explanation", "What a text or a code says happened, and why.", names={
        "elsewhere": "Elsewhere",
        "othersFiles": "OthersFiles",
    }, added={"": [("text", "str", "All of it, for a person: what the command line shows.")]}),
    Root(
        "compare",
        "Comparison",
        "What changed between two certificates or chains, and what to do because of it.",
        added={"": [
            ("sentence", "str | None = None", "The verdict in a sentence."),
            ("text", "str | None = None", "All of it, for a person."),
        ]},
        names={"changes": "Change", "steps": "Step"},
    ),
    Root(
        "configure",
        "Configuration",
        "The files that clients need.",
        added={"files": [TEXT]},
        names={"files": "ConfigurationFile", "written": "ConfiguredTarget", "listed": "Target"},
        types={"targets": "tuple[ConfiguredTarget, ...]"},
        definitions=("written", "listed"),
        required=("certificates", "findings"),
    ),
    Root("provision", "ProvisionReport", "How a provisioning ended.", types={"transcript": "tuple[Json, ...]"}),
]

PACKAGE_OF_REPORTS = '"""Reports as types: a module for each JSON schema, with a dataclass for each object."""\n'


def made() -> dict[Path, str]:
    """Every module that is made, by its path."""
    files = {
        PACKAGE / "wit" / f"{name}.py": text
        for name, text in contract.modules(wit.read(REPOSITORY / "wit", "toolkit")).items()
    }
    files[PACKAGE / "wit/__init__.py"] = contract.package(wit.version(REPOSITORY / "wit"))
    files[PACKAGE / "report/__init__.py"] = PACKAGE_OF_REPORTS
    for root in REPORTS:
        text = (REPOSITORY / "crate/core/schema" / f"{root.file}.json").read_text("utf-8")
        files[PACKAGE / "report" / f"{root.file}.py"] = schema.module(root, json.loads(text))
    return files


def main() -> None:
    """Writes those that are not fresh, and takes away what is made no longer."""
    files = made()
    for folder in {path.parent for path in files}:
        for path in set(folder.glob("*.py")) - files.keys():
            path.unlink()
    for path, text in files.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
