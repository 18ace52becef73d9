//! What a target gives: files, what to do with them, and what goes into the boxes of a dialogue.

use std::fmt;

use zeroize::Zeroizing;

/// A file, as it is to be written.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Artifact {
    /// Where, relative to the folder of the output, with `/` between the names.
    pub path: String,
    /// What is in it, UTF-8. Line ends are those that the file's reader wants.
    pub text: Zeroizing<String>,
    /// Whether it is a program that is started by its name.
    pub is_executable: bool,
    /// Whether nobody else may read it: there is a private key in it.
    pub is_secret: bool,
}

/// `Debug` does not show what is in it.
impl fmt::Debug for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, text, is_executable, is_secret } = self;
        f.debug_struct("Artifact")
            .field("path", path)
            .field("bytes", &text.len())
            .field("is_executable", is_executable)
            .field("is_secret", is_secret)
            .finish()
    }
}

impl Artifact {
    /// A file that anybody may read and nobody starts.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: Zeroizing::new(text.into()), is_executable: false, is_secret: false }
    }

    /// The same, to be started by its name.
    #[must_use]
    pub const fn executable(mut self) -> Self {
        self.is_executable = true;
        self
    }

    /// The same, for nobody else to read.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }
}

/// What to do with the files of a target: sentences for a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guide {
    /// Where the files go.
    pub place: String,
    /// How to run it.
    pub run: String,
    /// What is seen when it works.
    pub expect: String,
}

impl Guide {
    /// The three sentences.
    #[must_use]
    pub fn new(place: impl Into<String>, run: impl Into<String>, expect: impl Into<String>) -> Self {
        Self { place: place.into(), run: run.into(), expect: expect.into() }
    }
}

/// A part of a dialogue of a graphical client, with the boxes that stand there together.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Group {
    /// What the part is called.
    pub title: &'static str,
    /// Its boxes, in their order.
    pub boxes: Vec<Field>,
}

/// A box of a dialogue, and what goes into it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Which setting it is, the same for every client: `client-id`.
    pub name: &'static str,
    /// What the client calls it.
    pub label: &'static str,
    /// What is typed or chosen; empty for a box that stays empty.
    pub value: String,
}

impl Field {
    /// A box with what goes into it.
    #[must_use]
    pub fn new(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self { name, label, value: value.into() }
    }
}
