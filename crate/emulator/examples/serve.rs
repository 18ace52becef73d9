//! Serves a configuration file on some addresses and prints what happens, one JSON object a line.
//!
//! `cargo run -p dps-x509-emulator --example serve -- dps.toml folder 127.0.0.1:9000 127.0.0.1:8883 127.0.0.1:443`
//! has its control interface on port 9000.

use std::{error::Error, path::Path};

use dps_x509_emulator::{Config, Emulator};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, folder, control, address, more @ ..] = arguments.as_slice() else {
        return Err("FILE FOLDER CONTROL ADDRESS [ADDRESS...]".into());
    };
    let config = Config::from_file(Path::new(file))?;
    let mut emulator =
        Emulator::new(config).folder(folder).control(control.parse()?).listen(address.parse()?);
    for address in more {
        emulator = emulator.also_listen(address.parse()?);
    }
    let running = emulator.start().await?;
    eprintln!("listening on {:?}", running.addrs());
    let mut events = running.events();
    while let Some(event) = events.next().await {
        println!("{}", event.to_json());
    }
    Ok(())
}
