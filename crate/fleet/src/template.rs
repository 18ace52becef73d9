//! Texts with columns in them, such as `devices/{id}/cert.pem`.

use std::{fmt, str::FromStr};

use dps_x509_core::text::visible;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::list::Row;

/// A text with columns of the list in it: `{id}` stands for the value of the column `id`, `{{` and `}}` for braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
}

impl Template {
    /// The text for a row.
    ///
    /// # Errors
    /// The row does not have one of the columns, or nothing stands in it.
    pub fn fill(&self, row: &Row) -> Result<String, TemplateError> {
        self.0.iter().map(|part| part.of(row)).collect()
    }

    /// The text for a row, as a PKCS#11 URI (RFC 7512): a value stands for itself, whatever is in it.
    ///
    /// # Errors
    /// As [`Template::fill`].
    pub fn fill_uri(&self, row: &Row) -> Result<String, TemplateError> {
        let encoded = |part: &Part| {
            let text = part.of(row)?;
            Ok(match part {
                Part::Text(_) => text,
                Part::Column(_) => utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string(),
            })
        };
        self.0.iter().map(encoded).collect()
    }

    /// What it begins with before the first column.
    pub(crate) fn begin(&self) -> &str {
        match self.0.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The text for a row, as a path.
    ///
    /// A value that is a part of a longer path is one name: with separators in it, or as `..`, it would lead to
    /// wherever whoever wrote the list likes. A column that is the whole path may be any.
    ///
    /// # Errors
    /// As [`Template::fill`], or a value is no name.
    pub fn fill_path(&self, row: &Row) -> Result<String, TemplateError> {
        if let [_] = self.0.as_slice() {
            return self.fill(row);
        }
        let name = |part: &Part| {
            let text = part.of(row)?;
            match part {
                Part::Column(column) if !is_name(&text) => {
                    Err(TemplateError::NoName { column: column.clone(), value: text })
                }
                _ => Ok(text),
            }
        };
        self.0.iter().map(name).collect()
    }
}

/// What stands for one thing in a folder, on every system.
fn is_name(text: &str) -> bool {
    !matches!(text, "." | "..") && !text.contains(['/', '\\', ':', '\0'])
}

impl Part {
    fn of(&self, row: &Row) -> Result<String, TemplateError> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Column(column) => match row.get(column) {
                Some(value) if !value.is_empty() => Ok(value.to_owned()),
                Some(_) => Err(TemplateError::Empty { column: column.clone() }),
                None => Err(TemplateError::NoColumn {
                    column: column.clone(),
                    columns: row.columns().map(str::to_owned).collect(),
                }),
            },
        }
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some(behind) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
                plain.extend(from.chars().next());
                rest = behind;
                continue;
            }
            let column = from.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let Some((column, behind)) =
                column.filter(|(name, _)| !name.trim().is_empty() && !name.contains('{'))
            else {
                return Err(TemplateError::Braces { text: text.to_owned() });
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Column(column.trim().to_owned()));
            rest = behind;
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}"))?,
                Part::Column(column) => write!(f, "{{{column}}}")?,
            }
        }
        Ok(())
    }
}

/// Why a template is none, or does not fit a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateError {
    /// Braces that stand for no column.
    Braces {
        /// The whole text.
        text: String,
    },
    /// There is no such column.
    NoColumn {
        /// What was asked for.
        column: String,
        /// What there is.
        columns: Vec<String>,
    },
    /// Nothing stands in the column.
    Empty {
        /// Its name.
        column: String,
    },
    /// The value is to be a name in a path and leads elsewhere.
    NoName {
        /// The column's name.
        column: String,
        /// What stands in it.
        value: String,
    },
    /// The value is to be a name, and can only be a key.
    BareKey {
        /// The column's name.
        column: String,
    },
    /// The value is to be the path of a file, and is what such a file holds.
    Pem {
        /// The column's name.
        column: String,
    },
    /// The value is to say a key in a token, and does not.
    NoUri {
        /// Why not.
        reason: String,
    },
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = match self {
            Self::Braces { text } => {
                format!(
                    "\"{text}\" has a brace that names no column; write {{column}}, and {{{{ for a brace itself"
                )
            }
            // Perhaps the first of the devices, in a list of bare registration IDs.
            Self::NoColumn { column, columns } if columns.len() == 1 => {
                format!(
                    "there is no column \"{column}\" but {}; the first line of a list of CSV names its columns",
                    columns.concat()
                )
            }
            Self::NoColumn { column, columns } => {
                format!("there is no column \"{column}\" but {}", columns.join(", "))
            }
            Self::Empty { column } => format!("nothing stands in the column \"{column}\""),
            Self::NoName { column, value } => {
                format!("\"{value}\" in the column \"{column}\" is no name of a file or folder")
            }
            Self::BareKey { column } => {
                format!(
                    "what stands in the column \"{column}\" looks like a key, which is not shown, and is no name"
                )
            }
            Self::Pem { column } => {
                format!(
                    "the column \"{column}\" has PEM itself, which is not shown, where the path of its file is to be"
                )
            }
            Self::NoUri { reason } => reason.clone(),
        };
        // Whoever wrote the list wrote these as well.
        f.write_str(&visible(&told))
    }
}

impl std::error::Error for TemplateError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row::of(1, 2, [("id", "pump-7"), ("Site Name", "north"), ("up", ".."), ("deep", "a/b"), ("none", "")])
    }

    fn fill(text: &str) -> Result<String, TemplateError> {
        text.parse::<Template>()?.fill(&row())
    }

    #[test]
    fn columns_are_filled_in() {
        assert_eq!(fill("devices/{id}/cert.pem").unwrap(), "devices/pump-7/cert.pem");
        assert_eq!(fill("{site-name}:{ID}").unwrap(), "north:pump-7");
        assert_eq!(fill("{{id}} {id}{id}").unwrap(), "{id} pump-7pump-7");
        assert_eq!(fill("plain").unwrap(), "plain");
        assert_eq!(fill("").unwrap(), "");
    }

    #[test]
    fn what_cannot_be_filled_in_is_told() {
        for text in ["{", "}", "a{id", "a}b", "{}", "{ }", "{a{b}}"] {
            assert!(matches!(fill(text), Err(TemplateError::Braces { .. })), "{text}");
        }
        assert!(fill("{nothing}").unwrap_err().to_string().contains("Site Name"));
        assert_eq!(fill("{none}"), Err(TemplateError::Empty { column: "none".into() }));
    }

    #[test]
    fn a_part_of_a_path_stays_in_its_folder() {
        let path = |text: &str| text.parse::<Template>().unwrap().fill_path(&row());
        assert_eq!(path("d/{id}.pem").unwrap(), "d/pump-7.pem");
        assert_eq!(path("{deep}").unwrap(), "a/b");
        assert!(matches!(path("d/{deep}"), Err(TemplateError::NoName { .. })));
        assert!(matches!(path("d/{up}/x"), Err(TemplateError::NoName { .. })));
    }

    #[test]
    fn a_value_in_a_uri_adds_nothing_to_it() {
        let row = Row::of(1, 1, [("id", "a;object=b?module-path=/evil.so")]);
        let uri = "pkcs11:token=t;object={id}".parse::<Template>().unwrap().fill_uri(&row).unwrap();
        let uri: dps_x509_net::pkcs11::Uri = uri.parse().unwrap();
        assert_eq!(uri.module(), None);
        assert!(uri.to_string().contains("object=a%3Bobject%3Db%3Fmodule"), "{uri}");
    }

    #[test]
    fn a_template_says_itself() {
        for text in ["a/{id}/{{x}}.pem", "plain", "{a}{b}"] {
            assert_eq!(text.parse::<Template>().unwrap().to_string(), text);
        }
    }
}
