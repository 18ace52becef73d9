//! Enrollments of the emulator, and faults.

use std::path::Path;

use dps_x509_emulator::Config;

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Err(error) = Config::from_toml(&text, Path::new("/nonexistent/enrollments.toml")) {
        let _ = error.to_string();
    }
}
