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

#[derive(Debug, Subcommand)]
enum Command {
    Provision(Box<provision::Args>),
    Probe(Box<probe::Args>),
    Emulate(emulate::Args),
    Emulator(emulator::Args),
    Check(Box<check::Args>),
    Compare(compare::Args),
    Configure(Box<configure::Args>),
    Explain(explain::Args),
    Fleet(fleet::Args),
    Generate(generate::Args),
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
            Command::Provision(args) => provision::run(*args).await,
            Command::Probe(args) => probe::run(*args).await,
            Command::Emulate(args) => emulate::run(args).await,
            Command::Emulator(args) => emulator::run(&args).await,
            Command::Check(args) => check::run(&args),
            Command::Compare(args) => compare::run(&args),
            Command::Configure(args) => configure::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Fleet(args) => fleet::run(args).await,
            Command::Generate(args) => generate::run(args).await,
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
