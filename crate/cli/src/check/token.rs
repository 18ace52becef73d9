//! A key that stays in a token: what is public of it is compared, and nothing is signed with it.

use std::path::Path;

use dps_x509_core::{
    cert::key::{KeyFacts, Passphrase},
    finding::{Finding, Place, Severity, catalogue},
};
use dps_x509_net::pkcs11::{self, Pin, Uri};

pub(super) use crate::provision::inputs::is_token;
use crate::{
    input::shown,
    provision::identity::{pin_of_terminal, token_finding},
};

/// What is public of the key in a token, if this is the URI of one; what is wrong with it is a finding.
pub(super) fn kept(
    key: &Path,
    passphrase: Option<&Passphrase>,
    findings: &mut Vec<Finding>,
) -> Option<(KeyFacts, Place)> {
    if !is_token(key) {
        return None;
    }
    match read(key.to_str().unwrap_or_default(), passphrase) {
        Ok(Some(facts)) => Some((facts, Place::input("--key").path(shown(&without_pin(key))))),
        Ok(None) => {
            let message =
                "The token does not say the public key, so that nothing was compared with the certificate.";
            let next_step =
                "Put the public key beside the private one, with the same ID, or compare by hand.";
            let mut finding = Finding::new(&catalogue::IDENTITY_NOT_USABLE, message, next_step);
            finding.severity = Severity::Warning;
            findings.push(finding.at(Place::input("--key")));
            None
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

fn read(text: &str, passphrase: Option<&Passphrase>) -> Result<Option<KeyFacts>, Box<Finding>> {
    let uri: Uri = text.parse().map_err(|error| Box::new(token_finding(&error)))?;
    let pin = passphrase.map(|pin| Pin::new(String::from_utf8_lossy(pin.as_bytes()).into_owned()));
    let pin = pin.or_else(|| pin_of_terminal(&uri));
    let key = pkcs11::signing_key(&uri, pin.as_ref()).map_err(|error| Box::new(token_finding(&error)))?;
    Ok(key.public_key().and_then(|spki| KeyFacts::kept(spki.as_ref())))
}

/// A URI with its query, which may have a PIN in it, cut off.
fn without_pin(uri: &Path) -> std::path::PathBuf {
    let text = uri.to_string_lossy();
    text.split('?').next().unwrap_or_default().into()
}
