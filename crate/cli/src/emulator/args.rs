//! The commands of `emulator`.

use std::{net::SocketAddr, path::PathBuf};

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

Exit codes:
  0    done
  1    the emulator refuses, and says why
  2    the command line or a file is wrong
  3    no emulator has its control interface there
  4    it does not answer";

/// Look at a running `emulate` and act on it, by its control interface
///
/// The emulator needs `--control` for it. The interface is on loopback and asks nobody who they are.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Address of the control interface
    #[arg(long, global = true, value_name = "[ADDRESS:]PORT", default_value = "127.0.0.1:9000", value_parser = control_address)]
    pub(super) control: SocketAddr,
    /// Print one JSON object or array; after an error `{"error": …}`
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
