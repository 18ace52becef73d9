"""Provisioning against the emulator: as a factory's script, with wrong files, through a proxy."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import dps_x509
from dps_x509 import (
    Assignment,
    DpsError,
    Emulator,
    IdentityError,
    InvalidInput,
    InvalidSettings,
    NoConnection,
    OutOfTime,
    ProvisioningError,
    Refused,
    aio,
    generate,
    provision,
)

from .arguments import how
from .servers import Proxy, mute


def in_thread(**options: Any) -> Assignment:
    return provision(**options)


def in_loop(**options: Any) -> Assignment:
    return asyncio.run(aio.provision(**options))


ways = pytest.mark.parametrize("way", [in_thread, in_loop])


@ways
@pytest.mark.parametrize("transport", ["mqtt", "websocket"])
def test_a_device_gets_its_hub(way: Any, transport: str, dps: Emulator) -> None:
    lines: list[str] = []
    done = way(**how(dps, transport=transport, on_event=lambda event, line: lines.append(line)))
    assert (done.assigned_hub, done.device_id) == ("localhost", dps.example.registration_id)
    assert done.registration_id == dps.example.registration_id
    assert done.tally is not None and done.tally.dials == 1
    text = "\n".join(lines)
    assert "CONNACK" in text and "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES" in text and "dialling" in text
    assert "PRIVATE" not in text


@ways
def test_the_key_comes_in_any_form(way: Any, dps: Emulator, tmp_path: Path) -> None:
    device = dps.example
    pem = device.key.read_bytes()

    def openssl(*words: str) -> bytes:
        return subprocess.check_output(["openssl", *words], stderr=subprocess.DEVNULL)

    (tmp_path / "der").write_bytes(openssl("pkcs8", "-topk8", "-nocrypt", "-in", str(device.key), "-outform", "DER"))
    (tmp_path / "sec1").write_bytes(openssl("ec", "-in", str(device.key), "-outform", "DER"))
    (tmp_path / "locked").write_bytes(openssl("pkcs8", "-topk8", "-in", str(device.key), "-passout", "pass:secret"))
    (tmp_path / "locked.der").write_bytes(
        openssl("pkcs8", "-topk8", "-in", str(device.key), "-outform", "DER", "-passout", "pass:secret")
    )
    combined = device.full_chain.read_bytes() + pem
    for options in [
        {"key": pem},
        {"key": pem.decode()},
        {"key": bytearray(pem)},
        {"key": tmp_path / "der"},
        {"key": (tmp_path / "sec1").read_bytes()},
        {"key": tmp_path / "locked", "passphrase": "secret"},
        {"key": tmp_path / "locked.der", "passphrase": lambda: b"secret"},
        {"cert": combined, "key": None},
        {"cert": [device.leaf, device.full_chain], "key": str(device.key)},
    ]:
        assert way(**how(dps, **options)).assigned_hub == "localhost", options


@ways
def test_files_that_cannot_be_used_are_told_before_anything_is_dialled(way: Any, dps: Emulator, tmp_path: Path) -> None:
    other = {file.path: file.text for file in generate("self-signed", "other").files}
    pfx = tmp_path / "store.pfx"
    device = dps.example
    subprocess.check_call(
        ["openssl", "pkcs12", "-export", "-in", device.full_chain, "-inkey", device.key, "-out", pfx, "-passout", "pass:x"]
    )
    locked = tmp_path / "locked"
    locked.write_bytes(
        subprocess.check_output(["openssl", "pkcs8", "-topk8", "-in", device.key, "-passout", "pass:secret"])
    )
    for options, words in [
        ({"key": other["device-key.pem"]}, "not that of the certificate"),
        ({"key": b""}, "missing is the private key"),
        ({"key": b"nonsense"}, "no private key"),
        ({"key": None}, "missing is the private key"),
        ({"key": locked}, "encrypted"),
        ({"key": locked, "passphrase": "wrong"}, "passphrase does not open"),
        ({"cert": None}, "missing is the device's certificate"),
        ({"cert": b"nonsense"}, ""),
        ({"cert": pfx, "key": None}, "PKCS#12"),
        ({"cert": pfx}, "PKCS#12"),
    ]:
        seen: list[str] = []
        with pytest.raises(IdentityError) as caught:
            way(**how(dps, on_event=lambda _, line: seen.append(line), **options))
        assert words in str(caught.value) and not seen, (options, caught.value)
        assert "secret" not in str(caught.value)
    with pytest.raises(FileNotFoundError):
        way(**how(dps, key=tmp_path / "none"))


@ways
def test_wrong_settings_are_told_with_their_parameter(way: Any, dps: Emulator) -> None:
    with pytest.raises(InvalidSettings) as caught:
        way(**how(dps, id_scope="non sense"))
    assert caught.value.findings[0].place.input == "id_scope" and caught.value.report.outcome == "invalid-settings"
    for options in [
        {"cloud": "mars"},
        {"endpoint": None},
        {"trust": None},
        {"proxy": "socks5://x:1"},
        {"connect_to": "nowhere"},
        {"timeout": float("nan")},
        {"timeout": -1},
        {"transport": "amqp"},
        {"ssl_context": ssl.create_default_context()},
    ]:
        with pytest.raises(InvalidInput):
            way(**how(dps, **options))


@ways
def test_a_refusal_has_what_is_behind_it(way: Any, dps: Emulator) -> None:
    with pytest.raises(Refused) as caught:
        way(**how(dps, cert=dps.example.leaf))
    refusal = caught.value
    assert refusal.code == 401002 and refusal.answer is not None and refusal.answer.status == 401
    assert [finding.code for finding in refusal.findings][:2] == ["DX707", "DX431"]
    assert refusal.retry_after is None and refusal.stage
    assert "DX707" in str(refusal)


@ways
def test_a_connection_that_does_not_come_about_says_why(way: Any, dps: Emulator) -> None:
    other = {file.path: file.text for file in generate("self-signed", "other").files}
    # As long as the socket is there nobody else can listen at its port.
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        kinds = {
            "refused": how(dps, connect_to=f"127.0.0.1:{unused.getsockname()[1]}", timeout=3),
            "name-not-found": how(dps, endpoint="no-such-host.invalid:8883", timeout=3),
            "server-not-trusted": how(dps, trust=other["device-cert.pem"], timeout=3),
        }
        for kind, options in kinds.items():
            with pytest.raises((NoConnection, OutOfTime)) as caught:
                way(**options)
            assert caught.value.report.transport is not None and caught.value.report.transport.kind == kind, kind


@ways
def test_a_peer_that_says_nothing_does_not_hold_it(way: Any, dps: Emulator) -> None:
    with mute() as port:
        started = time.monotonic()
        with pytest.raises((OutOfTime, NoConnection)):
            way(**how(dps, connect_to=f"127.0.0.1:{port}", timeout=timedelta(seconds=1)))
        # It is left: how soon after the second, the machine says too.
        assert time.monotonic() - started < 20


@ways
def test_through_a_proxy(way: Any, dps: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(user="line:7", password="s p") as proxy:
        done = way(**how(dps, proxy=f"http://line%3A7:s%20p@127.0.0.1:{proxy.port}"))
        assert done.assigned_hub == "localhost" and proxy.targets == [dps.endpoint]
        monkeypatch.setenv("https_proxy", f"http://line%3A7:s%20p@127.0.0.1:{proxy.port}")
        assert way(**how(dps)).assigned_hub and len(proxy.targets) == 2
        monkeypatch.setenv("no_proxy", "127.0.0.0/8")
        assert way(**how(dps)).assigned_hub and len(proxy.targets) == 2
        monkeypatch.delenv("no_proxy")
        assert way(**how(dps, proxy=False)).assigned_hub and len(proxy.targets) == 2
        with pytest.raises((NoConnection, OutOfTime)) as caught:
            way(**how(dps, proxy=f"127.0.0.1:{proxy.port}", timeout=3))
        assert "407 Who are you" in str(caught.value.report.transport)
        with pytest.raises((NoConnection, OutOfTime)) as caught:
            way(**how(dps, proxy=f"http://line:qF7passwordZx@127.0.0.1:{proxy.port}", timeout=3))
        told = f"{caught.value} {caught.value.report}"
        assert "407" in told and "repeats the password" in told
        assert "qF7pass" not in told and base64.b64encode(b"line:qF7passw").decode() not in told
    # What stands in front of its first "#" looks like a host and a port.
    with pytest.raises(InvalidInput) as wrong:
        way(**how(dps, proxy="http://line:8461#x@127.0.0.1:1"))
    assert "%23" in str(wrong.value) and "8461" not in str(wrong.value)


@ways
def test_a_context_of_ones_own(way: Any, dps: Emulator) -> None:
    context = ssl.create_default_context(cafile=str(dps.root))
    context.load_cert_chain(dps.example.full_chain, dps.example.key)
    options = how(dps, ssl_context=context, key=None, trust=None, cert=None, registration_id=dps.example.registration_id)
    assert way(**options).assigned_hub == "localhost"
    assert way(**{**options, "cert": dps.example.full_chain, "registration_id": None}).assigned_hub == "localhost"
    with pytest.raises(IdentityError):
        way(**{**options, "registration_id": None})


def test_an_error_of_a_listener_is_that_of_the_call(dps: Emulator) -> None:
    def listener(*_: object) -> None:
        raise LookupError("of the listener")

    for way in (in_thread, in_loop):
        with pytest.raises(LookupError):
            way(**how(dps, on_event=listener))


def test_the_key_is_in_no_memory_of_the_component(dps: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is handed to the component, whatever it is, has no part of the key in it."""
    from dps_x509 import _toolkit

    told: list[str] = []
    call = _toolkit.Toolkit.call

    def listening(self: Any, interface: str, function: str, *arguments: object) -> Any:
        told.append(repr(arguments))
        return call(self, interface, function, *arguments)

    monkeypatch.setattr(_toolkit.Toolkit, "call", listening)
    pem = dps.example.key.read_text()
    secret = "".join(pem.splitlines()[1:-1])[40:80]
    combined = (dps.example.full_chain.read_text() + pem).encode()
    assert provision(**how(dps, cert=combined, key=None)).assigned_hub
    assert provision(**how(dps, key=pem)).assigned_hub
    assert told and not any(secret in one or "PRIVATE KEY" in one for one in told)


def test_a_hub_that_is_not_allowed_is_not_asked(dps: Emulator) -> None:
    done = provision(**how(dps, check_hub=True))
    assert done.hub_check is not None and done.hub_check.outcome == "failed"
    assert "not allowed" in str(done.report.findings) or done.report.findings


def test_errors_have_one_root(dps: Emulator) -> None:
    with pytest.raises(DpsError):
        provision(**how(dps, cert=dps.example.leaf))
    assert issubclass(OutOfTime, TimeoutError) and issubclass(Refused, ProvisioningError)
    assert dps_x509.__version__
