//! The flags of `probe`.

use std::{path::PathBuf, time::Duration};

use dps_x509_core::{name::Cloud, name::Transport};

use crate::{provision, route};

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

The server's certificate is always verified. Where it is not trusted, its chain is shown and nothing is sent.
With --json, standard output is one JSON object.";

/// Look how far a device gets on the way to DPS, without registering
///
/// Name resolution, TCP, TLS with the server's chain as it is presented, clock, client certificate, WebSocket; and with
/// a device's files CONNECT and SUBSCRIBE as that device. Registering could assign a device anew; none of this does.
#[derive(Debug, Default, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Azure cloud: public, usgov or china [default: public]
    #[arg(long, value_name = "CLOUD")]
    pub(super) cloud: Option<Cloud>,
    /// Look at this instead of the cloud's global endpoint; with a port, at that port alone
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(super) endpoint: Option<String>,
    /// Which way: both, mqtt (port 8883) or websocket (port 443)
    #[arg(long, value_name = "TRANSPORT", default_value = "both", value_parser = transports)]
    pub(super) transport: Transports,
    /// ID scope of the DPS instance, for CONNECT
    #[arg(long, value_name = "SCOPE")]
    pub(super) id_scope: Option<String>,
    /// Registration ID, for CONNECT [default: the CN of the leaf]
    #[arg(long, value_name = "ID")]
    pub(super) registration_id: Option<String>,
    /// PEM file with the leaf, followed by its intermediates
    #[arg(long, value_name = "FILE")]
    pub(super) cert: Option<PathBuf>,
    /// File with the leaf's private key (PKCS#8, SEC 1 or PKCS#1)
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// File whose first line is the key's passphrase [default: ask on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(super) key_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) route: route::Args,
    /// PEM file with roots to trust besides the built-in ones; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) trust: Vec<PathBuf>,
    /// Trust nothing but the files of --trust
    #[arg(long)]
    pub(super) only_trust: bool,
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
    /// Whether a device is meant.
    pub(super) const fn has_device(&self) -> bool {
        self.id_scope.is_some() || self.registration_id.is_some() || self.cert.is_some() || self.key.is_some()
    }

    /// The same as the flags of `provision`, whose files and settings are the same.
    pub(super) fn as_of_provision(&self) -> provision::Args {
        provision::Args {
            id_scope: self.id_scope.clone(),
            registration_id: self.registration_id.clone(),
            cert: self.cert.clone(),
            key: self.key.clone(),
            key_passphrase_file: self.key_passphrase_file.clone(),
            cloud: self.cloud,
            endpoint: self.endpoint.clone(),
            trust: self.trust.clone(),
            only_trust: self.only_trust,
            ..provision::Args::default()
        }
    }
}
