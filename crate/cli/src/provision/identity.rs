//! From the files to the identity and the roots that the host keeps.

use dps_x509_core::{
    cert::key::Passphrase,
    finding::{Finding, Place, catalogue},
    name::Cloud,
};
use dps_x509_net::{
    Access, Identity, IdentityError,
    pkcs11::{self, Pin, Uri},
};

use super::{args::Args, inputs::Prepared};
use crate::{
    flag,
    input::{self, place},
    terminal,
};

/// The identity, the roots it trusts, and the one endpoint that may be dialled with it.
pub(super) fn access(args: &Args, prepared: &Prepared) -> Result<Access, Vec<Finding>> {
    let trust = args.dps.trust(&prepared.trust)?;
    let access = Access::new(identity(args, prepared)?, &trust).map_err(|error| flag::no_root(&error))?;
    let route = args.dps.route.route()?;
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
    if uri.pin().is_some() {
        return None;
    }
    terminal::ask("PIN of the token: ").map(Pin::new)
}

/// A key in a token cannot be used.
pub(crate) fn token_finding(error: &dyn std::fmt::Display) -> Finding {
    let next_step = "List what the token has: pkcs11-tool --module MODULE --list-objects. The PIN comes by \
                     --key-passphrase-file, or by pin-source in the URI.";
    let message = input::capital(&format!("{error}."));
    Finding::new(&catalogue::IDENTITY_NOT_USABLE, message, next_step).at(Place::input("--key"))
}

/// What the checks of the files let pass and TLS does not take.
fn identity_finding(error: &IdentityError, args: &Args) -> Finding {
    let (flag, path) = match error {
        IdentityError::NoCertificate { .. } | IdentityError::CertificateDamaged { .. } => {
            ("--cert", &args.device.cert)
        }
        _ => ("--key", &args.device.key),
    };
    let next_step = match error {
        IdentityError::KeyMismatch => "The leaf must be the first certificate of --cert, and --key its key.",
        _ => "Make it PEM, the key PKCS#8: openssl pkcs8 -topk8 -in OLD.pem -out device-key.pem",
    };
    let at = path.as_ref().map_or_else(|| Place::input(flag), |path| place(flag, path));
    Finding::new(&catalogue::IDENTITY_NOT_USABLE, input::sentence(error), next_step).at(at)
}
