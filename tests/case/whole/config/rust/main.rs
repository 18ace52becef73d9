//! Registers a device at Azure DPS with its X.509 certificate, through the component in wasmtime.

use std::{error::Error, fs};

use dps_x509_host::{Access, Cancellation, Identity, Provisioner, Settings, Trust};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let provisioner = Provisioner::from_component(&fs::read("provisioner.wasm")?)?;
    let chain = fs::read("/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/device-full-chain.pem")?;
    let identity = Identity::from_pem(&chain, &fs::read("/tmp/it's \"a\" $HOME/100% `so`! \\n/Schlüssel ‘1’ ${x} #.pem")?, None)?;
    let trust = Trust::empty().add_pem(&fs::read("/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/server-roots.pem")?)?;
    let access = Access::new(identity, &trust)?.allow("localhost", 8883);
    let mut settings = Settings::new("0ne'\"$(id)%PATH%!\\`", "Device:1.a_b-");
    settings.endpoint = Some("localhost:8883".to_owned());
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
