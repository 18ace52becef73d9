//! A file that was read.

use std::{fmt, sync::Arc};

use zeroize::Zeroizing;

use super::purpose::Purpose;
use crate::{
    cert::file::{File, Item, NotPlain},
    finding::Place,
};

/// A file that was read: what it was given for, and what is in it.
///
/// Reading takes time, and a task seldom comes alone; so it is done here, once, and checking, repairing, comparing,
/// configuring, generating and explaining take what came of it. A clone is the same file. Its bytes and its objects are
/// wiped when the last clone is dropped, and `Debug` does not show them.
#[derive(Clone)]
pub struct Read(Arc<Inner>);

struct Inner {
    purpose: Purpose,
    place: Place,
    bytes: Zeroizing<Vec<u8>>,
    file: File,
}

impl Read {
    /// Reads the bytes of a file. `place` is its label: the input it came by and its path.
    #[must_use]
    pub fn new(purpose: Purpose, place: Place, bytes: impl Into<Zeroizing<Vec<u8>>>) -> Self {
        let bytes = bytes.into();
        // Most files are plain, and the reader that looks for what was meant takes far longer to say so.
        let file = File::plain(&bytes, &place).unwrap_or_else(|NotPlain| File::read(&bytes, &place));
        Self(Arc::new(Inner { purpose, place, bytes, file }))
    }

    /// The same for a file that is plain ([`File::plain`]).
    ///
    /// # Errors
    /// It is not: [`Self::new`] reads it.
    pub fn plain(
        purpose: Purpose,
        place: Place,
        bytes: impl Into<Zeroizing<Vec<u8>>>,
    ) -> Result<Self, NotPlain> {
        let bytes = bytes.into();
        let file = File::plain(&bytes, &place)?;
        Ok(Self(Arc::new(Inner { purpose, place, bytes, file })))
    }

    /// What it is meant to hold.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    /// The input it came by and its path.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Its bytes, as they were given.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// What is in it, and what is wrong with it as a file.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.0.file
    }

    /// The objects in it, in their order; of a store the store itself.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.0.file.items
    }
}

impl fmt::Debug for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { purpose, place, bytes, file } = &*self.0;
        f.debug_struct("Read")
            .field("purpose", purpose)
            .field("place", place)
            .field("bytes", &bytes.len())
            .field("file", file)
            .finish()
    }
}
