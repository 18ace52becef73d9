"""``check`` and ``explain`` without the program: the same flags, JSON, SARIF, explanations and exit codes. The text of ``check``
has no tree and no table of boxes."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

from . import _inputs, _key, _terminal
from ._toolkit import Toolkit
from ._version import VERSION
from .errors import DpsError
from .wit.inspection import File, Purpose, Settings
from .wit.naming import Naming

MORE = (
    "This is the package for every platform: `check` and `explain` alone. The wheels for Linux, macOS and Windows have the "
    "whole program inside."
)
RANKS = {"note": 0, "warning": 1, "error": 2}
LAXER = {"condition": "dps-is-laxer", "sentence": "DPS is laxer than OpenSSL"}
REPAIRED = {"condition": "repaired", "sentence": "the files are repaired first"}


class Unusable(Exception):
    """The command line, or an input, cannot be used."""


def run(words: list[str]) -> int:
    """Gives the exit code: 0, 1 or 2, as the program does."""
    _key.given(words)
    given = _parser().parse_args(words)
    try:
        answer: int = given.run(given)
    except BrokenPipeError:
        # Whoever does not read on, as `head` does, has read enough.
        sys.stderr.close()
        return 0
    except (Unusable, DpsError) as error:
        _terminal.err(f"dps-x509 {given.command}: {error.args[0]}")
        return 2
    except KeyboardInterrupt:
        return 130
    return answer


#: What the library says of a word that it does not take.
_REFUSED = re.compile(
    r"(?P<before>.*?invalid [^:]*: )(?P<given>(?P<quote>['\"]).*(?P=quote))(?P<behind>( \(choose from .*)?)", re.DOTALL
)


class _Parser(argparse.ArgumentParser):
    """Quotes what it refuses, which anybody may have written, as far as it is a word."""

    def error(self, message: str) -> NoReturn:
        found = _REFUSED.fullmatch(message)
        if found is not None and len(found["given"]) > _inputs.LONGEST + 2:
            message = f"{found['before']}a text of {len(found['given']) - 2} characters{found['behind']}"
        super().error(message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        if message:
            _terminal.err(message.rstrip("\n"))
        sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="dps-x509", description=__doc__.splitlines()[0], epilog=MORE)
    parser.add_argument("--version", action="version", version=f"dps-x509 {VERSION} (Python)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="check|explain")
    situation = _Parser(add_help=False)
    situation.add_argument("--registration-id", metavar="ID", help="that the device uses")
    situation.add_argument("--enrollment", choices=["individual", "group", "unknown"], default="unknown")
    situation.add_argument("--group-ca", metavar="FILE", action="append", default=[], help="CA that the service has")
    situation.add_argument("--trust", metavar="FILE", action="append", default=[], help='the device\'s "CA file"')
    situation.add_argument("--cloud", choices=["public", "usgov", "china", "none"], default="public")
    situation.add_argument("--at", metavar="TIME", type=_time, help="when validity is judged, such as 2027-01-31; now")
    situation.add_argument("--key-passphrase-file", metavar="FILE", help="whose first line is the passphrase")

    check = commands.add_parser("check", parents=[situation], help="what files are, and what is wrong with them")
    check.set_defaults(run=_check)
    check.add_argument("files", metavar="FILE", nargs="*", help="- is standard input")
    check.add_argument("--key", metavar="FILE", help="the device's private key")
    check.add_argument("--expires-within", metavar="DAYS", type=int)
    check.add_argument("--format", choices=["text", "json", "sarif"], default="text")
    check.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    check.add_argument("--fail-on", choices=list(RANKS), default="error", help="least severity that makes the exit code 1")
    check.add_argument("--allow", metavar="CODE", action="append", default=[], help="a finding that does not count")

    explain = commands.add_parser("explain", parents=[situation], help="what a log or a code means")
    explain.set_defaults(run=_explain)
    explain.add_argument("what", metavar="WHAT", nargs="*", help="a code, a file, - for standard input, or text")
    explain.add_argument("--with", dest="with_", metavar="FILE", nargs="+", default=[], help="the device's files")
    explain.add_argument("--json", action="store_true")
    explain.add_argument("--all", action="store_true", help="every page")
    return parser


def _check(given: argparse.Namespace) -> int:
    files = [
        *_files(given.group_ca, Purpose.GROUP_CA, "--group-ca"),
        *_files(given.trust, Purpose.SERVER_TRUST, "--trust"),
        *_files([given.key] if given.key else [], Purpose.DEVICE_KEY, "--key"),
        *_files(given.files, Purpose.ANY, None),
    ]
    if not files:
        raise Unusable("give the files to check; --help lists the flags")
    with Toolkit(Naming.COMMAND_LINE) as toolkit:
        told = toolkit.call("inspection", "inspect", files, _settings(given, given.registration_id))
        wrong: list[Any] = []
        if isinstance(told, list):
            # A registration ID that is none becomes a finding, and the files are looked at without it.
            wrong = json.loads(toolkit.call("naming", "say", told))
            told = toolkit.call("inspection", "inspect", files, _settings(given, None))
    report = json.loads(told.json)
    report["findings"] = [*wrong, *report["findings"]]
    report["verdict"] = verdict = _verdict(report, given)
    if given.format == "json":
        _terminal.out(_terminal.json_of(report))
    elif given.format == "sarif":
        _terminal.out(_terminal.json_of(json.loads(told.sarif)))
    else:
        _terminal.out(_text(report, list(told.blocks), given))
    return {"ready": 0, "not ready": 1, "nothing usable": 2}[verdict["word"]]


def _verdict(report: dict[str, Any], given: argparse.Namespace) -> dict[str, Any]:
    """As the flags count; that of the report itself counts every error."""
    sorts = {item["sort"] for item in report["items"]}
    counted = [
        one
        for one in report["findings"]
        if RANKS[one["severity"]] >= RANKS[given.fail_on] and not _is_allowed(one, given)
    ]
    decided = list(dict.fromkeys(one["code"] for one in counted if "causedBy" not in one))
    # A request or a key alone: what is wrong is that there is no certificate at all.
    lacks = [one for one in counted if one["name"] == "device-certificate-missing" and "certificate" not in sorts]
    allowed = {one.upper() for one in given.allow}
    refused = [code for code in report["refused"] if code not in allowed]
    if not sorts - {"unknown"}:
        return _verdict_of("nothing usable", decided)
    if len(lacks) < len(counted):
        errors = [one for one in counted if one["severity"] == "error"]
        is_laxness = bool(errors) and all(map(_is_open, errors))
        return _verdict_of("not ready", decided, LAXER if is_laxness else None)
    if report["chain"]["leaf"] is None and given.files:
        return _verdict_of("nothing usable", decided)
    return _verdict_of("not ready", refused, REPAIRED) if refused else _verdict_of("ready", [])


def _verdict_of(word: str, decided: list[str], unless: dict[str, str] | None = None) -> dict[str, Any]:
    return {"decidedBy": decided, "unless": unless, "word": word}


def _is_open(finding: dict[str, Any]) -> bool:
    """Whether it is one that verifiers refuse, and nothing shows that DPS does."""
    return finding["family"] in ("path", "usage", "encoding") and finding["standing"] == "unproven"


def _is_allowed(finding: dict[str, Any], given: argparse.Namespace) -> bool:
    return any(one.upper() == finding["code"] or one == finding["name"] for one in given.allow)


def _text(report: dict[str, Any], blocks: list[str], given: argparse.Namespace) -> str:
    chain, verdict = report["chain"], report["verdict"]
    names = [one for one in [chain["root"], *reversed(chain["intermediates"]), chain["leaf"]] if one is not None]
    sections = ["\n".join(f"{'  ' * depth}{_terminal.visible(name)}" for depth, name in enumerate(names))]
    sections += blocks
    findings = report["findings"]
    counts = [(word, sum(one["severity"] == word for one in findings)) for word in ("error", "warning", "note")]
    tally = ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts if count)
    ending = verdict["word"].capitalize()
    if verdict["unless"] is not None:
        ending += f", unless {verdict['unless']['sentence']}"
    worst = max(findings, key=lambda one: RANKS[one["severity"]], default=None)
    more = "" if worst is None else f" `dps-x509 explain {worst['code']}` says more."
    sections.append(f"{ending}{': ' if tally else ''}{tally}.{more}")
    return "\n\n".join(section for section in sections if section)


def _explain(given: argparse.Namespace) -> int:
    with Toolkit(Naming.COMMAND_LINE) as toolkit:
        pages = {code: toolkit.call("explanation", "explain", code) for code in toolkit.call("explanation", "codes")}
        if given.all:
            _terminal.out("\n\n".join(page.markdown.rstrip() for page in pages.values()))
            return 0
        files = [
            *_files(given.with_, Purpose.ANY, "--with"),
            *_files(given.group_ca, Purpose.GROUP_CA, "--group-ca"),
            *_files(given.trust, Purpose.SERVER_TRUST, "--trust"),
        ]
        settings = _settings(given, given.registration_id)
        blocks, exit_code = [], 0
        for subject in _subjects(given.what, pages, toolkit):
            if isinstance(subject, str):
                blocks.append(subject.rstrip())
                continue
            text, path = subject
            told: Any = None
            code = text.strip()
            if path is None and re.fullmatch(rb"[2-5]\d\d(\d{3})?", code):
                told = toolkit.call("explanation", "explain-service-code", int(code), files, settings)
            else:
                told = toolkit.call("explanation", "explain-text", text, path, files, settings)
            if isinstance(told, list):
                raise Unusable(json.loads(toolkit.call("naming", "say", told))[0]["message"])
            explained = getattr(told, "is-explained")
            exit_code = exit_code if explained else 1
            blocks.append(_terminal.json_of(json.loads(told.json)) if given.json else told.text.rstrip())
    _terminal.out("\n\n".join(blocks))
    return exit_code


def _subjects(words: list[str], pages: dict[str, Any], toolkit: Toolkit) -> list[str | tuple[bytes, str | None]]:
    """Each word by itself; several that are words of one sentence together."""
    if not words:
        return [(_read("-"), "standard input")]
    each = [_subject(word, pages, toolkit) for word in words]
    if None not in each:
        return [one for one in each if one is not None]
    if len(words) > 1 and not any(re.fullmatch(r"(?i)dx\d+", word) for word in words):
        return [(os.fsencode(" ".join(words)), None)]
    raise Unusable(f'there is no page for "{words[each.index(None)]}"; `dps-x509 explain --all` prints those there are')


def _subject(word: str, pages: dict[str, Any], toolkit: Toolkit) -> str | tuple[bytes, str | None] | None:
    if word == "-":
        return _read("-"), "standard input"
    for code, page in pages.items():
        if word.strip().upper() == code or word.strip().lower() == page.name:
            return str(page.markdown)
    if Path(word).is_file():
        return _read(word), _name(word)
    is_text = bool(re.search(r"\s", word.strip())) or bool(re.fullmatch(r"[2-5]\d\d(\d{3})?", word))
    if not is_text:
        told = toolkit.call("explanation", "explain-text", os.fsencode(word), None, [], _inputs.settings())
        is_text = getattr(told, "is-explained")
    return (os.fsencode(word), None) if is_text else None


def _settings(given: argparse.Namespace, registration_id: str | None) -> Settings:
    passphrase = None
    if given.key_passphrase_file:
        passphrase = _read(given.key_passphrase_file).split(b"\n")[0].removesuffix(b"\r")
    days = getattr(given, "expires_within", None)
    return _inputs.settings(
        registration_id=None if registration_id is None else _terminal.text_of(registration_id),
        at=given.at,
        expires_within=None if days is None else timedelta(days=days),
        cloud=None if given.cloud == "none" else given.cloud,
        enrollment=None if given.enrollment == "unknown" else given.enrollment,
        passphrase=passphrase,
    )


def _files(paths: list[str], purpose: Purpose, flag: str | None) -> list[File]:
    return [File(input=flag, path=_name(path), purpose=purpose, bytes=_read(path)) for path in paths]


def _name(path: str) -> str:
    return "standard input" if path == "-" else _terminal.text_of(path)


def _read(path: str) -> bytes:
    try:
        if path == "-":
            return _inputs.read(sys.stdin.buffer)
        with open(path, "rb") as stream:
            return _inputs.read(stream)
    except FileNotFoundError:
        raise Unusable(f"{path}: there is no such file") from None
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    except ValueError:
        raise Unusable(f"{path}: that is no name of a file") from None


def _time(text: str) -> datetime:
    whole = f"{text}T00:00:00Z" if len(text) == len("2027-01-31") else text
    try:
        read = datetime.fromisoformat(whole.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError("write a time as 2027-01-31 or 2027-01-31T12:00:00Z, in UTC") from None
    return read if read.tzinfo is not None else read.replace(tzinfo=timezone.utc)
