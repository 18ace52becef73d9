//! Registers a device at Azure DPS with its X.509 certificate, through the component in wasmtime.

use std::{error::Error, fs};

use dps_x509_host::{Access, Cancellation, Identity, Provisioner, Settings, Trust};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let provisioner = Provisioner::from_component(&fs::read("provisioner.wasm")?)?;
    let chain = fs::read("/home/me/out/device-full-chain.pem")?;
    let identity = Identity::from_pem(&chain, &fs::read("/home/me/keys/device-key.pem")?, None)?;
    let trust = Trust::empty().add_pem(&fs::read("/home/me/out/server-roots.pem")?)?;
    let access = Access::new(identity, &trust)?.allow("global.azure-devices-provisioning.net", 8883);
    let mut settings = Settings::new("0ne00111111", "device-1");
    settings.endpoint = Some("global.azure-devices-provisioning.net:8883".to_owned());
    let events = |at, event| println!("{at:?} {event:?}");
    match provisioner.provision(&settings, &access, events, &Cancellation::new()).await? {
        Ok(assignment) => println!("{} is at {}", assignment.device_id, assignment.assigned_hub),
        Err(failure) => {
            for finding in failure.findings {
                println!("{}: {} {}", finding.code, finding.message, finding.next_step);
            }
        }
    }
    Ok(())
}
