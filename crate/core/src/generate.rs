//! Test certificates: self-signed devices, chains, certificate signing requests, proofs of possession.
//!
//! For trying DPS out, never for production: the keys come into being where they are written to a file, and
//! every certificate says in its subject's OU that it is a test certificate.
//!
//! A [`Recipe`] makes all the files of a device, a fleet, a request or a proof of possession at once, with the names that
//! `dps-x509 generate` gives them; the rest is what recipes are made of.
//!
//! A [`Platform`] may make the keys and the signatures: it is given the bytes to be signed and says what the signature is, now
//! or later ([`Recipe::make_with`]). WebCrypto is one; what a platform leaves is done here.
//!
//! Nothing here has a clock or dice: times are arguments, and [`Random`] is seeded by the caller. Every
//! certificate has the extensions that DPS is known to need (clientAuth and digitalSignature on a device,
//! azure-iot-sdk-c PR#1519; CA:TRUE, keyCertSign and key identifiers on a CA) in the profile of RFC 5280.
//!
//! ```
//! use std::time::Duration;
//! use dps_x509_core::generate::{Authority, KeySearch, KeyType, Parts, Random, Subject, Validity, self_signed};
//! use dps_x509_core::name::RegistrationId;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // From the system's entropy source, in the browser from crypto.getRandomValues.
//! let mut random = Random::from_seed([7; 32]);
//! let now = Duration::from_secs(1_795_000_000);
//! let validity = Validity::starting(now, Duration::from_secs(365 * 86_400))?;
//! let key = KeySearch::new(KeyType::P256).run(&mut random);
//! let subject = Subject::device(&RegistrationId::new("my-x509-device")?, &Parts::default())?;
//! let device = self_signed(&subject, &key, validity, &mut random)?;
//! assert!(device.to_pem().starts_with("-----BEGIN CERTIFICATE-----"));
//! # Ok(())
//! # }
//! ```

mod authority;
mod certificate;
mod error;
mod file;
mod issuer;
mod key;
mod make;
mod platform;
mod random;
mod recipe;
mod request;
mod search;
mod sieve;
mod sink;
mod subject;
mod unsigned;
mod validity;

pub use authority::Authority;
pub use certificate::{Certificate, self_signed};
pub use error::Error;
pub use file::{DEVICES, File, FileKind, rfc3339};
pub use issuer::{Issuer, Refusal};
pub use key::{KeyType, PrivateKey};
pub use make::Warning;
pub use platform::Platform;
pub use random::Random;
pub use recipe::{NewDevice, Recipe};
pub use request::{Request, request};
pub use search::{KeySearch, Progress, Step};
pub use sink::Sink;
pub use subject::{Parts, Subject};
pub use validity::Validity;
