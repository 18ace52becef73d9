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
    /// tests/case/session, and whole/session.json.
    Session,
    /// tests/case/explain, whole/explanation.txt, and the table of the lexicon.
    Explain,
    /// tests/case/config, whole/config, and the table of targets.
    Configure,
    /// The emulator's table of behaviour.
    Emulator,
    /// tests/case/fault.
    Fault,
}

impl Kind {
    const fn test(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Session => "session",
            Self::Explain => "explain",
            Self::Configure => "configure",
            Self::Emulator => "emulator",
            Self::Fault => "fault",
        }
    }
}

impl Bless {
    /// Runs the tests that write; one that fails for another reason ends it.
    pub(crate) fn run(&self) -> Result<()> {
        let kinds = if self.kinds.is_empty() { Kind::value_variants() } else { &self.kinds };
        for kind in kinds {
            // As `cargo xtask test` does, so that nothing is compiled with other features.
            let args = ["test", "--quiet", "--workspace", "--test", kind.test()];
            workspace::run(workspace::cargo().args(args).env("BLESS", "1"))?;
        }
        Ok(())
    }
}
