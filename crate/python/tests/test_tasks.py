"""Looking at files, explaining, comparing, repairing, configuring, generating."""

from __future__ import annotations

import json
import pickle
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import dps_x509
from dps_x509 import (
    DpsError,
    File,
    InvalidInput,
    Purpose,
    Session,
    compare,
    configure,
    explain,
    explain_refusal,
    generate,
    inspect,
    inspect_sarif,
    page,
    provision,
    repair,
    servers,
    targets,
)
from dps_x509.wit.inspection import RemedyDone, RemedyNeedless


def test_what_is_generated_is_ready(chain: Path) -> None:
    report = inspect(
        chain / "device-full-chain.pem",
        key=chain / "device-key.pem",
        registration_id="my-device",
        enrollment="group",
        group_ca=chain / "root.pem",
        cloud=None,
    )
    assert report.verdict.word == "ready"
    assert report.chain.leaf is not None and "CN=my-device" in report.chain.leaf
    assert [fact.type for fact in report.keys] == ["EC P-256"]


def test_files_come_as_paths_texts_bytes_and_named(chain: Path) -> None:
    path = chain / "device-full-chain.pem"
    ways = [str(path), path, path.read_bytes(), bytearray(path.read_bytes()), memoryview(path.read_bytes()), path.read_text()]
    reports = [inspect(way) for way in ways]
    named = inspect(File(path="what.pem", purpose=Purpose.DEVICE_CHAIN, bytes=path.read_bytes()))
    assert len({report.certificates[0].sha256 for report in [*reports, named]}) == 1
    assert named.certificates[0].place.path == "what.pem"
    with pytest.raises(TypeError):
        inspect(42)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        inspect(chain / "none.pem")


def test_findings_name_parameters_of_python(chain: Path) -> None:
    report = inspect(chain / "device-full-chain.pem", registration_id="another", key=chain / "root-key.pem")
    codes = {finding.code: finding for finding in report.findings}
    assert codes["DX401"].place.input is None or "--" not in codes["DX401"].place.input
    assert not any("--registration-id" in finding.next_step for finding in report.findings)
    assert report.verdict.word == "not ready"


def test_a_registration_id_that_is_none_is_an_error_with_findings(chain: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        inspect(chain / "device-cert.pem", registration_id="a@b")
    assert [finding.code for finding in caught.value.findings] == ["DX102"]
    assert caught.value.findings[0].place.input == "registration_id"
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "options", [{"cloud": "mars"}, {"enrollment": "both"}, {"at": datetime(2027, 1, 1)}], ids=lambda it: next(iter(it))
)
def test_wrong_options_are_told(options: dict[str, object], chain: Path) -> None:
    with pytest.raises(InvalidInput):
        inspect(chain / "device-cert.pem", **options)  # type: ignore[arg-type]


def test_time_is_a_day_or_a_moment(chain: Path) -> None:
    late = inspect(chain / "device-cert.pem", at=date(2040, 1, 1))
    assert any("expired" in finding.name for finding in late.findings)
    assert inspect(chain / "device-cert.pem", at=datetime(2040, 1, 1, tzinfo=timezone.utc)).findings == late.findings
    soon = inspect(chain / "device-full-chain.pem", expires_within=timedelta(days=400))
    assert len(soon.findings) > len(inspect(chain / "device-full-chain.pem").findings)


def test_sarif(chain: Path) -> None:
    log = json.loads(inspect_sarif(chain / "device-cert.pem", registration_id="another"))
    assert log["version"] == "2.1.0" and log["runs"][0]["results"]


def test_explaining(chain: Path, tmp_path: Path) -> None:
    for what in (401002, "401002", "tlsv1 alert unknown ca", b"DPS answered 401002"):
        explained = explain(what)
        assert explained.explained and explained.happenings and explained.text, what
    log = tmp_path / "device.log"
    log.write_text("x\nssl.SSLError: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca\n")
    explained = explain(log, chain / "device-cert.pem", registration_id="my-device")
    assert explained.has_files and explained.happenings[0].finding.place.line == 2
    assert not explain("nothing of the kind").explained
    with pytest.raises(InvalidInput):
        explain(-1)


def test_a_refusal_and_what_is_behind_it(chain: Path) -> None:
    refusal, *causes = explain_refusal(401, 401002, "CA certificate not found.", files=chain / "device-cert.pem")
    assert refusal.code == "DX707" and "DX431" in [cause.code for cause in causes]
    with pytest.raises(InvalidInput):
        explain_refusal(401, files=chain / "device-cert.pem", registration_id="a@b")


def test_pages() -> None:
    found = page("dx401")
    assert found is not None and found.name == "cn-is-not-registration-id" and found.markdown.startswith("#")
    assert page("DX000") is None
    assert "DX401" in dps_x509.codes()


def test_comparing(chain: Path) -> None:
    renewed = {file.path: file.text for file in generate("self-signed", "my-device").files}["device-cert.pem"]
    same = compare(chain / "device-cert.pem", chain / "device-cert.pem")
    assert same.verdict == "unchanged" and same.sentence
    other = compare(chain / "device-full-chain.pem", renewed, enrollment="individual")
    assert other.verdict == "new-key" and other.steps and other.changes
    nothing = compare(b"nothing", renewed)
    assert nothing.verdict is None


def test_repairing(chain: Path) -> None:
    text = (chain / "device-cert.pem").read_text()
    repairs = repair(text.replace("\n", "\\n").encode(), chain / "intermediate.pem")
    done, needless = repairs.files
    assert isinstance(done, RemedyDone) and done.value.text == text and not done.value.is_secret
    assert isinstance(needless, RemedyNeedless)
    assert repairs.full_chain == text + (chain / "intermediate.pem").read_text()


def test_configuring(chain: Path) -> None:
    made = configure(
        ["paho", "node"],
        chain / "device-full-chain.pem",
        id_scope="0ne00111111",
        folder="/etc/device",
        cloud="public",
    )
    assert {target.name for target in made.targets} == {"paho", "node"}
    assert any("0ne00111111" in file.text for target in made.targets for file in target.files)
    assert any(file.path == "device-full-chain.pem" for file in made.certificates)
    unknown = configure("no-such-client", chain / "device-full-chain.pem")
    assert not unknown.targets and unknown.findings
    refused = configure("paho", chain / "device-full-chain.pem", id_scope="non sense")
    assert not refused.targets and any(one.place.input == "id_scope" for one in refused.findings)
    embedded = configure("paho", chain / "device-full-chain.pem", embed_key=True, id_scope="0ne00111111")
    assert any(one.place.input == "embed_key" for one in embedded.findings)
    assert {"paho", "azure-cli"} <= {target.name for target in targets()}


@pytest.mark.parametrize("cloud", ["public", "usgov", "china"])
def test_servers(cloud: str) -> None:
    found = servers(cloud)  # type: ignore[arg-type]
    assert found.endpoint.startswith("global.") and found.roots and "BEGIN CERTIFICATE" in found.roots[0].pem


def test_generating_of_each_kind(chain: Path) -> None:
    several = generate("chain", "line", count=3, organization="Contoso")
    assert sum(file.kind == "device-key" for file in several.files) == 3
    ca = {"ca": chain / "intermediate.pem", "ca_key": chain / "intermediate-key.pem"}
    device = generate("device", "more", valid_for=timedelta(days=2), **ca)  # type: ignore[arg-type]
    leaf = next(file for file in device.files if file.kind == "device-certificate")
    assert leaf.subject is not None and leaf.subject.endswith("CN=more") or "CN=more" in str(leaf.subject)
    assert [file.is_secret for file in device.files if file.kind == "device-key"] == [True]
    assert any(file.kind == "certificate-signing-request" for file in generate("csr", "more").files)
    proof = generate("verification", code="ABCDEF", **ca)  # type: ignore[arg-type]
    assert [file.kind for file in proof.files] == ["verification-certificate"]
    for wrong in [
        lambda: generate("chain", "a@b"),
        lambda: generate("device", "x"),
        lambda: generate("chain", "x", count=0),
        lambda: generate("nothing", "x"),  # type: ignore[arg-type]
        lambda: generate("verification", **ca),  # type: ignore[arg-type]
    ]:
        with pytest.raises(InvalidInput):
            wrong()


@pytest.mark.parametrize("form", [str, lambda key: key.replace("\n", " "), lambda key: "".join(key.splitlines()[1:-1]), str.encode])
def test_a_key_in_the_place_of_a_word_is_not_repeated(form: Any, chain: Path) -> None:
    pem = (chain / "device-key.pem").read_text()
    key, leaf = form(pem), chain / "device-cert.pem"
    for wrong in [
        lambda: inspect(leaf, cloud=key),
        lambda: inspect(leaf, enrollment=key),
        lambda: inspect(leaf, registration_id=key),
        lambda: explain("rc=5", cloud=key),
        lambda: explain_refusal(401, channel=key),
        lambda: configure("all", leaf, id_scope="0ne00111111", transport=key),
        lambda: servers(key),
        lambda: generate(key, "x"),
        lambda: generate("chain", "x", key_type=key),
        lambda: provision("0ne00111111", cert=leaf, key=chain / "device-key.pem", cloud=key),
        lambda: provision("0ne00111111", cert=leaf, key=chain / "device-key.pem", transport=key),
        lambda: provision("0ne00111111", cert=leaf, key=chain / "device-key.pem", connect_to=key),
        lambda: Session("0ne00111111", "x", now=0, transport=key),
        lambda: Session("0ne00111111", "x", now=0, endpoint=key),
        lambda: Session("0ne00111111", "x", now=0, api_version=key),
    ]:
        with pytest.raises((DpsError, TypeError)) as caught:
            wrong()
        told = f"{caught.value}{caught.value!r}{vars(caught.value)}"
        assert pem.splitlines()[1][8:48] not in told, told


def test_errors_and_reports_can_be_pickled(chain: Path) -> None:
    report = inspect(chain / "device-full-chain.pem")
    assert pickle.loads(pickle.dumps(report)) == report
    with pytest.raises(InvalidInput) as caught:
        inspect(chain / "device-cert.pem", registration_id="a@b")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.findings) == (str(caught.value), caught.value.findings)
