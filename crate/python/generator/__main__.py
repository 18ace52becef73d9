"""``python -m generator [--check]`` in ``crate/python``: writes the modules that are made, or says which are not fresh."""

from __future__ import annotations

import json
import sys
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


def made() -> dict[Path, str]:
    """Every module that is made, by its path."""
    files = {
        PACKAGE / "wit" / f"{name}.py": text
        for name, text in contract.modules(wit.read(REPOSITORY / "wit", "toolkit")).items()
    }
    files[PACKAGE / "wit/__init__.py"] = contract.package(wit.version(REPOSITORY / "wit"))
    for root in REPORTS:
        text = (REPOSITORY / "crate/core/schema" / f"{root.file}.json").read_text("utf-8")
        files[PACKAGE / "report" / f"{root.file}.py"] = schema.module(root, json.loads(text))
    return files


def main(words: list[str]) -> int:
    """Writes them, or with ``--check`` compares them."""
    stale = [path for path, text in made().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in words:
        for path in stale:
            print(f"{path.relative_to(REPOSITORY)} is not fresh; `cargo xtask python --generate` makes it", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made()[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
