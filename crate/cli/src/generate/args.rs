//! The command line of `generate`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use dps_x509_core::{
    cert::UnixTime,
    generate::{KeyType, Parts, Recipe},
    name::RegistrationId,
};

use crate::flag;

const EXAMPLES: &str = "\
Examples:
  dps-x509 generate self-signed --registration-id my-x509-device
  dps-x509 generate chain --registration-id my-x509-device --out test
  dps-x509 generate chain --registration-id sensor --count 1000 --out fleet
  dps-x509 generate device --ca intermediate.pem --ca-key intermediate-key.pem --registration-id my-x509-device
  dps-x509 generate csr --registration-id my-x509-device
  dps-x509 generate verification --ca root.pem --ca-key root-key.pem --code 75B86466DA34D2B04C0C4C9557A119687ADAE7D4732BDDB3

Exit codes:
  0    made
  2    the command line, a file or the folder cannot be used; nothing was written
  130  interrupted; nothing was written

Nothing is ever overwritten. Private keys are written unencrypted, readable by their owner only.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(super) what: What,
}

/// What to make.
#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// A device that signs its own certificate, for an individual enrollment
    SelfSigned {
        #[command(flatten)]
        device: DeviceArgs,
        #[command(flatten)]
        key: KeyArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// A root, an intermediate below it, and devices below that, for an enrollment group
    Chain {
        #[command(flatten)]
        device: DeviceArgs,
        #[command(flatten)]
        key: KeyArgs,
        /// Make so many devices, called ID-1, ID-2, … and with a folder each [default: one, called ID, beside its CAs]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(Recipe::MAX_DEVICES)))]
        count: Option<u32>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// A device below a CA that there is already
    Device {
        #[command(flatten)]
        authority: AuthorityArgs,
        #[command(flatten)]
        device: DeviceArgs,
        #[command(flatten)]
        key: KeyArgs,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// A key, and a request for a CA to sign
    Csr {
        /// Registration ID of the device; it becomes the request's CN
        #[arg(long, value_name = "ID", value_parser = flag::registration_id)]
        registration_id: RegistrationId,
        #[command(flatten)]
        parts: PartsArgs,
        /// What kind of key to make; the preview of DPS that issues certificates takes p384 only
        #[arg(long, value_name = "TYPE", value_enum, default_value_t = KeyTypeArg::P384)]
        key_type: KeyTypeArg,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// The certificate that proves to DPS that you have a CA's key (proof of possession)
    Verification {
        #[command(flatten)]
        authority: AuthorityArgs,
        /// Verification code that DPS gave for this CA; it becomes the certificate's CN
        #[arg(long, value_name = "CODE")]
        code: String,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// Who the device is.
#[derive(Debug, clap::Args)]
pub(super) struct DeviceArgs {
    /// Registration ID of the device; it becomes the certificate's CN
    #[arg(long, value_name = "ID", value_parser = flag::registration_id)]
    pub(super) registration_id: RegistrationId,
    #[command(flatten)]
    pub(super) parts: PartsArgs,
    /// Days that the device's certificate is valid; CAs are valid for 3650, or as long as their devices
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) days: u32,
    /// When validity begins, such as 2027-01-31 or 2027-01-31T12:00:00Z
    ///
    /// Without it an hour ago, for devices whose clock is behind.
    #[arg(long, value_name = "TIME", value_parser = flag::time)]
    pub(super) not_before: Option<UnixTime>,
}

/// What the subjects have besides.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct PartsArgs {
    /// Organization (O)
    #[arg(long, value_name = "TEXT", help_heading = "Subject")]
    organization: Option<String>,
    /// Country (C), two capital letters
    #[arg(long, value_name = "CC", help_heading = "Subject")]
    country: Option<String>,
    /// State or province (ST)
    #[arg(long, value_name = "TEXT", help_heading = "Subject")]
    state: Option<String>,
    /// Town (L)
    #[arg(long, value_name = "TEXT", help_heading = "Subject")]
    locality: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct KeyArgs {
    /// What kind of keys to make
    #[arg(long, value_name = "TYPE", value_enum, default_value_t = KeyTypeArg::P256)]
    pub(super) key_type: KeyTypeArg,
}

/// The CA that signs.
#[derive(Debug, clap::Args)]
pub(super) struct AuthorityArgs {
    /// File with the CA's certificate; intermediates above it may follow
    #[arg(long, value_name = "FILE")]
    pub(super) ca: PathBuf,
    /// File with the CA's private key
    #[arg(long, value_name = "FILE")]
    pub(super) ca_key: PathBuf,
    /// File whose first line is the passphrase of the CA's key [default: ask on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(super) key_passphrase_file: Option<PathBuf>,
}

/// Where it goes.
#[derive(Debug, clap::Args)]
pub(super) struct OutputArgs {
    /// Folder for the files; made if it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(super) out: PathBuf,
    /// Print one JSON object about what was made
    #[arg(long)]
    pub(super) json: bool,
}

/// As the core's, with names for the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum KeyTypeArg {
    /// EC on the curve P-256
    P256,
    /// EC on the curve P-384
    P384,
    /// RSA with 2048 bits
    Rsa2048,
    /// RSA with 3072 bits
    Rsa3072,
    /// RSA with 4096 bits; the whole chain may be too big for small TLS stacks
    Rsa4096,
}

impl From<KeyTypeArg> for KeyType {
    fn from(key_type: KeyTypeArg) -> Self {
        match key_type {
            KeyTypeArg::P256 => Self::P256,
            KeyTypeArg::P384 => Self::P384,
            KeyTypeArg::Rsa2048 => Self::Rsa2048,
            KeyTypeArg::Rsa3072 => Self::Rsa3072,
            KeyTypeArg::Rsa4096 => Self::Rsa4096,
        }
    }
}

impl From<&PartsArgs> for Parts {
    fn from(parts: &PartsArgs) -> Self {
        let PartsArgs { organization, country, state, locality } = parts.clone();
        Self { country, state, locality, organization }
    }
}

impl What {
    pub(super) const fn output(&self) -> &OutputArgs {
        match self {
            Self::SelfSigned { output, .. }
            | Self::Chain { output, .. }
            | Self::Device { output, .. }
            | Self::Csr { output, .. }
            | Self::Verification { output, .. } => output,
        }
    }

    pub(super) const fn authority(&self) -> Option<&AuthorityArgs> {
        match self {
            Self::Device { authority, .. } | Self::Verification { authority, .. } => Some(authority),
            _ => None,
        }
    }
}
