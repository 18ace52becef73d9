//! Where what is made goes.

use super::{Error, File, KeyType, PrivateKey, Progress};

/// Where what is made goes: who puts the files away, and who watches.
pub trait Sink {
    /// Why it stops.
    type Error: From<Error>;

    /// A key of this kind that is there already, made by somebody who makes them faster; `None` if it is to be searched
    /// here. One of another kind is not taken.
    fn ready(&mut self, key_type: KeyType) -> Option<PrivateKey> {
        let _ = key_type;
        None
    }

    /// A key is searched for. Not called for curves, whose keys are found at once.
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
