//! `cargo xtask bench`: the measures, each beside a peer in the same run.

mod measure;

use std::{fs, time::SystemTime};

use clap::{Args, builder::PossibleValuesParser};

use crate::{
    book, component, npm, page,
    setup::Setup,
    workspace::{self, Result},
};

/// Those of Cargo, then those of the npm package.
const ALL: [&str; 9] =
    ["check", "generate", "explain", "provision", "provisioning", "steady", "load", "hub", NPM];
const NPM: &str = "npm";

/// Prints the measures in one table, beside peers: CPU and wall time, rates, memory; the same as JSON in
/// `target/bench/bench.json`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Only this one; may be repeated.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(ALL))]
    only: Vec<String>,
    /// Puts a whole run into the book, as its chapter of measures.
    #[arg(long, conflicts_with = "only")]
    publish: bool,
}

impl Bench {
    /// Builds optimised, then measures.
    pub(crate) fn run(&self) -> Result<()> {
        let is_wanted = |name: &str| self.only.is_empty() || self.only.iter().any(|only| only == name);
        let notes = workspace::target().join("bench/notes.jsonl");
        let begun = SystemTime::now();
        workspace::write(&notes, b"")?;
        if ["provision", "provisioning", "steady", NPM].into_iter().any(is_wanted) {
            Setup::default().run()?;
            component::Component::default().run()?;
        }
        let benches = ALL.into_iter().filter(|name| *name != NPM && is_wanted(name));
        let benches: Vec<&str> = benches.flat_map(|name| ["--bench", name]).collect();
        if !benches.is_empty() {
            // One selection for all, so that wasmtime is compiled once.
            let mut cargo = workspace::cargo();
            cargo.args(["bench", "--workspace"]).args(benches).env(measure::VARIABLE, &notes);
            // As it is given away: with the component as machine code.
            cargo.env("DPS_X509_PRECOMPILED", component::precompiled());
            workspace::run(&mut cargo)?;
        }
        if is_wanted(NPM) {
            // The page is measured too.
            page::Site::default().run()?;
            npm::bench(&notes)?;
        }
        let measures =
            measure::gather(&fs::read_to_string(&notes)?, &workspace::target().join("criterion"), begun)?;
        let json = workspace::target().join("bench/bench.json");
        let document = measure::json(&measures);
        workspace::write(&json, document.as_bytes())?;
        if self.publish {
            workspace::write(&book::published_measures(), document.as_bytes())?;
        }
        print!("\n{}", measure::table(&measures));
        println!("\nThe same as JSON: {}", json.display());
        Ok(())
    }
}
