//! From the files to the identity and the roots that the host keeps.

use std::io::{self, IsTerminal as _};

use dps_x509_core::{
    cert::key::Passphrase,
    finding::{Finding, Place, catalogue},
    name::Cloud,
};
use dps_x509_net::{
    Access, Identity, IdentityError, Trust, TrustError,
    pkcs11::{self, Pin, Uri},
};

use super::{args::Args, inputs::Prepared};
use crate::input::place;

/// The identity, the roots it trusts, and the one endpoint that may be dialled with it.
pub(super) fn access(args: &Args, prepared: &Prepared) -> Result<Access, Vec<Finding>> {
    let trust = trust(args, prepared.cloud, &prepared.trust)?;
    let access = Access::new(identity(args, prepared)?, &trust).map_err(|error| no_root(&error))?;
    let route = args.route.route()?;
    let access = access.allow(prepared.endpoint.host(), prepared.endpoint.port()).route(route);
    Ok(if args.check_hub { with_hubs(access, args, prepared.cloud) } else { access })
}

/// The hubs of the cloud, and those that were named: what DPS answers is dialled if it is one of them.
fn with_hubs(access: Access, args: &Args, cloud: Cloud) -> Access {
    let port = args.transport.unwrap_or_default().default_port();
    let access = access.allow_below(cloud.hub_suffix(), port);
    args.allow_hub.iter().fold(access, |access, hub| access.allow(hub, port))
}

/// The identity.
pub(crate) fn identity(args: &Args, prepared: &Prepared) -> Result<Identity, Vec<Finding>> {
    let passphrase = prepared.passphrase.as_ref().map(Passphrase::as_bytes);
    if let Some(uri) = &prepared.token {
        let pin = passphrase.map(|pin| Pin::new(String::from_utf8_lossy(pin).into_owned()));
        let pin = pin.or_else(|| pin_of_terminal(uri));
        let key = pkcs11::signing_key(uri, pin.as_ref()).map_err(|error| vec![token_finding(&error)])?;
        return Identity::from_signing_key(prepared.chain.clone(), key)
            .map_err(|error| vec![identity_finding(&error, args)]);
    }
    Identity::from_chain(prepared.chain.clone(), &prepared.key, passphrase)
        .map_err(|error| vec![identity_finding(&error, args)])
}

/// The PIN from the terminal, if nothing else says it and there is one to ask.
pub(crate) fn pin_of_terminal(uri: &Uri) -> Option<Pin> {
    if uri.pin().is_some() || !io::stdin().is_terminal() {
        return None;
    }
    rpassword::prompt_password("PIN of the token: ").ok().map(Pin::new)
}

/// A key in a token cannot be used.
pub(crate) fn token_finding(error: &dyn std::fmt::Display) -> Finding {
    let next_step = "List what the token has: pkcs11-tool --module MODULE --list-objects. The PIN comes by \
                     --key-passphrase-file, or by pin-source in the URI.";
    let message = capital(&format!("{error}."));
    Finding::new(&catalogue::IDENTITY_NOT_USABLE, message, next_step).at(Place::input("--key"))
}

/// The roots: those of a cloud, and the files of `--trust`.
pub(crate) fn trust(args: &Args, of: Cloud, files: &[Vec<u8>]) -> Result<Trust, Vec<Finding>> {
    let mut trust = if args.only_trust { Trust::empty() } else { Trust::azure(of) };
    for (path, bytes) in args.trust.iter().zip(files) {
        trust = trust.add_pem(bytes).map_err(|error| {
            let next_step =
                "Give the PEM file of the server's root CA; the emulator prints the path of its own.";
            vec![
                Finding::new(&catalogue::ROOT_NOT_USABLE, sentence(&error), next_step)
                    .at(place("--trust", path)),
            ]
        })?;
    }
    Ok(trust)
}

/// There is no root to go by.
pub(crate) fn no_root(error: &TrustError) -> Vec<Finding> {
    let finding = Finding::new(&catalogue::ROOT_NOT_USABLE, sentence(error), "Give --trust FILE.");
    vec![finding.at(Place::input("--trust"))]
}

/// What the checks of the files let pass and TLS does not take.
fn identity_finding(error: &IdentityError, args: &Args) -> Finding {
    let (flag, path) = match error {
        IdentityError::NoCertificate { .. } | IdentityError::CertificateDamaged { .. } => {
            ("--cert", &args.cert)
        }
        _ => ("--key", &args.key),
    };
    let next_step = match error {
        IdentityError::KeyMismatch => "The leaf must be the first certificate of --cert, and --key its key.",
        _ => "Make it PEM, the key PKCS#8: openssl pkcs8 -topk8 -in OLD.pem -out device-key.pem",
    };
    let at = path.as_ref().map_or_else(|| Place::input(flag), |path| place(flag, path));
    Finding::new(&catalogue::IDENTITY_NOT_USABLE, sentence(error), next_step).at(at)
}

/// An error's words up to its advice (ours is in the next step), as a sentence.
fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    capital(text.split(';').next().unwrap_or_default()) + "."
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}
