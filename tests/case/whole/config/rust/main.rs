//! Registers a device at Azure DPS with its X.509 certificate.

use std::{error::Error, fs, process::ExitCode};

use dps_x509_net::{
    Access, Cancellation, Identity, Trust,
    core::{
        finding::Naming,
        session::{Event, Settings},
    },
};

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let chain = fs::read("/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/device-full-chain.pem")?;
    let identity = Identity::from_pem(&chain, &fs::read("/tmp/it's \"a\" $HOME/100% `so`! \\n/Schlüssel ‘1’ ${x} #.pem")?, None)?;
    let trust = Trust::empty().add_pem(&fs::read("/tmp/it's \"a\" $HOME/100% `so`! \\n/Gerät ‘1’ ${x} #/server-roots.pem")?)?;
    let access = Access::new(identity, &trust)?.allow("localhost", 8883);
    let mut settings = Settings::new("0ne'\"$(id)%PATH%!\\`", "Device:1.a_b-");
    settings.endpoint = Some("localhost:8883".to_owned());
    let findings = match settings.parse() {
        Err(findings) => findings,
        Ok((config, _)) => {
            let endpoint = config.endpoint.clone();
            let events = |at, event: Event<'_>| println!("{at:?} {event}");
            match dps_x509_net::provision(config, &access, events, &Cancellation::new()).await {
                Ok(assignment) => {
                    println!("{} is at {}", assignment.assigned.device_id, assignment.assigned.assigned_hub);
                    return Ok(ExitCode::SUCCESS);
                }
                Err(failure) => vec![failure.to_finding(&endpoint)],
            }
        }
    };
    for finding in findings {
        eprintln!("{}", finding.to_text(Naming::Plain));
    }
    Ok(ExitCode::FAILURE)
}
