//! String literals of Rust (Rust Reference, String literals).

/// As `Debug` writes it, which is a literal.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}
