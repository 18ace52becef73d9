//! Registers a device at Azure DPS with its X.509 certificate, through the component in wasmtime.

use std::{error::Error, fs};

use dps_x509_host::{Access, Cancellation, Identity, Provisioner, Settings, Trust};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let provisioner = Provisioner::from_component(&fs::read("provisioner.wasm")?)?;
    let chain = fs::read(@chain_path@)?;
    let identity = Identity::from_pem(&chain, &fs::read(@key_path@)?, None)?;
    let trust = Trust::empty().add_pem(&fs::read(@roots_path@)?)?;
    let access = Access::new(identity, &trust)?.allow(@host@, @port@);
    let mut settings = Settings::new(@id_scope@, @registration_id@);
    settings.endpoint = Some(@endpoint@.to_owned());
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
