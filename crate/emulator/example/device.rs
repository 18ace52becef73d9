//! A test of a device's program, with a DPS of its own: in the same process, on a free port.

use std::{fs, path::Path, process::Command};

use dps_x509_emulator::{Config, Emulator, IdScope, What, fault::Scenario};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A CA, and in the folder `device-cert.pem` and `device-key.pem`.
fn certificates(folder: &Path) -> Result<String> {
    let named = |name: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params
    };
    let mut ca = named("my CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate()?)?;
    let (mut device, key) = (named("my-device"), KeyPair::generate()?);
    device.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    fs::write(folder.join("device-cert.pem"), device.signed_by(&key, &ca)?.pem())?;
    fs::write(folder.join("device-key.pem"), key.serialize_pem())?;
    Ok(ca.pem())
}

/// Your device's program goes here; it prints the answer of DPS.
fn device(folder: &Path, port: u16) -> Result<String> {
    let url = format!(
        "https://localhost:{port}/0ne00000000/registrations/my-device/register?api-version=2021-06-01"
    );
    let arguments = "-s -m 20 -X PUT -d {} --cert device-cert.pem --key device-key.pem --cacert root.pem";
    let output = Command::new("curl").current_dir(folder).args(arguments.split(' ')).arg(url).output()?;
    Ok(String::from_utf8(output.stdout)?)
}

// The device runs beside the DPS, so one thread is not enough.
#[tokio::test(flavor = "multi_thread")]
async fn the_device_gets_its_hub_and_bears_a_busy_service() -> Result {
    let folder = tempfile::tempdir()?;
    let mut config =
        Config::with_group(IdScope::new("0ne00000000")?, "factory", certificates(folder.path())?.as_bytes())?;
    config.pace.assigning_polls = 0; // assigned at once
    let emulator = Emulator::new(config.clone()).start().await?;
    fs::write(folder.path().join("root.pem"), emulator.root_pem())?;
    let mut events = emulator.events();

    let answer = device(folder.path(), emulator.addr().port())?;
    assert!(answer.contains(r#""assignedHub":"localhost""#), "{answer}");
    while !matches!(events.next().await.ok_or("it has ended")?.what, What::Decided { .. }) {}

    config.faults = Scenario::named("throttled").ok_or("there is no such scenario")?.faults();
    emulator.configure(config);
    let answer = device(folder.path(), emulator.addr().port())?;
    assert!(answer.contains(r#""errorCode":429001"#), "{answer}");

    emulator.shutdown().await; // dropping it ends it as well
    Ok(())
}
