//! From the files to the identity and the roots that the host keeps.

use std::path::Path;

use dps_x509_core::{
    finding::{Definition, Finding, Place, Severity::Error, Standing::Documented},
    name::Cloud,
};
use dps_x509_host::{self as host, Access, Identity, IdentityError, Trust};

use super::{args::Args, inputs::Prepared};

static MISMATCH: Definition = Definition::new(
    "DX312",
    "key-does-not-match",
    Error,
    Documented,
    "RFC 5246 section 7.4.8, RFC 8446 section 4.4.3",
);
static WRONG_PASSPHRASE: Definition =
    Definition::new("DX313", "key-passphrase-wrong", Error, Documented, "RFC 5958 section 3");
static UNUSABLE_KEY: Definition = Definition::new(
    "DX314",
    "key-not-usable",
    Error,
    Documented,
    "RFC 5958, RFC 5915, RFC 8017 appendix A.1.2",
);
static UNUSABLE_CERTIFICATE: Definition =
    Definition::new("DX215", "certificate-not-usable-for-tls", Error, Documented, "RFC 5280 section 4.1");
static UNUSABLE_ROOT: Definition =
    Definition::new("DX216", "root-not-usable", Error, Documented, "RFC 5280 section 6.1.1");

/// The identity, the roots it trusts, and the one endpoint that may be dialled with it.
pub(super) fn access(args: &Args, prepared: &Prepared) -> Result<Access, Vec<Finding>> {
    let passphrase = prepared.passphrase.as_ref().map(|text| text.as_bytes());
    let identity = Identity::from_pem(&prepared.chain, &prepared.key, passphrase)
        .map_err(|error| vec![identity_finding(&error, args)])?;
    let mut trust = if args.only_trust { Trust::empty() } else { Trust::azure(cloud(prepared.cloud)) };
    for (path, bytes) in args.trust.iter().zip(&prepared.trust) {
        trust = trust.add_pem(bytes).map_err(|error| {
            let next_step =
                "Give the PEM file of the server's root CA; the emulator prints the path of its own.";
            vec![Finding::new(&UNUSABLE_ROOT, sentence(&error), next_step).at(place("--trust", path))]
        })?;
    }
    let access = Access::new(identity, &trust).map_err(|error| {
        vec![Finding::new(&UNUSABLE_ROOT, sentence(&error), "Give --trust FILE.").at(Place::input("--trust"))]
    })?;
    Ok(access.allow(prepared.endpoint.host(), prepared.endpoint.port()))
}

const fn cloud(cloud: Cloud) -> host::Cloud {
    match cloud {
        Cloud::Public => host::Cloud::Public,
        Cloud::UsGov => host::Cloud::UsGov,
        Cloud::China => host::Cloud::China,
    }
}

fn identity_finding(error: &IdentityError, args: &Args) -> Finding {
    let (definition, flag, next_step) = match error {
        IdentityError::KeyMismatch => (
            &MISMATCH,
            "--key",
            "Give the key that was made together with the certificate; the leaf must be the first certificate of --cert.",
        ),
        IdentityError::PassphraseWrong => {
            (&WRONG_PASSPHRASE, "--key", "Check the first line of the file of --key-passphrase-file.")
        }
        IdentityError::NoCertificate { .. } | IdentityError::CertificateDamaged { .. } => {
            (&UNUSABLE_CERTIFICATE, "--cert", "Export the certificate again, as PEM.")
        }
        _ => (
            &UNUSABLE_KEY,
            "--key",
            "Convert it to PKCS#8: openssl pkcs8 -topk8 -in OLD.pem -out device-key.pem",
        ),
    };
    let path = if flag == "--cert" { &args.cert } else { &args.key };
    let at = path.as_ref().map_or_else(|| Place::input(flag), |path| place(flag, path));
    Finding::new(definition, sentence(error), next_step).at(at)
}

fn place(flag: &str, path: &Path) -> Place {
    Place::input(flag).path(path.display().to_string())
}

/// An error's words up to its advice (ours is in the next step), as a sentence.
fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let text = text.split(';').next().unwrap_or_default();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
