//! The flags of `configure`.

use std::path::{Path, PathBuf};

use dps_x509_core::{
    config::{self, Target},
    finding::Finding,
    name::{Cloud, Transport},
};

use crate::flag::Enrollment;

const EXAMPLES: &str = "\
Examples:
  dps-x509 configure --list
  dps-x509 configure paho --id-scope 0ne00111111 --cert device-full-chain.pem --key device-key.pem --out out
  dps-x509 configure iot-edge systemd --id-scope 0ne00111111 --cert device-cert.pem issuing.pem --key key.pem --out out
  dps-x509 configure freertos --id-scope 0ne00111111 --cert device-full-chain.pem --key key.pem --embed-key --out out
  dps-x509 configure azure-cli --enrollment group --group-ca issuing.pem --cert device-cert.pem \\
      --dps-name my-dps --resource-group my-group --out out
  dps-x509 configure all --id-scope 0ne00111111 --cert device-full-chain.pem --key device-key.pem --out out

Exit codes:
  0    every file is written
  1    refused: a target cannot hold this, something is missing, or the certificates have an error; nothing is written
  2    the command line cannot be used, or a file cannot be written

Keys are named by their paths; a key's text stands in a file only with --embed-key. Nothing is overwritten.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Clients by their names, or all: every one that can be configured with what is given
    #[arg(value_name = "TARGET", required_unless_present = "list")]
    pub(super) targets: Vec<String>,
    /// List the clients, and how each one's files were checked
    #[arg(long)]
    pub(super) list: bool,
    /// Folder to write into; it is made if it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "list")]
    pub(super) out: Option<PathBuf>,
    /// ID scope of the DPS instance, such as 0ne00111111
    #[arg(long, value_name = "SCOPE")]
    pub(super) id_scope: Option<String>,
    /// Registration ID [default: the CN of the leaf]
    #[arg(long, value_name = "ID")]
    pub(super) registration_id: Option<String>,
    /// The device's certificate and its intermediates, in any form and order
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(super) cert: Vec<PathBuf>,
    /// The device's private key; it is compared with the certificate, and its path is written
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// File whose first line is the key's passphrase [default: ask on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(super) key_passphrase_file: Option<PathBuf>,
    /// Roots of the server, in place of the cloud's; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) trust: Vec<PathBuf>,
    /// Azure cloud: public, usgov or china
    #[arg(long, value_name = "CLOUD", default_value = "public")]
    pub(super) cloud: Cloud,
    /// Dial this instead of the cloud's global endpoint
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(super) endpoint: Option<String>,
    /// What MQTT travels in: mqtt (port 8883) or websocket (port 443)
    #[arg(long, value_name = "TRANSPORT", default_value = "mqtt")]
    pub(super) transport: Transport,
    /// How the device is enrolled
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    pub(super) enrollment: Enrollment,
    /// CA certificate of the enrollment group
    #[arg(long, value_name = "FILE")]
    pub(super) group_ca: Option<PathBuf>,
    /// Name of the enrollment group, and of its CA certificate [default: my-devices]
    #[arg(long, value_name = "NAME")]
    pub(super) group_name: Option<String>,
    /// Name of the DPS instance, for the Azure side
    #[arg(long, value_name = "NAME")]
    pub(super) dps_name: Option<String>,
    /// Resource group of the DPS instance, for the Azure side
    #[arg(long, value_name = "NAME")]
    pub(super) resource_group: Option<String>,
    /// Folder on the device where certificate files and key will be [default: where they are now]
    #[arg(long, value_name = "DIR")]
    pub(super) on_device: Option<String>,
    /// Write the text of the private key into the files of clients that take it so
    #[arg(long, requires = "key")]
    pub(super) embed_key: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

/// The word for every target that is possible.
const ALL: &str = "all";

impl Args {
    /// The folder of the output.
    pub(super) fn folder(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new("."))
    }

    pub(super) fn wants_all(&self) -> bool {
        self.targets.iter().any(|name| name == ALL)
    }

    /// The targets, each once, in the order of the list.
    pub(super) fn targets(&self, findings: &mut Vec<Finding>) -> Vec<&'static Target> {
        for name in self.targets.iter().filter(|name| *name != ALL && config::find(name).is_none()) {
            let likeness = |target: &&&'static Target| strsim::jaro_winkler(name, target.name);
            let nearest = config::ALL.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
            let similar = nearest.filter(|target| likeness(target) > 0.75).map(|target| target.name);
            findings.push(config::unknown(name, similar));
        }
        let is_wanted = |target: &&'static Target| {
            self.wants_all() || self.targets.iter().any(|name| name == target.name)
        };
        config::ALL.into_iter().filter(is_wanted).collect()
    }
}
