//! The flags of `probe`.

use std::time::Duration;

use dps_x509_core::name::Transport;

use crate::{flag, provision};

const AFTER: &str = "\
Examples:
  dps-x509 probe                                   is DPS reachable from here, on 8883 and on 443?
  dps-x509 probe --transport websocket --proxy http://proxy:3128
  dps-x509 probe --id-scope 0ne00111111 --cert device-full-chain.pem --key device-key.pem
                                                   does it take this device's certificate, CONNECT and SUBSCRIBE?

Exit codes:
  0    all stages that were looked at are well
  1    the service refused: an alert on the device's certificate, CONNACK or SUBACK
  2    the command line or an input cannot be used; nothing was dialled
  3    something on the way fails, on at least one transport
  130  interrupted

With a port in --endpoint, that port alone is looked at. The server's certificate is always verified. Where it is not trusted, its chain is shown and nothing is sent.
With --json, standard output is one JSON object.";

#[derive(Debug, Default, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) device: flag::Device,
    #[command(flatten)]
    pub(super) dps: flag::Dps,
    /// Which way: both, mqtt (port 8883) or websocket (port 443)
    #[arg(long, value_name = "TRANSPORT", default_value = "both", value_parser = transports)]
    pub(super) transport: Transports,
    /// Time limit for everything, such as 5s or 1m
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = humantime::parse_duration)]
    pub(super) timeout: Duration,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// The transports to look at.
#[derive(Debug, Clone, Default)]
pub(super) struct Transports(pub(super) Vec<Transport>);

fn transports(text: &str) -> Result<Transports, String> {
    if text == "both" {
        return Ok(Transports(Transport::ALL.to_vec()));
    }
    text.parse().map(|one| Transports(vec![one])).map_err(|_| "there are both, mqtt and websocket".to_owned())
}

impl Args {
    /// The same as the flags of `provision`, which reads the device's files.
    pub(super) fn as_of_provision(&self) -> provision::Args {
        provision::Args { device: self.device.clone(), dps: self.dps.clone(), ..provision::Args::default() }
    }
}
