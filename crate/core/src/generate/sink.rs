//! Where what is made goes.

use super::{Error, File, KeyType, Progress};

/// Where what is made goes: who puts the files away, and who watches.
pub trait Sink {
    /// Why it stops.
    type Error: From<Error>;

    /// A key is searched for: told before that begins, and after every candidate that the core has tested. Not called for
    /// curves, whose keys are found at once.
    ///
    /// # Errors
    /// To stop.
    fn searching(&mut self, key_type: KeyType, progress: Progress) -> Result<(), Self::Error>;

    /// Takes a file. The text is wiped afterwards.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(&mut self, file: File, text: &str) -> Result<(), Self::Error>;

    /// One more device of a chain is done.
    ///
    /// # Errors
    /// To stop.
    fn device_done(&mut self, key_type: KeyType) -> Result<(), Self::Error>;
}
