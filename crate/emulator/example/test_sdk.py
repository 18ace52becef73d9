"""A pytest fixture for programs that use Microsoft's Python SDK, and a test that acts as the service. Needs azure-iot-device."""

import json
import os
import subprocess
from types import SimpleNamespace

import pytest
from azure.iot.device import IoTHubDeviceClient, ProvisioningDeviceClient, X509

PROGRAM = os.environ.get("DPS_X509", "dps-x509")


@pytest.fixture
def cloud(tmp_path):
    """DPS and a hub at 127.x.y.z:8883, the port of the SDK. Each process of the tests has an address of its own."""
    host = f"127.{os.getpid() >> 16 & 255}.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"
    chain = ["generate", "chain", "--registration-id", "device-1", "--out", tmp_path]
    subprocess.run([PROGRAM, *chain], check=True, timeout=60)
    (tmp_path / "enrollments.toml").write_text(
        f'id-scope = "0ne00000000"\nhubs = ["{host}"]\nassigning-polls = 0\n'
        "[throttling]\npolls-per-10-seconds = 0\n"
        '[[group]]\nname = "factory"\ncertificate = "root.pem"\n'
    )
    emulate = ["emulate", "enrollments.toml", "--folder", "state", "--listen", f"{host}:8883", "--control", f"{host}:0"]
    command = [PROGRAM, *emulate, "--json", "--quiet"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as emulator:
        ready = json.loads(emulator.stdout.readline())
        assert "endpoint" in ready, ready

        def service(*words):
            words = [PROGRAM, "emulator", "--control", ready["control"], "--json", *words]
            return json.loads(subprocess.run(words, check=True, timeout=60, stdout=subprocess.PIPE).stdout)

        try:
            yield SimpleNamespace(host=host, folder=tmp_path, root=(tmp_path / "state/root.pem").read_text(), service=service)
        finally:
            emulator.terminate()
            assert emulator.wait(timeout=20) == 0


def device(cloud):
    """Your device's program goes here."""
    x509 = X509(cert_file=str(cloud.folder / "device-full-chain.pem"), key_file=str(cloud.folder / "device-key.pem"))
    assigned = ProvisioningDeviceClient.create_from_x509_certificate(
        provisioning_host=cloud.host,
        registration_id="device-1",
        id_scope="0ne00000000",
        x509=x509,
        server_verification_cert=cloud.root,
    ).register()
    return IoTHubDeviceClient.create_from_x509_certificate(
        x509=x509,
        hostname=assigned.registration_state.assigned_hub,
        device_id=assigned.registration_state.device_id,
        server_verification_cert=cloud.root,
    )


def test_what_it_reports_is_in_its_twin(cloud):
    client = device(cloud)
    client.connect()
    client.patch_twin_reported_properties({"firmware": "1.2"})
    client.send_message("hello")
    client.shutdown()
    assert cloud.service("twin", "device-1")["properties"]["reported"]["firmware"] == "1.2"
    assert cloud.service("messages", "--device", "device-1", "--wait", "10")["messages"][0]["body"] == "hello"
