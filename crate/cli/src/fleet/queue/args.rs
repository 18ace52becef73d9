//! The flags of queues.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use dps_x509_fleet::{
    Template,
    queue::{Connection, Login, QueueName, Word},
};

use crate::fleet::{args::Shared, limits::Limits};

const SUBMIT: &str = "\
What is sent is each row of the list: where the keys are, as the workers will find them, and never a key. A list with a key or a
PIN in a column is refused, and a row without a name stops everything unless --lenient is given: nothing was sent then. What is in
the queue already, or has its result there, is not sent again.

Exit codes:
  0    every device of the list is in the queue, or has its result there
  1    rows were refused
  2    the command line, the list or a file cannot be used
  3    the queue cannot be reached, or does not let this program in
  130  interrupted; the same command goes on";

const WORK: &str = "\
Paths in the rows are relative to --folder; --cert and --key have templates for other places. A device that ends is one result in
the queue, for ever: whoever brings a second one is refused. A device whose worker is killed is given to another.

Exit codes:
  0    the queue is empty, and every device of this worker has its hub
  1    a device of this worker has none
  2    the command line or a file cannot be used, or there is no such queue
  3    the queue cannot be reached, or does not let this program in
  4    the time of --until was over before the queue was empty
  5    stopped before that: --stop-after-errors, or none of the first devices can be used on this machine
  130  interrupted

The first Ctrl-C (or SIGTERM) takes no more devices and lets those under way come to their end; a second one leaves at once.";

const WATCH: &str = "\
Exit codes:
  0    the queue is empty, and every device has its hub
  1    the queue is empty, and a device has none; with --once this is said of those that have a result
  2    the command line or a file cannot be used, or there is no such queue
  3    the queue cannot be reached, or does not let this program in
  130  interrupted";

/// Where a queue is, and who one is there.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(in crate::fleet) struct QueueArgs {
    /// NATS server with JetStream, nats://HOST:PORT or tls://HOST:PORT; several of a cluster with commas
    #[arg(long, value_name = "URL", value_delimiter = ',', required = true)]
    queue: Vec<String>,
    #[command(flatten)]
    more: More,
}

/// The same, where a journal does as well.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(in crate::fleet) struct PerhapsQueue {
    /// Take the results of a queue: NATS server, nats://HOST:PORT or tls://HOST:PORT; several of a cluster with commas
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    queue: Vec<String>,
    #[command(flatten)]
    more: More,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct More {
    /// Run: its devices get one result each, for ever
    #[arg(long, value_name = "NAME", default_value = "default")]
    run: Word,
    /// Site, where the keys of the devices are
    #[arg(long, value_name = "NAME", default_value = "default")]
    site: Word,
    /// File with a NATS user's credentials, a JWT and its NKey, as `nsc generate creds` writes it
    #[arg(long, value_name = "FILE", group = "login")]
    queue_creds: Option<PathBuf>,
    /// File with the seed of a NATS user's NKey
    #[arg(long, value_name = "FILE", group = "login")]
    queue_nkey: Option<PathBuf>,
    /// NATS user with a password
    #[arg(long, value_name = "NAME", group = "login", requires = "queue_password_file")]
    queue_user: Option<String>,
    /// File whose first line is that user's password
    #[arg(long, value_name = "FILE", requires = "queue_user")]
    queue_password_file: Option<PathBuf>,
    /// File whose first line is a token of NATS
    #[arg(long, value_name = "FILE", group = "login")]
    queue_token_file: Option<PathBuf>,
    /// PEM file with what signs the NATS servers' certificates [default: what this machine trusts]
    #[arg(long, value_name = "FILE")]
    queue_ca: Option<PathBuf>,
    /// PEM file with the certificate that the NATS servers ask for
    #[arg(long, value_name = "FILE", requires = "queue_key")]
    queue_cert: Option<PathBuf>,
    /// PEM file with that certificate's key
    #[arg(long, value_name = "FILE", requires = "queue_cert")]
    queue_key: Option<PathBuf>,
    /// JetStream domain of the queue, such as that of a leaf node
    #[arg(long, value_name = "NAME")]
    queue_domain: Option<String>,
}

impl More {
    fn connection(&self, servers: &[String]) -> Connection {
        let mut connection = Connection::default();
        connection.servers = servers.iter().map(|server| server.trim().to_owned()).collect();
        connection.domain.clone_from(&self.queue_domain);
        connection.ca.clone_from(&self.queue_ca);
        connection.certificate = self.queue_cert.clone().zip(self.queue_key.clone());
        connection.login = match self {
            Self { queue_creds: Some(path), .. } => Login::Credentials(path.clone()),
            Self { queue_nkey: Some(path), .. } => Login::NKey(path.clone()),
            Self { queue_token_file: Some(path), .. } => Login::Token(path.clone()),
            Self { queue_user: Some(user), queue_password_file: Some(file), .. } => {
                Login::Password { user: user.clone(), file: file.clone() }
            }
            _ => Login::None,
        };
        connection
    }

    fn name(&self) -> QueueName {
        QueueName { run: self.run.clone(), site: self.site.clone() }
    }
}

impl QueueArgs {
    pub(super) fn connection(&self) -> Connection {
        self.more.connection(&self.queue)
    }

    pub(super) fn name(&self) -> QueueName {
        self.more.name()
    }
}

impl PerhapsQueue {
    pub(super) fn connection(&self) -> Option<Connection> {
        (!self.queue.is_empty()).then(|| self.more.connection(&self.queue))
    }

    pub(super) fn name(&self) -> QueueName {
        self.more.name()
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = SUBMIT)]
pub(in crate::fleet) struct SubmitArgs {
    /// CSV, JSON Lines, a folder of devices, or - for standard input
    #[arg(value_name = "LIST")]
    pub(super) list: PathBuf,
    #[command(flatten)]
    pub(super) queue: QueueArgs,
    /// ID scope; {COLUMN} stands for a column's value [default: the column idScope]
    #[arg(long, value_name = "SCOPE")]
    pub(super) id_scope: Option<Template>,
    /// Registration ID [default: the column registrationId or id, else the CN of the certificate in the column cert]
    #[arg(long, value_name = "ID")]
    pub(super) registration_id: Option<Template>,
    /// How many servers of a cluster keep the queue: 1, 3 or 5; counts for a queue that is not there yet
    #[arg(long, value_name = "N", default_value = "1", value_parser = copies)]
    pub(super) replicas: NonZeroUsize,
    /// After how long without a sign of life of its worker a device is given to another; counts for a queue that is not
    /// there yet
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = lost_after)]
    pub(super) lost_after: Duration,
    /// Leave rows out that have no name, and send the others
    #[arg(long)]
    pub(super) lenient: bool,
    /// Print each row that is left out as a line of JSON, then one with the summary
    #[arg(long)]
    pub(super) json: bool,
}

fn copies(text: &str) -> Result<NonZeroUsize, String> {
    match text.parse::<NonZeroUsize>() {
        Ok(copies) if copies.get() <= 5 => Ok(copies),
        _ => Err("NATS keeps 1 to 5 copies, and an odd number is of use".to_owned()),
    }
}

/// Shortest time after which a worker is given up, and the longest.
const LOST_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3600));

fn lost_after(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    let (least, most) = LOST_AFTER;
    if (least..=most).contains(&duration) { Ok(duration) } else { Err("take 1s to 1h".to_owned()) }
}

#[derive(Debug, clap::Args)]
#[command(after_help = WORK)]
pub(in crate::fleet) struct WorkArgs {
    #[command(flatten)]
    pub(super) queue: QueueArgs,
    /// What paths in the rows are relative to [default: the folder where this program is started]
    #[arg(long, value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(flatten)]
    pub(super) limits: Limits,
    /// Wait for more once the queue is empty, or for a queue that is not there yet
    #[arg(long)]
    pub(super) stay: bool,
    /// What this worker is called in the results [default: a number by chance]
    #[arg(long, value_name = "NAME")]
    pub(super) worker: Option<Word>,
    /// Print each result as a line of JSON, then one with the summary
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = WATCH)]
pub(in crate::fleet) struct WatchArgs {
    #[command(flatten)]
    pub(super) queue: QueueArgs,
    /// Say how far it is now, and do not wait for the end
    #[arg(long)]
    pub(super) once: bool,
    /// Print a line of JSON whenever something has changed
    #[arg(long)]
    pub(super) json: bool,
}
