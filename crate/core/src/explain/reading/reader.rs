//! What reads a form.

use crate::explain::{hit::Hit, statement::Statement};

/// A word that gives a form away, and what reads it.
pub(super) struct Reader {
    pub(super) word: &'static str,
    pub(super) read: fn(&Hit<'_>) -> Option<Statement>,
}
