//! The commands of `emulator`.

use std::{net::SocketAddr, path::PathBuf};

use serde_json::Value;

use crate::emulate::control_address;

const HELP: &str = "\
Examples:
  dps-x509 emulate enrollments.toml --control 9000       # in another terminal
  dps-x509 emulator --control 9000 status
  dps-x509 emulator --control 9000 fault use throttled   # then provision, and see

Proof of possession, as with DPS:
  dps-x509 emulator --control 9000 ca upload my-root root.pem
  CODE=$(dps-x509 emulator --control 9000 ca code my-root)
  dps-x509 generate verification --ca root.pem --ca-key root-key.pem --code \"$CODE\"
  dps-x509 emulator --control 9000 ca verify my-root verification.pem

A device at its hub:
  dps-x509 emulator twin device-1 set '{\"properties\":{\"desired\":{\"period\":5}}}'
  dps-x509 emulator message device-1 hello --property line=7
  dps-x509 emulator method device-1 reboot '{\"delay\":1}'
  dps-x509 emulator messages --device device-1 --wait 10 --json

Exit codes:
  0    done
  1    the emulator refuses, and says why
  2    the command line or a file is wrong
  3    no emulator has its control interface there
  4    it does not answer";

#[derive(Debug, clap::Args)]
#[command(after_help = HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Address of the control interface
    #[arg(long, global = true, value_name = "[ADDRESS:]PORT", default_value = "127.0.0.1:9000", value_parser = control_address)]
    pub(super) control: SocketAddr,
    /// File with the emulator's token [default: where `emulate` of this user keeps it for that address]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) token: Option<PathBuf>,
    /// Print one JSON object or array; after an error `{"version": 1, "error": …}`
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Where it listens, what it follows, and how much there is of everything
    Status,
    /// List the enrollments
    Enrollments,
    /// List the devices that are registered
    Registrations,
    /// Delete a registration; the device is gone from its hub as well
    DeleteRegistration {
        /// The device's registration ID
        registration_id: String,
    },
    /// Print the connection string for service SDKs of a hub, or of DPS; it is a secret
    ConnectionString {
        /// Of DPS, for enrollments
        #[arg(long, conflicts_with = "hub")]
        provisioning: bool,
        /// Of this hub [default: the first one]
        #[arg(long, value_name = "HOST")]
        hub: Option<String>,
    },
    /// List the devices at their hubs
    Devices,
    /// Show the twin of a device, or change its tags and desired properties
    Twin {
        #[command(flatten)]
        device: Device,
        #[command(subcommand)]
        change: Option<Change>,
    },
    /// Send a message to a device; it waits until the device has it, or until it expires
    Message {
        #[command(flatten)]
        device: Device,
        /// The body
        text: String,
        /// A property of the message; may be repeated
        #[arg(long, value_name = "NAME=VALUE", value_parser = property)]
        property: Vec<(String, String)>,
        /// After how many seconds it expires, two days at most [default: an hour]
        #[arg(long, value_name = "SECONDS", value_parser = seconds(1, 2 * 24 * 3600))]
        expires: Option<u64>,
    },
    /// Call a method of a device that is connected, and print its answer
    Method {
        #[command(flatten)]
        device: Device,
        /// The method
        name: String,
        /// What it is given
        #[arg(value_name = "JSON", value_parser = json)]
        payload: Option<Value>,
        /// How long to wait for the answer, from 5 to 300
        #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = seconds(5, 300))]
        wait: u64,
        /// How long to wait for the device to connect, 300 at most
        #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = seconds(0, 300))]
        connect_wait: u64,
    },
    /// List what devices sent
    Messages {
        /// Of this device only
        #[arg(long, value_name = "ID")]
        device: Option<String>,
        /// Those with a larger number only
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        after: u64,
        /// If there is none yet, wait for the first one, 300 at most; exit code 4 if none comes
        #[arg(long, value_name = "SECONDS", value_parser = seconds(0, 300))]
        wait: Option<u64>,
    },
    /// Close the connection of a device; it may come back
    Disconnect {
        #[command(flatten)]
        device: Device,
    },
    /// CA certificates and proof of possession
    #[command(subcommand)]
    Ca(Ca),
    /// What goes wrong on purpose
    #[command(subcommand)]
    Fault(Fault),
    /// Read the enrollments again, without waiting until the change is seen
    Reload,
    /// End the emulator
    Stop,
}

/// A device at its hub.
#[derive(Debug, clap::Args)]
pub(super) struct Device {
    /// The device's ID
    #[arg(value_name = "ID")]
    pub(super) device_id: String,
    /// Its hub, where several have a device of that ID
    #[arg(long, value_name = "HOST")]
    pub(super) hub: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Change {
    /// Merge an object with `tags` and `properties.desired`; null removes
    Set {
        /// Such as '{"properties":{"desired":{"period":5}}}'
        #[arg(value_name = "JSON", value_parser = json)]
        change: Value,
    },
}

/// What the emulator takes: what is refused here need not be explained in the words of its interface.
fn seconds(least: u64, most: u64) -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(least..=most)
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))
}

fn property(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it has no \"=\"")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Ca {
    /// List the CA certificates, and whether they are verified
    List,
    /// Upload a CA certificate; it has to be verified before it counts
    Upload {
        /// A name for it
        name: String,
        /// The certificate (PEM)
        file: PathBuf,
    },
    /// Delete an uploaded CA certificate; uploaded again, it has to be verified again
    Delete {
        /// Its name
        name: String,
    },
    /// Print a new verification code; an older one is of no more use
    Code {
        /// The CA certificate's name
        name: String,
    },
    /// Verify a CA certificate by a certificate that it signed, with the code as its CN
    Verify {
        /// The CA certificate's name
        name: String,
        /// The verification certificate (PEM)
        file: PathBuf,
    },
    /// Mark a CA certificate as verified, without a proof
    MarkVerified {
        /// The CA certificate's name
        name: String,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Fault {
    /// List the faults in force
    List,
    /// List the scenarios that come with the emulator; needs none running
    Scenarios,
    /// Put scenarios in force, in place of all other faults
    Use {
        /// Their names, see `fault scenarios`
        #[arg(required = true)]
        scenarios: Vec<String>,
        /// Decides about faults with a chance: the same seed, the same places
        #[arg(long, default_value_t)]
        seed: u64,
    },
    /// Put the faults of a file in force, in place of all others
    Load {
        /// TOML with `seed`, `scenarios` and `[[fault]]`, as in the file of enrollments
        file: PathBuf,
    },
    /// Let nothing go wrong any more
    Clear,
}
