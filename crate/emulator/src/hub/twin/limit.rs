//! What a twin may hold (`iot-hub-devguide-device-twins`: tags and properties format, size).

use std::fmt;

use serde_json::{Map, Value};

/// Largest size of the tags, in bytes.
pub(super) const TAGS: usize = 8 * 1024;
/// Largest size of desired and of reported properties, in bytes.
pub(super) const PROPERTIES: usize = 32 * 1024;
const LONGEST_KEY: usize = 1024;
const LONGEST_STRING: usize = 4096;
const DEEPEST: usize = 10;
const INTEGERS: std::ops::RangeInclusive<i64> = -4_503_599_627_370_496..=4_503_599_627_370_495;

/// Why a twin is not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TwinError {
    /// The body is no JSON object.
    Json(String),
    /// An initial twin has no such member.
    Member(String),
    Key(String),
    StringLength {
        key: String,
        length: usize,
    },
    Integer {
        key: String,
    },
    Depth,
    Size {
        size: usize,
        limit: usize,
    },
    /// The version that was asked for is not the present one.
    Version {
        expected: u64,
        is: u64,
    },
}

impl fmt::Display for TwinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "it is no JSON object, or none of this form: {error}"),
            Self::Member(name) => {
                write!(f, "an initial twin has tags and properties.desired, and no {name:.100}")
            }
            Self::Key(key) => write!(
                f,
                "the key {key:.100?} is empty, longer than 1 KB, or has a control character, '.', '$' or a blank"
            ),
            Self::StringLength { key, length } => {
                write!(f, "the string of {key:.100?} has {length} bytes, the limit is {LONGEST_STRING}")
            }
            Self::Integer { key } => {
                write!(f, "the integer of {key:.100?} is not from {} to {}", INTEGERS.start(), INTEGERS.end())
            }
            Self::Depth => write!(f, "objects are nested deeper than {DEEPEST}"),
            Self::Size { size, limit } => {
                write!(f, "the section would have {size} bytes, the limit is {limit}")
            }
            Self::Version { expected, is } => write!(f, "the version is {is}, not {expected}"),
        }
    }
}

/// Whether a patch and the section that comes of it are allowed.
pub(super) fn check(
    patch: &Map<String, Value>,
    section: &Map<String, Value>,
    limit: usize,
) -> Result<(), TwinError> {
    check_object(patch, 0)?;
    let size = object_size(section);
    if size > limit { Err(TwinError::Size { size, limit }) } else { Ok(()) }
}

fn check_object(object: &Map<String, Value>, depth: usize) -> Result<(), TwinError> {
    for (key, value) in object {
        let is_bad = |character: char| character.is_control() || matches!(character, '.' | '$' | ' ');
        if key.is_empty() || key.len() > LONGEST_KEY || key.contains(is_bad) {
            return Err(TwinError::Key(key.clone()));
        }
        check_value(key, value, depth)?;
    }
    Ok(())
}

fn check_value(key: &str, value: &Value, depth: usize) -> Result<(), TwinError> {
    let deeper = || if depth < DEEPEST { Ok(depth + 1) } else { Err(TwinError::Depth) };
    match value {
        Value::String(text) if text.len() > LONGEST_STRING => {
            Err(TwinError::StringLength { key: key.to_owned(), length: text.len() })
        }
        Value::Number(number) if !number.is_f64() => match number.as_i64() {
            Some(number) if INTEGERS.contains(&number) => Ok(()),
            _ => Err(TwinError::Integer { key: key.to_owned() }),
        },
        Value::Object(object) => check_object(object, deeper()?),
        Value::Array(values) => {
            let depth = deeper()?;
            values.iter().try_for_each(|value| check_value(key, value, depth))
        }
        _ => Ok(()),
    }
}

fn object_size(object: &Map<String, Value>) -> usize {
    object.iter().map(|(key, value)| text_size(key) + size(value)).sum()
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 4,
        Value::Number(_) => 8,
        Value::String(text) => text_size(text),
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(object) => object_size(object),
    }
}

/// Control characters do not count.
fn text_size(text: &str) -> usize {
    text.chars().filter(|character| !character.is_control()).map(char::len_utf8).sum()
}
