//! Reading the files of a configuration.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// No configuration and no certificate is longer, in bytes.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Opens a regular file. Anything else, such as a named pipe, could keep its reader waiting for ever.
///
/// # Errors
/// It cannot be opened, or is no regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Before it is opened: that alone waits, with a pipe that nobody writes to.
    if std::fs::metadata(path)?.is_file() { File::open(path) } else { Err(refused("it is no regular file")) }
}

/// The content of a regular file.
///
/// # Errors
/// It cannot be read, is no regular file, or is too long.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    open(path)?.take(LONGEST + 1).read_to_end(&mut content)?;
    if u64::try_from(content.len()).is_ok_and(|length| length <= LONGEST) {
        Ok(content)
    } else {
        Err(refused("it has more than 64 MiB"))
    }
}

fn refused(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, words)
}

/// The same as text.
///
/// # Errors
/// Also if it is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
