//! The CA that was given: its certificate, those above it, and its key.

use dps_x509_core::{
    cert::{self, Inputs, Purpose, key::Passphrase},
    generate::{Issuer, Refusal},
};

use super::{Failure, args};
use crate::{
    check::Files,
    input::{self, now, passphrase_of_terminal},
};

/// Reads it, and asks for the passphrase if the key needs one.
pub(super) fn read(args: &args::AuthorityArgs) -> Result<Issuer, Failure> {
    let mut findings = Vec::new();
    let passphrase =
        args.key_passphrase_file.as_deref().and_then(|path| input::passphrase_of_file(path, &mut findings));
    let mut files = Files::default();
    files.read([
        (Purpose::GroupCa, "--ca", args.ca.as_path()),
        (Purpose::DeviceKey, "--ca-key", args.ca_key.as_path()),
    ]);
    findings.extend(files.unreadable().iter().cloned());
    let issuer = Issuer::read(&inputs(&files, passphrase));
    match issuer {
        Err(Refusal::Findings(more)) => Err(Failure::Findings([findings, more].concat())),
        _ if !findings.is_empty() => Err(Failure::Findings(findings)),
        Ok(issuer) => Ok(issuer),
        Err(Refusal::NoKey) => {
            Err(Failure::Because(format!("there is no private key in {}", input::shown(&args.ca_key))))
        }
        Err(Refusal::NoCertificate) => {
            Err(Failure::Because(format!("there is no certificate in {}", input::shown(&args.ca))))
        }
        Err(refusal) => Err(Failure::Because(refusal.to_string())),
    }
}

/// With the passphrase, which the terminal is asked for if it is missing.
fn inputs(files: &Files, passphrase: Option<Passphrase>) -> Inputs {
    let files = files.all().to_vec();
    let mut inputs = Inputs { files, at: Some(now()), passphrase, ..Inputs::default() };
    if inputs.passphrase.is_none() && cert::open(&inputs).is_passphrase_missing {
        inputs.passphrase = passphrase_of_terminal();
    }
    inputs
}
