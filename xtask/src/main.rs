//! Every build, check and demo step of dps-x509: `cargo xtask STEP`.

mod component;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

/// Builds, checks and shows dps-x509.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Step {
    /// Builds the provisioner component into target/component, and precompiles it.
    Component(component::Component),
}

fn main() -> ExitCode {
    let result = match Step::parse() {
        Step::Component(step) => step.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
