//! `cargo xtask bless`: what comes out is what the cases expect from now on.

use clap::{Args, ValueEnum};

use crate::workspace::{self, Result};

/// Writes what comes out into cases, golden files and tables; read the difference before it is committed.
#[derive(Debug, Args)]
pub(crate) struct Bless {
    /// Which of them; all without a name.
    kinds: Vec<Kind>,
}

/// The tests that hold what they expect in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// tests/case/check, and whole/check.json.
    Check,
    /// tests/case/session, whole/session.json, and whole/session-failures.txt.
    Session,
    /// tests/case/explain, whole/explanation.txt, and the table of the lexicon.
    Explain,
    /// tests/case/config, whole/config, and the table of targets.
    Configure,
    /// The emulator's table of behaviour.
    Emulator,
    /// tests/case/fault, and the table of tests/fault.
    Fault,
    /// The columns of Microsoft's SDKs in that table, which take some ten minutes; only if it is named.
    Sdk,
}

impl Kind {
    const fn test(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Session => "session",
            Self::Explain => "explain",
            Self::Configure => "configure",
            Self::Emulator => "emulator",
            Self::Fault | Self::Sdk => "fault",
        }
    }
}

impl Kind {
    /// The variable that makes tests write, and which of them, one run after the other.
    const fn runs(self) -> &'static [(&'static str, &'static [&'static str])] {
        // What shows the tables comes after what makes them.
        match self {
            Self::Fault => &[("BLESS", &["every_", "whatever_is_on_the_way"]), ("BLESS", &["the_readme"])],
            Self::Sdk => &[("BLESS_SDK", &["the_sdks_columns", "--nocapture"]), ("BLESS", &["the_readme"])],
            _ => &[("BLESS", &[])],
        }
    }
}

impl Bless {
    /// Runs the tests that write; one that fails for another reason ends it.
    pub(crate) fn run(&self) -> Result<()> {
        let all: Vec<_> = Kind::value_variants().iter().copied().filter(|kind| *kind != Kind::Sdk).collect();
        let kinds = if self.kinds.is_empty() { &all } else { &self.kinds };
        for kind in kinds {
            // As `cargo xtask test` does, so that nothing is compiled with other features.
            let args = ["test", "--quiet", "--workspace", "--test", kind.test()];
            for (variable, filters) in kind.runs() {
                let mut test = workspace::cargo();
                test.args(args).arg("--").args(*filters).env(variable, "1");
                workspace::run(&mut test)?;
            }
        }
        Ok(())
    }
}
