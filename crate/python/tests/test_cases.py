"""The cases hold no words; the native core has them all."""

from __future__ import annotations

import json
import os
import subprocess
from functools import lru_cache
from typing import Any

import pytest

from dps_x509._command_line import run

from .cases import REPOSITORY, Conversation, cases, check, fixture


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
