//! The flags of `fleet`.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::{Subcommand, ValueEnum};
use dps_x509_core::{name::Transport, session::mqtt::Qos};
use dps_x509_fleet::Template;

use super::limits::Limits;
use crate::flag;

#[cfg(feature = "nats")]
macro_rules! of_queues {
    () => {
        "  dps-x509 fleet submit devices.csv --id-scope 0ne00111111 --queue tls://queue.example --queue-creds line.creds
  dps-x509 fleet work --queue tls://queue.example --queue-creds line.creds --folder /factory
"
    };
}
/// This build has no queues.
#[cfg(not(feature = "nats"))]
macro_rules! of_queues {
    () => {
        ""
    };
}

const HELP: &str = concat!(
    "\
Examples:
  dps-x509 generate chain --registration-id sensor --count 1000 --out fleet
  dps-x509 fleet check fleet --id-scope 0ne00111111
  dps-x509 fleet run fleet --id-scope 0ne00111111
  dps-x509 fleet run devices.csv --id-scope 0ne00111111 --cert 'devices/{id}/cert.pem' --key 'devices/{id}/key.pem'
  dps-x509 fleet results devices.csv.journal --only assigned --format csv > hubs.csv
  dps-x509 fleet summary devices.csv.journal --format html --out run.html
",
    of_queues!(),
    "
A list is CSV with a header, JSON Lines, a folder with a folder for each device, or - for standard input. The columns
idScope, registrationId (or id, deviceId), cert (or certificate), key (or privateKey) and payload are taken where no flag says
otherwise; paths in a list are relative to it. Without a registration ID the CN of the device's certificate is taken."
);

const RUN: &str = "\
Exit codes:
  0    every device of the list has its hub, by this run or one before
  1    a device has none, or --check found errors and nothing was dialled
  2    the command line, the list or the journal cannot be used; nothing was dialled
  4    the time of --until was over before the list was
  5    stopped before the end of the list: --stop-after-errors, or results can no longer be kept, or the list no longer read
  130  interrupted

The first Ctrl-C (or SIGTERM) begins no more devices and lets those under way come to their end; a second one leaves at once.
Either way, and after a kill, the same command goes on where it was: what is in the journal is not done again.";

#[derive(Debug, clap::Args)]
#[command(after_help = HELP, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(super) what: What,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// Provision every device of a list, and keep each result in a journal
    Run(Box<RunArgs>),
    /// Look at every device of a list before anything is dialled, on all cores
    Check(Box<CheckArgs>),
    /// Load a DPS of one's own, or the emulator, and measure it
    Test(Box<TestArgs>),
    /// Print the last result of each device in a journal
    Results(ResultsArgs),
    /// Print what a journal comes to, by outcome and finding
    Summary(SummaryArgs),
    /// Put every device of a list into a queue on NATS JetStream, from which workers on several machines take
    #[cfg(feature = "nats")]
    Submit(Box<super::queue::SubmitArgs>),
    /// Take devices from a queue and provision them
    #[cfg(feature = "nats")]
    Work(Box<super::queue::WorkArgs>),
    /// Show how far the workers of a queue are, until it is empty
    #[cfg(feature = "nats")]
    Watch(Box<super::queue::WatchArgs>),
}

/// Which devices, and what they share.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Devices {
    /// CSV, JSON Lines, a folder of devices, or - for standard input
    #[arg(value_name = "LIST")]
    pub(super) list: PathBuf,
    /// ID scope; {COLUMN} stands for a column's value, here and in the next flags [default: the column idScope]
    #[arg(long, value_name = "SCOPE")]
    pub(super) id_scope: Option<Template>,
    /// Registration ID [default: the column registrationId or id, else the CN of the device's certificate]
    #[arg(long, value_name = "ID")]
    pub(super) registration_id: Option<Template>,
    #[command(flatten)]
    pub(super) shared: Shared,
    /// Take part K of N of the list, such as 2/8; N alone takes K from JOB_COMPLETION_INDEX (Kubernetes) or
    /// SLURM_ARRAY_TASK_ID [default: the whole list, or the part of a Slurm array]
    #[arg(long, value_name = "K/N")]
    pub(super) shard: Option<String>,
}

/// What devices share, wherever their names come from.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Shared {
    /// PEM file with the leaf, followed by its intermediates, such as devices/{id}/cert.pem [default: the column cert]
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(super) cert: Option<Template>,
    /// File with the leaf's private key, or pkcs11:token=factory;object={id} for one that stays in a token [default: the
    /// column key]
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(super) key: Option<Template>,
    /// Program that prints a device's certificates and key as PEM, such as 'read-identity {id}'; no shell reads it
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["cert", "key"])]
    pub(super) identity_command: Option<String>,
    /// File whose first line is the passphrase of every key, or the token's PIN [default of a PIN: ask on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(super) key_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) dps: flag::Dps,
    /// What MQTT travels in: mqtt (port 8883) or websocket (port 443) [default: mqtt]
    #[arg(long, value_name = "TRANSPORT")]
    pub(super) transport: Option<Transport>,
    /// JSON for a custom allocation function [default: the column payload]
    #[arg(long, value_name = "JSON|@FILE")]
    pub(super) payload: Option<String>,
    /// Version of the DPS interface [default: 2019-03-31]
    #[arg(long, value_name = "DATE")]
    pub(super) api_version: Option<String>,
    /// Time limit for one attempt of a device [default: 60s]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(super) timeout: Option<Duration>,
    /// MQTT quality of service of the requests: 0 or 1 [default: 1]
    #[arg(long, value_name = "LEVEL")]
    pub(super) qos: Option<Qos>,
    /// How the devices are enrolled
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    pub(super) enrollment: flag::Enrollment,
}

#[derive(Debug, clap::Args)]
#[command(after_help = RUN)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) devices: Devices,
    /// File that keeps the results; one for each shard [default: LIST.journal, with --shard LIST.K-of-N.journal]
    #[arg(long, value_name = "FILE")]
    pub(super) journal: Option<PathBuf>,
    #[command(flatten)]
    pub(super) limits: Limits,
    /// Try those again that failed in an earlier run
    #[arg(long)]
    pub(super) retry_failed: bool,
    /// Whether the list is looked at before anything is dialled; that of standard input never is
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    pub(super) check: Check,
    /// Print each result as a line of JSON, then one with the summary
    #[arg(long)]
    pub(super) json: bool,
}

/// How the list is looked at before a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Check {
    /// Dial nothing if a device has errors
    #[default]
    Strict,
    /// Show what is wrong and go on
    Lenient,
    /// Do not look
    Off,
}

#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) devices: Devices,
    /// Threads [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZeroUsize>,
    /// Print a line of JSON for each device, then one with the summary
    #[arg(long)]
    pub(super) json: bool,
}

const TEST: &str = "\
Each of the devices registers over and over. While the load rises, nothing is counted; what is printed is of the time in which
it holds.

Exit codes:
  0    every device got its hub, every time
  1    a device got none
  2    the command line or the list cannot be used; nothing was dialled
  130  interrupted";

#[derive(Debug, clap::Args)]
#[command(after_help = TEST)]
pub(super) struct TestArgs {
    #[command(flatten)]
    pub(super) devices: Devices,
    /// How many devices are under way at once, each one of the list
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN.saturating_add(99))]
    pub(super) at_once: NonZeroUsize,
    /// How long it takes until so many are under way
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = humantime::parse_duration)]
    pub(super) ramp: Duration,
    /// How long it holds then
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = humantime::parse_duration)]
    pub(super) hold: Duration,
    /// How to print what was measured
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: SummaryFormat,
}

#[derive(Debug, clap::Args)]
pub(super) struct ResultsArgs {
    /// Journal of a run, which may go on meanwhile
    #[arg(value_name = "JOURNAL", required_unless_present = "queue", conflicts_with = "queue")]
    pub(super) journal: Option<PathBuf>,
    #[command(flatten)]
    pub(super) from: FromQueue,
    /// Those alone that came to this
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    pub(super) only: Only,
    /// Print the dead letters of a queue: messages that no worker could bring to a result
    #[cfg(feature = "nats")]
    #[arg(long, requires = "queue", conflicts_with = "only")]
    pub(super) dead: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: ResultFormat,
}

/// Which results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Only {
    /// Every device with a result
    #[default]
    All,
    /// Devices with their hub
    Assigned,
    /// Devices without
    Failed,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ResultFormat {
    /// The report of `provision` in a line for each device
    #[default]
    Jsonl,
    /// A table: device, ID scope, outcome, hub, device ID, finding, time, attempts, seconds
    Csv,
}

#[derive(Debug, clap::Args)]
pub(super) struct SummaryArgs {
    /// Journals of one run, a shard each; they may go on meanwhile
    #[arg(value_name = "JOURNAL", required_unless_present = "queue", conflicts_with = "queue")]
    pub(super) journals: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) from: FromQueue,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: SummaryFormat,
    /// Write it into this file; never overwrites
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

/// How a summary is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum SummaryFormat {
    /// For people
    #[default]
    Text,
    /// One object
    Json,
    /// A table: what is counted, its name, how many
    Csv,
    /// One page with curves, which needs nothing else
    Html,
}

/// A queue in place of a journal.
#[cfg(feature = "nats")]
pub(super) type FromQueue = super::queue::PerhapsQueue;

/// There are no queues in this program.
#[cfg(not(feature = "nats"))]
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct FromQueue {
    /// A queue of `fleet submit`, which this program was built without
    #[arg(long, hide = true, value_parser = no_queue)]
    queue: Option<String>,
}

#[cfg(not(feature = "nats"))]
fn no_queue(_: &str) -> Result<String, String> {
    Err("this program was built without queues (the Cargo feature nats)".to_owned())
}
