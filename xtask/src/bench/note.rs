//! What a benchmark measured, for the table of `cargo xtask bench`. The benchmarks of all crates take this file by its
//! path.

use std::{env, fs::OpenOptions, io::Write as _};

/// Adds a line to the file that xtask names; without one, a benchmark only prints. Of the measures of a group, the
/// others are told as multiples of the first.
pub(crate) fn note(group: &str, name: &str, unit: &str, values: &[f64]) {
    let Some(path) = env::var_os("DPS_X509_MEASURES") else { return };
    let line = format!("{{\"group\":{group:?},\"name\":{name:?},\"unit\":{unit:?},\"values\":{values:?}}}\n");
    let written = OpenOptions::new().append(true).create(true).open(path);
    written.and_then(|mut file| file.write_all(line.as_bytes())).unwrap_or_else(|error| panic!("{error}"));
}
