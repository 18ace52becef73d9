//! A passphrase or a PIN from the terminal. What is typed is not shown.

use std::io::{self, IsTerminal as _};

use crate::exit::Exit;

/// Asks for it, if standard input is a terminal.
///
/// Ctrl-C ends the program as it does everywhere else, with a terminal that shows again what is typed.
pub(crate) fn ask(prompt: &str) -> Option<String> {
    if !io::stdin().is_terminal() {
        return None;
    }
    match before_interrupts(|| rpassword::prompt_password(prompt)) {
        // Somebody listens to SIGINT, and the answer is not there to go on with.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            std::process::exit(Exit::Interrupted.code().into())
        }
        answer => answer.ok(),
    }
}

/// rpassword raises SIGINT at Ctrl-C and restores the terminal afterwards: the signal, which ends this process, has to wait.
#[cfg(unix)]
fn before_interrupts(asks: impl FnOnce() -> io::Result<String>) -> io::Result<String> {
    use nix::sys::signal::{SigSet, SigmaskHow, Signal};

    let interrupt = SigSet::from(Signal::SIGINT);
    let before = interrupt.thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let answer = asks();
    before.thread_set_mask()?;
    answer
}

#[cfg(not(unix))]
fn before_interrupts(asks: impl FnOnce() -> io::Result<String>) -> io::Result<String> {
    asks()
}
