//! Where a finding is.

use std::{fmt, ops::Range};

use crate::text::visible;

/// Where a finding is: the input it came in by, the file and the position in it, the stage of the session.
///
/// Every part is optional; an empty place is the whole run. New parts may be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The input as its user knows it: a flag (`--cert`), a configuration key, a field of a form.
    pub input: Option<String>,
    /// The file's path, as it was given.
    pub path: Option<String>,
    /// Line in the file, from 1.
    pub line: Option<u32>,
    /// Column in the line, in characters from 1.
    pub column: Option<u32>,
    /// Byte span in the file, from 0.
    pub bytes: Option<Range<u32>>,
    /// Byte span in the DER of the object, from 0: what base64 and its line breaks stand for, or what a store holds.
    pub der_bytes: Option<Range<u32>>,
    /// Which object: a certificate's subject, a topic, an endpoint.
    pub object: Option<String>,
    /// Stage of the session, such as `waiting for CONNACK`.
    pub stage: Option<String>,
}

impl Place {
    /// A place in an input, named as its user knows it.
    #[must_use]
    pub fn input(input: impl Into<String>) -> Self {
        Self { input: Some(input.into()), ..Self::default() }
    }

    /// A place in the session.
    #[must_use]
    pub fn stage(stage: impl fmt::Display) -> Self {
        Self { stage: Some(stage.to_string()), ..Self::default() }
    }

    /// Adds the file's path.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Adds the line, from 1.
    #[must_use]
    pub const fn line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds the column, in characters from 1.
    #[must_use]
    pub const fn column(mut self, column: u32) -> Self {
        self.column = Some(column);
        self
    }

    /// Adds the byte span in the file.
    #[must_use]
    pub fn bytes(mut self, bytes: Range<u32>) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// Adds the byte span in the object's DER.
    #[must_use]
    pub fn der_bytes(mut self, bytes: Range<u32>) -> Self {
        self.der_bytes = Some(bytes);
        self
    }

    /// Adds the object: a certificate's subject, a topic, an endpoint.
    #[must_use]
    pub fn object(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }

    /// Whether nothing is known of the place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `--cert device-cert.pem, line 3, column 7: certificate "CN=device-1"`, in one line.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        match (&self.input, &self.path) {
            (Some(input), Some(path)) => words.push(format!("{input} {path}")),
            (Some(one), None) | (None, Some(one)) => words.push(one.clone()),
            (None, None) => {}
        }
        if let Some(line) = self.line {
            words.push(format!("line {line}"));
        }
        if let Some(column) = self.column {
            words.push(format!("column {column}"));
        }
        if let Some(bytes) = &self.bytes {
            words.push(format!("bytes {} to {}", bytes.start, bytes.end));
        }
        let der = self.der_bytes.as_ref().map(|bytes| match bytes.len() {
            0 => format!("byte {} of its DER", bytes.start),
            _ => format!("bytes {} to {} of its DER", bytes.start, bytes.end),
        });
        if let Some(object) = &self.object {
            words.push(object.clone());
        }
        words.extend(der);
        if let Some(stage) = &self.stage {
            words.push(stage.clone());
        }
        f.write_str(&visible(&words.join(", ")))
    }
}
