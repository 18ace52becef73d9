//! `licenses`: what is in this program besides its own code, and the texts that go with it.

use crate::{exit::Exit, terminal};

/// Show the licences of what is in this program, and the notices that go with them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run() -> Exit {
    // Whoever does not read on has read enough.
    terminal::out(include_str!("../NOTICES.txt")).unwrap_or_default();
    Exit::Done
}
