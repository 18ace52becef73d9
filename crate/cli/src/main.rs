//! The command line: reads inputs, runs the core, the component and the emulator, and shows what they say.

mod check;
mod compare;
mod configure;
mod emulate;
mod emulator;
mod exit;
mod explain;
mod flag;
mod fleet;
mod found;
mod generate;
mod input;
mod later;
mod licenses;
mod manual;
mod output;
mod probe;
mod provision;
mod refusal;
mod route;
mod shell;
mod terminal;

use std::process::ExitCode;

use clap::{
    Parser, Subcommand,
    error::{ContextKind, ContextValue},
};
use dps_x509_core::text;
use later::Later;

/// The version, and the commit where it is known (see build.rs).
const VERSION: &str = env!("DPS_X509_VERSION");

const EXIT: &str = "\
`dps-x509 COMMAND --help` has the exit codes. Where 0 is due and standard output cannot be written, on a full disk, say, it is 5.";

/// Gets an IoT device through Azure's Device Provisioning Service (DPS) with an X.509 certificate, and says
/// exactly what is wrong when it does not get through.
#[derive(Debug, Parser)]
#[command(version = VERSION, propagate_version = true, max_term_width = 110, after_help = EXIT)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What it can be asked for, as the help of all says it; what each can be told is added when it is the one.
#[derive(Debug, Subcommand)]
enum Command {
    /// Register a device at DPS and print its IoT hub
    ///
    /// When the service refuses, the certificate files are looked at too, and the joined cause is printed.
    Provision(Later<provision::Args>),
    /// Look how far a device gets on the way to DPS, without registering
    ///
    /// Name resolution, TCP, TLS with the server's chain as it is presented, clock, client certificate, WebSocket; and with
    /// a device's files CONNECT and SUBSCRIBE as that device. Registering could assign a device anew; none of this does.
    Probe(Later<probe::Args>),
    /// Run a local DPS to develop and test against
    ///
    /// Real TLS with client certificates, MQTT 3.1.1, enrollments, and the answers that DPS is documented or was seen
    /// to give; what no source tells is marked as assumed.
    Emulate(Later<emulate::Args>),
    /// Look at a running `emulate` and act on it, by its control interface
    ///
    /// The emulator needs `--control` for it. The interface is on loopback, and for the user alone who started it.
    Emulator(Later<emulator::Args>),
    /// Say what certificate and key files are, what chain they make, and what is wrong with them
    ///
    /// Any number of files in any order and form: PEM however it was mangled, DER, base64, PKCS#7, PKCS#12, source code,
    /// JSON; or a folder with everything that belongs to one device or to several, such as that of certGen.sh, openssl ca,
    /// easy-rsa, step-ca, cfssl or generate. Nothing is sent anywhere, and a private key is never shown.
    Check(Later<check::Args>),
    /// Say what changed between two certificates or chains, and what to upload where because of it
    ///
    /// A routine renewal, a new key, or a different identity; whether the new one is ready; and in which order to upload, as
    /// primary or secondary certificate, so that no device is locked out on the way.
    Compare(Later<compare::Args>),
    /// Write the configuration of a client for this device: MQTT clients, SDKs, devices, tools, the Azure side
    ///
    /// The files are made for the client and the shell that read them, from the names, paths and certificates that are
    /// given; each client's files are in a folder of its name, beside the certificate files they refer to.
    Configure(Later<configure::Args>),
    /// Say what happened to a device, and why: from a client's log, an answer of the service, or a code
    ///
    /// Finds what the service answered and what went wrong in TLS or on the network, and tells the likely causes in order,
    /// how sure each is, and what to look at next. With the device's files it says which cause it is.
    Explain(Later<explain::Args>),
    /// Provision many devices from a list, and survive a kill while doing it
    Fleet(Later<fleet::Args>),
    /// Make test certificates, requests and proofs of possession
    ///
    /// For trying things out, not for production: there, keys come into being in the device and a CA signs for them.
    /// Every certificate says in its subject that it is a test certificate.
    Generate(Later<generate::Args>),
    Licenses(licenses::Args),
    Completions(manual::Completions),
    Manual(manual::Manual),
}

fn main() -> ExitCode {
    refuse_core_dumps();
    terminal::take_panics();
    terminal::look_at_arguments();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => return not_parsed(told),
    };
    // Of one conversation, one thread is enough; those of a fleet have all cores.
    let mut runtime = match &cli.command {
        Command::Fleet(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            refusal::of_arguments(&format!("dps-x509 cannot start: {error}\n"));
            return exit::Exit::Usage.into();
        }
    };
    let exit = runtime.block_on(async {
        match cli.command {
            Command::Provision(Later(args)) => provision::run(*args).await,
            Command::Probe(Later(args)) => probe::run(*args).await,
            Command::Emulate(Later(args)) => emulate::run(*args).await,
            Command::Emulator(Later(args)) => emulator::run(&args).await,
            Command::Check(Later(args)) => check::run(&args),
            Command::Compare(Later(args)) => compare::run(&args),
            Command::Configure(Later(args)) => configure::run(&args),
            Command::Explain(Later(args)) => explain::run(&args),
            Command::Fleet(Later(args)) => fleet::run(*args).await,
            Command::Generate(Later(args)) => generate::run(*args).await,
            Command::Licenses(licenses::Args {}) => licenses::run(),
            Command::Completions(args) => manual::completions(&args),
            Command::Manual(args) => manual::manual(&args),
        }
    });
    // Nobody waits for what is left in a thread of its own: the system's resolver, which cannot be told that time is up.
    runtime.shutdown_background();
    whole(exit).into()
}

/// How it ended, once it is known whether what was to be shown is shown.
fn whole(exit: exit::Exit) -> exit::Exit {
    let Some(reason) = terminal::lost() else { return exit };
    terminal::warn(format_args!(
        "standard output cannot be written ({reason}); what is there is not all of it"
    ));
    if exit == exit::Exit::Done { exit::Exit::Incomplete } else { exit }
}

/// Help and version, which hold nothing of others; or what is wrong with the arguments, which may be names of files.
fn not_parsed(told: clap::Error) -> ExitCode {
    if !told.use_stderr() {
        // Whoever does not read on has read enough.
        terminal::own(&told.render().ansi().to_string()).unwrap_or_default();
        return whole(exit::Exit::Done).into();
    }
    // What is said of them quotes them: so it is said of what they look like.
    let seen = std::env::args_os().map(|argument| text::visible(&argument.to_string_lossy()).into_owned());
    let told = Cli::try_parse_from(seen).err().filter(clap::Error::use_stderr).unwrap_or(told);
    refusal::of_arguments(&without_long_words(told));
    exit::Exit::Usage.into()
}

/// What is said, with only as much of a word that is not known as could be one: see [`text::Quoted`]. Whoever refused it may
/// have said it once more.
fn without_long_words(mut told: clap::Error) -> String {
    let mut words = Vec::new();
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        let Some(ContextValue::String(word)) = told.get(kind) else { continue };
        let quoted = text::Quoted(word).to_string();
        if quoted.starts_with("\"…") {
            words.push(word.clone());
            told.insert(kind, ContextValue::String(quoted.replace('"', "")));
        }
    }
    let said = told.render().to_string();
    words.iter().fold(said, |said, word| said.replace(word, "…"))
}

/// A core dump of this process could hold a private key.
fn refuse_core_dumps() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // A system that does not know this is no reason not to run.
        set_dumpable_behavior(DumpableBehavior::NotDumpable).unwrap_or_default();
    }
}
