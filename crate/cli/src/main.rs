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
mod generate;
mod input;
mod output;
mod probe;
mod provision;
mod route;
mod shell;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Gets an IoT device through Azure's Device Provisioning Service (DPS) with an X.509 certificate, and says
/// exactly what is wrong when it does not get through.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 110)]
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
}

fn main() -> ExitCode {
    refuse_core_dumps();
    let cli = Cli::parse();
    // Of one conversation, one thread is enough; those of a fleet have all cores.
    let mut runtime = match &cli.command {
        Command::Fleet(_) => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("dps-x509 cannot start: {error}");
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
        }
    });
    exit.into()
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
