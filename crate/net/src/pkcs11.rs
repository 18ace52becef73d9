//! Keys that stay in a token: a hardware security module, a TPM, a smart card, through its PKCS#11 module.
//!
//! A [`Uri`] (RFC 7512) says which key of which token, and by which module; [`Token::key`] makes it rustls's signing key, for
//! [`Identity::from_signing_key`](crate::Identity::from_signing_key). The private key is never read: the token signs.

mod key;
mod login;
mod public_key;
mod token;
mod uri;

use std::{
    fs,
    io::{self, Read},
    sync::Arc,
};

use zeroize::Zeroizing;

use tokio_rustls::rustls::sign::SigningKey;

pub use token::{Pin, Token, TokenError};
pub use uri::{PinSource, Uri, UriError};

/// Longest PIN in a file, in bytes.
const MAX_PIN: usize = 4096;

/// The signing key of a URI, with this PIN, or the one that the URI says. It waits for the token, on whatever thread calls
/// it, and so does every handshake with the key.
///
/// # Errors
/// There is no such token or key, or it cannot be used.
pub fn signing_key(uri: &Uri, pin: Option<&Pin>) -> Result<Arc<dyn SigningKey>, TokenError> {
    let said = match (pin, uri.pin()) {
        (Some(pin), _) => Some(pin.clone()),
        (None, Some(PinSource::Value(pin))) => Some(Pin::new(pin.to_string())),
        (None, Some(PinSource::File(path))) => {
            let line = fs::File::open(path).and_then(first_line);
            let failed =
                |error: io::Error| TokenError::PinFile { path: path.clone(), reason: error.to_string() };
            Some(Pin::new(line.map_err(failed)?))
        }
        (None, None) => None,
    };
    Token::open(uri, said.as_ref())?.key(uri)
}

/// The first line, whole: a token is locked by a few PINs that are not its own.
fn first_line(file: impl Read) -> io::Result<String> {
    let refused = |words: String| io::Error::new(io::ErrorKind::InvalidData, words);
    // A device that never ends is a file, too.
    let most = MAX_PIN + 2;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    file.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > MAX_PIN {
        return Err(refused(format!("its first line has more than {MAX_PIN} bytes")));
    }
    Ok(str::from_utf8(line).map_err(|_| refused("its first line is not UTF-8".to_owned()))?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_a_whole_line_or_none() {
        let read = |bytes: &[u8]| first_line(bytes).map_err(|error| error.to_string());
        assert_eq!(read(b"1234\r\n\xff").as_deref(), Ok("1234"));
        assert_eq!(read(b"").as_deref(), Ok(""));
        let longest = "1".repeat(MAX_PIN);
        assert_eq!(read(format!("{longest}\r\n").as_bytes()), Ok(longest.clone()));
        // A character that the limit would halve, behind the line and in it.
        assert_eq!(read(format!("1\n{longest}\u{e9}").as_bytes()).as_deref(), Ok("1"));
        assert!(read(format!("{longest}1").as_bytes()).unwrap_err().contains("more than 4096 bytes"));
        assert!(read(b"12\xff\n").unwrap_err().contains("not UTF-8"));
        assert!(first_line(io::repeat(b'1')).is_err());
    }
}
