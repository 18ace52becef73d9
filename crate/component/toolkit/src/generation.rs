//! Test certificates, out of the core.

use std::time::Duration;

use dps_x509_core::{
    cert::{self, UnixTime, key::Passphrase},
    finding,
    generate::{self, Issuer, KeyType, Parts, Progress, Random, Sink, rfc3339},
    name::RegistrationId,
    session,
};
use zeroize::Zeroizing;

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::generation::{
        self, Authority, Device, Guest, Made, MadeFile, Recipe, Refusal, SubjectParts,
    },
    inspection::{read, write},
};

impl Guest for Toolkit {
    fn generate(
        recipe: Recipe,
        key_type: Option<generation::KeyType>,
        now: i64,
        seed: (u64, u64, u64, u64),
    ) -> Result<Made, Refusal> {
        let since_1970 = Duration::from_secs(now.try_into().unwrap_or_default());
        let (now, mut random) = (UnixTime::from_seconds(now), Random::from_seed(*bytes(seed)));
        let key_type = key_type.map(read_key_type);
        let mut make = |recipe: &generate::Recipe<'_>| {
            let mut kept = Kept(Vec::new());
            let warnings =
                recipe.make(since_1970, &mut random, &mut kept).map_err(|error| refusal(&error))?;
            Ok(Made { files: kept.0, warnings: warnings.iter().map(ToString::to_string).collect() })
        };
        let of_curve = key_type.unwrap_or_default();
        match recipe {
            Recipe::SelfSigned(device) => {
                make(&generate::Recipe::SelfSigned { device: read_device(device)?, key_type: of_curve })
            }
            Recipe::Chain((device, count)) => {
                // One is what nobody has counted.
                let count = (count != 1).then_some(count);
                make(&generate::Recipe::Chain { device: read_device(device)?, key_type: of_curve, count })
            }
            Recipe::Device((device, authority)) => {
                let (issuer, device) = (&issuer(authority, now)?, read_device(device)?);
                make(&generate::Recipe::Device { issuer, device, key_type: of_curve })
            }
            Recipe::Csr(device) => {
                let generate::NewDevice { registration_id, parts, .. } = read_device(device)?;
                let key_type = key_type.unwrap_or(KeyType::P384);
                make(&generate::Recipe::Request { registration_id, parts, key_type })
            }
            Recipe::Verification((authority, code)) => {
                make(&generate::Recipe::Verification { issuer: &issuer(authority, now)?, code: &code })
            }
        }
    }
}

fn bytes((first, second, third, fourth): (u64, u64, u64, u64)) -> Zeroizing<[u8; 32]> {
    let mut seed = Zeroizing::new([0; 32]);
    for (part, number) in seed.chunks_exact_mut(8).zip([first, second, third, fourth]) {
        part.copy_from_slice(&number.to_be_bytes());
    }
    seed
}

fn read_key_type(key_type: generation::KeyType) -> KeyType {
    match key_type {
        generation::KeyType::P256 => KeyType::P256,
        generation::KeyType::P384 => KeyType::P384,
        generation::KeyType::Rsa2048 => KeyType::Rsa2048,
        generation::KeyType::Rsa3072 => KeyType::Rsa3072,
        generation::KeyType::Rsa4096 => KeyType::Rsa4096,
    }
}

fn read_device(device: Device) -> Result<generate::NewDevice, Refusal> {
    let SubjectParts { country, state, locality, organization } = device.parts;
    Ok(generate::NewDevice {
        registration_id: registration_id(&device.registration_id)?,
        parts: Parts { country, state, locality, organization },
        valid_for: device.valid_for.map_or(generate::NewDevice::VALID_FOR, Duration::from_nanos),
        not_before: device.not_before.map(UnixTime::from_seconds),
    })
}

fn registration_id(text: &str) -> Result<RegistrationId, Refusal> {
    // What may be wrong with it is among the warnings of what is made.
    session::Settings::registration_id(text).map(|(id, _)| id).map_err(|findings| wrong(&findings))
}

fn issuer(authority: Authority, now: UnixTime) -> Result<Issuer, Refusal> {
    let inputs = cert::Inputs {
        files: authority.files.into_iter().map(read).collect(),
        at: Some(now),
        passphrase: authority.passphrase.map(Passphrase::new),
        ..cert::Inputs::default()
    };
    Issuer::read(&inputs).map_err(|why| match why {
        generate::Refusal::Findings(findings) => wrong(&findings),
        other => refusal(&other),
    })
}

fn refusal(why: &impl ToString) -> Refusal {
    Refusal { message: why.to_string(), findings: Vec::new() }
}

fn wrong(findings: &[finding::Finding]) -> Refusal {
    let message = findings.first().map(|finding| finding.message.to_string());
    Refusal { message: message.unwrap_or_default(), findings: write(findings) }
}

/// Keeps everything until all of it is made.
struct Kept(Vec<MadeFile>);

impl Sink for Kept {
    type Error = generate::Error;

    fn searching(&mut self, _: KeyType, _: Progress) -> Result<(), Self::Error> {
        Ok(())
    }

    fn write(&mut self, file: generate::File, text: &str) -> Result<(), Self::Error> {
        let (subject, validity) = file.certificate.unzip();
        self.0.push(MadeFile {
            path: file.path,
            kind: file.kind.as_str().to_owned(),
            text: text.to_owned(),
            is_secret: file.kind.is_secret(),
            registration_id: file.registration_id.map(|id| id.as_str().to_owned()),
            subject,
            validity: validity.map(|it| (rfc3339(it.not_before()), rfc3339(it.not_after()))),
        });
        Ok(())
    }

    fn device_done(&mut self, _: KeyType) -> Result<(), Self::Error> {
        Ok(())
    }
}
