//! String literals of Python (Language Reference 2.4.1).

use super::quote::{backslashed, quoted};

/// Source files are UTF-8, so that only quotes, backslashes and control characters are written otherwise.
pub(super) fn literal(text: &str) -> String {
    quoted('"', text, backslashed)
}
