"""The cases hold no words; the native core has them all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from dps_x509 import inspect
from dps_x509._command_line import run

from .cases import REPOSITORY, Conversation, cases, check, fixture

#: Of each kind of character that a terminal obeys or does not show.
HOSTILE = (
    "MARK\x1b]0;t\x07\x1b[2J\x9b1A\x85\r\nFORGED error DX999\x7f\xa0\xad\u034f\u061c\u115f\u1680\u180e\u2009\u200b\u200f\u2028FORGED"
    "\u202e\u2060\u2069\u2800\u3000\u3164\ufdd3\ufe0f\ufeff\uffa0\ufff9\ufffe\U0001d173\U0001ffff\U000e0001\U000e0041\U000e0100\U0010fffe"
)


@lru_cache
def native(kind: str) -> dict[str, Any]:
    program = os.environ["DPS_X509_NATIVE"]
    told: dict[str, Any] = json.loads(subprocess.check_output([program, kind, "python"], cwd=REPOSITORY))
    return told


def text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("name", cases("check"))
def test_reports_are_those_of_rust_to_the_last_byte(name: str) -> None:
    expected = native("check")[name]
    assert check(cases("check")[name]["given"]) == {part: text(value) for part, value in expected.items()}


@pytest.mark.parametrize("name", cases("session"))
def test_conversations_are_those_of_rust_to_the_last_byte(name: str) -> None:
    case, expected = cases("session")[name], native("session")[name]
    played = Conversation(case["settings"]).play(case["steps"])
    assert (played.sent, played.log) == (expected["sent"], expected["log"])
    assert json.loads(played.report) == expected["report"]


def test_every_report_of_the_cases_has_its_type() -> None:
    from dps_x509._codec import from_json
    from dps_x509.report.check import Report
    from dps_x509.report.provision import ProvisionReport

    for one in native("check").values():
        report = from_json(Report, one["report"])
        assert report.verdict.word == one["report"]["verdict"]["word"]
        assert [finding.code for finding in report.findings] == [finding["code"] for finding in one["report"]["findings"]]
    for one in native("session").values():
        assert from_json(ProvisionReport, one["report"]).outcome == one["report"]["outcome"]


def command_line(*words: str) -> "subprocess.CompletedProcess[str]":
    program = os.environ["DPS_X509_BINARY"]
    return subprocess.run([program, *words], capture_output=True, encoding="utf-8", timeout=60)


@pytest.mark.parametrize(
    "words",
    [
        ["explain", "401002"],
        ["explain", "DX401"],
        ["explain", "leaf-alone"],
        ["explain", "401002", "CA", "certificate", "not", "found."],
        ["explain", "ssl.SSLError: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca", "--json"],
        ["explain", "nothing of this is known at all"],
        ["explain", "DX999"],
        ["check", "device-1.pem", "--json", "--at", "2026-12-01"],
        ["check", "device-1.pem", "device-1.key", "--format", "json", "--at", "2026-12-01", "--cloud", "none"],
        ["check", "device-1.pem", "--registration-id", "device-2", "--json", "--at", "2026-12-01"],
        ["check", "device-1.pem", "--registration-id", "a@b", "--json", "--at", "2026-12-01"],
        ["check", "device-1.pem", "--json", "--at", "2026-12-01", "--fail-on", "note"],
        ["check", "device-1.pem", "--format", "sarif", "--at", "2026-12-01"],
        ["check", "--key", "device-1.key", "--json", "--at", "2026-12-01"],
        ["check", "device-1.pem", "--registration-id", HOSTILE, "--json", "--at", "2026-12-01"],
        ["explain", f"rc=5 not authorized {HOSTILE}", "--json"],
        ["explain", f"rc=5 not authorized {HOSTILE}"],
    ],
)
def test_without_the_program_the_command_line_says_the_same(
    words: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fixture(""))
    expected = command_line(*words)
    exit_code = run(words)
    told = capfd.readouterr()
    assert (exit_code, told.out) == (expected.returncode, expected.stdout)
    assert bool(told.err) == bool(expected.stderr)


@pytest.mark.parametrize("command", ["check", "explain"])
def test_the_command_line_obeys_nobody(
    command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    certificate = fixture("device-1.pem").read_bytes()
    # Names of files that are there, are no text, or name nothing; and what no flag takes.
    names = [HOSTILE.replace("/", "")[:60], os.fsdecode(b"MARK\xff\xfe\x1b[31m.pem")]
    for name in names:
        Path(name).write_bytes(certificate)
    # `check` names its files, and both what they cannot use.
    given = [*([name] for name in names), [f"{HOSTILE}.pem"], ["--at", HOSTILE], ["--cloud", HOSTILE], [f"--{HOSTILE}"]]
    # Of what is longer than a word nothing is repeated.
    given.append(["--cloud", HOSTILE[:20]])
    shown = ""
    for words in given:
        for more in ([], ["--json"]):
            try:
                run([command, *words, *more])
            except SystemExit as end:
                assert end.code == 2
            told = capfd.readouterr()
            for stream in (told.out, told.err):
                shown += stream
                assert not [one for one in stream if one != "\n" and _is_hostile(one)], (words, stream)
                assert not [line for line in stream.splitlines() if line.lstrip().startswith("FORGED")], (words, stream)
    assert "MARK" in shown


def _is_hostile(one: str) -> bool:
    return unicodedata.category(one) in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp") or one in "\u3164\ufe0f\u180e\U000e0100"


@pytest.mark.skipif(sys.platform == "win32", reason="there it has no such files")
@pytest.mark.parametrize("words", [["check"], ["check", "--key"], ["check", "--key-passphrase-file"], ["explain"], ["explain", "--with"]])
def test_a_file_that_never_ends_is_read_as_far_as_a_limit(
    words: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fixture(""))
    if words == ["explain"]:
        with open("/dev/zero", encoding="latin-1") as endless:
            monkeypatch.setattr(sys, "stdin", endless)
            assert run(["explain", "-"]) == 2
    else:
        assert run([words[0], "401002" if words[0] == "explain" else "device-1.pem", *words[1:], "/dev/zero"]) == 2
    assert "more than 64 MiB" in capfd.readouterr().err
    with pytest.raises(OSError, match="more than 64 MiB"):
        inspect("/dev/zero")


#: With its lines as they are, and as shells and settings put it into one; its beginning or its end cut off; or a
#: line alone.
FORMS = [str, lambda key: key.splitlines()[1], lambda key: key.replace("\n", " "), lambda key: key.replace("\n", "\\n"), "./{}".format, lambda key: key[12:], lambda key: key[:-30]]


@pytest.mark.parametrize("form", FORMS)
def test_a_private_key_that_was_given_for_a_name_is_not_told(form: Any, capfd: pytest.CaptureFixture[str]) -> None:
    pem = fixture("device-1.key").read_text()
    key, line = form(pem), pem.splitlines()[1][8:48]
    leaf, marks = os.fspath(fixture("device-1.pem")), 0
    for words in [
        [key],
        ["check", key],
        ["check", f"--{key}"],
        *(["check", leaf, f"--{name}={key}"] for name in ("key", "trust", "key-passphrase-file", "registration-id", "at", "format", "no")),
        ["explain", key],
        ["explain", "--json", key],
        ["explain", "401002", "--with", f"./{key}"],
    ]:
        try:
            run(words)
        except SystemExit:
            pass
        for stream in capfd.readouterr():
            assert line not in stream, words
            marks += "***" in stream
    assert marks > 3


#: A connection string, a token and an address, whole, and what of each is secret.
HOLDERS = [
    ("HostName=h;DeviceId=d;SharedAccessKey=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjR+eJA=", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ"),
    ("SharedAccessSignature sr=x&sig=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjR%2BeJA%3D&se=1", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ"),
    ("https://user:qF7passwordZx@example.org/x", "qF7passwordZx"),
]


@pytest.mark.parametrize(("given", "secret"), HOLDERS)
def test_what_holds_a_secret_and_was_given_for_a_name_is_not_told(given: str, secret: str, capfd: pytest.CaptureFixture[str]) -> None:
    leaf, marks = os.fspath(fixture("device-1.pem")), 0
    for words in [
        ["check", given],
        *(["check", leaf, f"--{name}={given}"] for name in ("key", "trust", "key-passphrase-file")),
        ["explain", "401002", "--with", given],
    ]:
        try:
            run(words)
        except SystemExit:
            pass
        for stream in capfd.readouterr():
            assert secret not in stream, words
            marks += "***" in stream
    assert marks > 3
