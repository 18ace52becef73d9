//! Keys that stay in a token: a hardware security module, a TPM, a smart card, through its PKCS#11 module.
//!
//! A [`Uri`] (RFC 7512) says which key of which token, and by which module; [`Token::key`] makes it rustls's signing key, for
//! [`Identity::from_signing_key`](crate::Identity::from_signing_key). The private key is never read: the token signs.

mod key;
mod public_key;
mod token;
mod uri;

use std::{fs, io::Read as _, sync::Arc};

use tokio_rustls::rustls::sign::SigningKey;

pub use token::{Pin, Token, TokenError};
pub use uri::{PinSource, Uri, UriError};

/// Longest file of a PIN that is read, in bytes.
const MAX_PIN_FILE: usize = 4096;

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
            let failed =
                |error: std::io::Error| TokenError::PinFile { path: path.clone(), reason: error.to_string() };
            // A device that never ends is a file, too.
            let mut text = zeroize::Zeroizing::new(String::with_capacity(MAX_PIN_FILE));
            let file = fs::File::open(path).map_err(failed)?;
            let most = u64::try_from(MAX_PIN_FILE).unwrap_or(u64::MAX);
            file.take(most).read_to_string(&mut text).map_err(failed)?;
            Some(Pin::new(text.lines().next().unwrap_or_default().to_owned()))
        }
        (None, None) => None,
    };
    Token::open(uri, said.as_ref())?.key(uri)
}
