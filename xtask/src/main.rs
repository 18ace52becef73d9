//! Every build, check and demo step of dps-x509: `cargo xtask STEP`.

mod bench;
mod bless;
mod book;
mod build;
mod check;
mod component;
mod demo;
mod dist;
mod fuzz;
mod judge;
mod notices;
mod npm;
mod package;
mod page;
mod python;
mod referee;
mod reproduce;
mod setup;
mod supply;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

/// Builds, checks and shows dps-x509.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Step {
    Demo(demo::Demo),
    Test(test::Test),
    Build(build::Build),
    Component(component::Component),
    Setup(setup::Setup),
    Check(check::Check),
    Bench(bench::Bench),
    Bless(bless::Bless),
    Fuzz(fuzz::Fuzz),
    Referee(referee::Referee),
    Reproduce(reproduce::Reproduce),
    Supply(supply::Supply),
    Npm(npm::Npm),
    Package(package::Package),
    Python(python::Python),
    Book(book::Book),
    Dist(dist::Dist),
    Site(page::Site),
    Serve(page::Serve),
}

fn main() -> ExitCode {
    if let Some(exit) = fuzz::stand_in() {
        return exit;
    }
    let result = match Step::parse() {
        Step::Demo(step) => step.run(),
        Step::Test(step) => step.run(),
        Step::Build(step) => step.run(),
        Step::Component(step) => step.run(),
        Step::Setup(step) => step.run(),
        Step::Check(step) => step.run(),
        Step::Bench(step) => step.run(),
        Step::Bless(step) => step.run(),
        Step::Fuzz(step) => step.run(),
        Step::Referee(step) => step.run(),
        Step::Reproduce(step) => step.run(),
        Step::Supply(step) => step.run(),
        Step::Npm(step) => step.run(),
        Step::Package(step) => step.run(),
        Step::Python(step) => step.run(),
        Step::Book(step) => step.run(),
        Step::Dist(step) => step.run(),
        Step::Site(step) => step.run(),
        Step::Serve(step) => step.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
