//! Where a finding is.

use std::{borrow::Cow, fmt, ops::Range};

use super::naming::{Input, Naming};
use crate::text::visible;

/// The input that something came by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is known to everybody, or to its front end alone")]
pub enum Origin {
    /// One that each front end calls its own way.
    Input(Input),
    /// One that its front end alone has, or the label that it gave a file: shown as it is.
    Label(String),
}

impl Origin {
    /// What a front end calls it.
    #[must_use]
    pub fn said(&self, naming: Naming) -> &str {
        match self {
            Self::Input(input) => naming.label(*input),
            Self::Label(label) => label,
        }
    }

    /// An input by its name, as the other side of an interface says it ([`Origin::said`] with [`Naming::Plain`]); what is
    /// no name is a label.
    #[must_use]
    pub fn named(name: String) -> Self {
        Input::named(&name).map_or(Self::Label(name), Self::Input)
    }
}

impl From<Input> for Origin {
    fn from(input: Input) -> Self {
        Self::Input(input)
    }
}

impl From<String> for Origin {
    fn from(label: String) -> Self {
        Self::Label(label)
    }
}

impl From<&str> for Origin {
    fn from(label: &str) -> Self {
        Self::Label(label.to_owned())
    }
}

/// Where a finding is: the input it came in by, the file and the position in it, the stage of the session.
///
/// Every part is optional; an empty place is the whole run. New parts may be added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The input that it came by.
    pub input: Option<Origin>,
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
    /// A place in an input: one that everybody knows, or a label of the front end.
    #[must_use]
    pub fn input(input: impl Into<Origin>) -> Self {
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

    /// The place as a front end says it, in one line in which all is seen: `--cert device-cert.pem, line 3, column 7, certificate "CN=device-1"`.
    #[must_use]
    pub fn said(&self, naming: Naming) -> String {
        let mut words: Vec<Cow<'_, str>> = Vec::new();
        let input = self.input.as_ref().map(|input| input.said(naming));
        match (input, self.path.as_deref()) {
            (Some(input), Some(path)) => words.push(format!("{input} {path}").into()),
            (Some(one), None) | (None, Some(one)) => words.push(one.into()),
            (None, None) => {}
        }
        words.extend(self.line.map(|line| format!("line {line}").into()));
        words.extend(self.column.map(|column| format!("column {column}").into()));
        words.extend(self.bytes.as_ref().map(|span| format!("bytes {} to {}", span.start, span.end).into()));
        words.extend(self.object.as_deref().map(Cow::from));
        words.extend(self.der_bytes.as_ref().map(|span| match span.len() {
            0 => format!("byte {} of its DER", span.start).into(),
            _ => format!("bytes {} to {} of its DER", span.start, span.end).into(),
        }));
        words.extend(self.stage.as_deref().map(Cow::from));
        visible(&words.join(", ")).into_owned()
    }
}

/// For logs of developers: an input is called by its name.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(Naming::Plain))
    }
}
