//! `cargo xtask fuzz`: arbitrary inputs, many more of them than `cargo xtask test` tries.

use clap::Args;

use crate::workspace::{self, Result};

/// Tries arbitrary inputs: files, logs, conversations, packets. What fails is shown in its smallest form.
#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// Inputs for each property.
    #[arg(long, default_value_t = 50_000)]
    cases: u32,
}

/// Test targets with properties, each with a part of the names of those tests.
const PROPERTIES: [(&[&str], &str); 4] = [
    (&["--package", "dps-x509-core", "--test", "damaged"], "without_panic"),
    (&["--package", "dps-x509-core", "--test", "explain"], "never_panic"),
    (&["--package", "dps-x509-core", "--test", "session"], "arbitrary"),
    (&["--package", "dps-x509-emulator", "--lib"], "decode"),
];

impl Fuzz {
    /// The first property that does not hold ends it.
    pub(crate) fn run(&self) -> Result<()> {
        for (target, name) in PROPERTIES {
            let mut test = workspace::cargo();
            test.arg("test").args(target).args(["--", name]).env("PROPTEST_CASES", self.cases.to_string());
            let totals = workspace::run_and_keep(&mut test, |line| line.starts_with("test result: "))?;
            if totals.iter().all(|total| total.contains(" 0 passed")) {
                return Err(format!("no test of {} is called {name}", target.join(" ")).into());
            }
        }
        Ok(())
    }
}
