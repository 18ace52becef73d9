//! Making what a recipe says, step by step.

use std::{
    fmt,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use x509_cert::builder::Builder;

use super::{
    Authority, Certificate, DEVICES, Error, File, FileKind, Issuer, KeySearch, KeyType, NewDevice, Parts,
    Platform, PrivateKey, Progress, Random, Recipe, Request, Sink, Step, Subject, Validity,
    certificate::{Purpose, Template},
    file::rfc3339,
    platform::NoPlatform,
    recipe::DAY,
    request,
    unsigned::Unsigned,
};
use crate::name::RegistrationId;

/// How long CAs are valid, unless their devices are longer.
const AUTHORITY: Duration = DAY.saturating_mul(3650);
/// DPS looks at it once.
const VERIFICATION: Duration = DAY.saturating_mul(30);
/// Clocks of devices are behind.
const LEEWAY: Duration = Duration::from_secs(60 * 60);

/// What its user should know of what was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A device's certificate ends with its CA, before its time.
    EndsWithAuthority {
        /// Then, since 1970.
        not_after: Duration,
    },
    /// Of the registration ID.
    UpperCase,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndsWithAuthority { not_after } => {
                write!(f, "Valid until {}: no longer than the CA, which ends then.", rfc3339(*not_after))
            }
            Self::UpperCase => f.write_str(
                "The registration ID has upper-case letters: the service of 2018 refused them, today's documents \
                 do not.",
            ),
        }
    }
}

impl Recipe<'_> {
    /// Makes it. `now` is the time since 1970.
    ///
    /// # Errors
    /// What the sink says, or an [`Error`]. What was written before is not enough for anything.
    pub fn make<S: Sink>(
        &self,
        now: Duration,
        random: &mut Random,
        sink: &mut S,
    ) -> Result<Vec<Warning>, S::Error> {
        let mut platform = NoPlatform;
        let making = pin!(self.make_with(&mut platform, now, random, sink));
        match making.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(made) => made,
            // Who waits for nobody is ready at once.
            Poll::Pending => Err(Error::Build { reason: "it waits".to_owned() }.into()),
        }
    }

    /// Makes it with the keys and signatures of a platform, as far as that has any. It waits for the platform and for
    /// nothing else, whoever polls it; dropped, it stops.
    ///
    /// # Errors
    /// As [`make`](Self::make).
    pub async fn make_with<P: Platform, S: Sink>(
        &self,
        platform: &mut P,
        now: Duration,
        random: &mut Random,
        sink: &mut S,
    ) -> Result<Vec<Warning>, S::Error> {
        let mut maker = Maker { platform, now, random, sink };
        let mut warnings = Vec::new();
        let id = match self {
            Self::SelfSigned { device, key_type } => {
                maker.self_signed(device, *key_type).await?;
                &device.registration_id
            }
            Self::Chain { device, key_type, count } => {
                maker.chain(device, *key_type, *count).await?;
                &device.registration_id
            }
            Self::Device { issuer, device, key_type } => {
                warnings.extend(maker.device(device, *key_type, issuer).await?);
                &device.registration_id
            }
            Self::Request { registration_id, parts, key_type } => {
                maker.request(registration_id, parts, *key_type).await?;
                registration_id
            }
            Self::Verification { issuer, code } => {
                maker.verification(code, issuer).await?;
                return Ok(warnings);
            }
        };
        if id.has_uppercase() {
            warnings.push(Warning::UpperCase);
        }
        Ok(warnings)
    }
}

/// What every step needs.
struct Maker<'a, P, S> {
    platform: &'a mut P,
    /// Since 1970.
    now: Duration,
    random: &'a mut Random,
    sink: &'a mut S,
}

/// The CA above a device, and what its client sends after the leaf.
struct Below<'a> {
    authority: &'a Authority,
    chain: &'a str,
}

impl<P: Platform, S: Sink> Maker<'_, P, S> {
    async fn self_signed(&mut self, device: &NewDevice, key_type: KeyType) -> Result<(), S::Error> {
        let id = &device.registration_id;
        let subject = Subject::device(id, &device.parts)?;
        let validity = self.validity(device)?;
        let key = self.key(key_type).await?;
        let certificate = self.issue(Template::own(&subject, Purpose::Device), &key, validity, &key).await?;
        self.certificate(FileKind::Device, "", Some(id), &certificate, "")?;
        self.write(FileKind::DeviceKey, "", Some(id), &key.to_pem()?)?;
        let enrollment =
            format!("[[individual]]\nregistration-id = \"{id}\"\ncertificate = \"device-cert.pem\"\n");
        self.enrollments(&enrollment)
    }

    async fn chain(
        &mut self,
        device: &NewDevice,
        key_type: KeyType,
        count: Option<u32>,
    ) -> Result<(), S::Error> {
        let parts = &device.parts;
        if count.is_some_and(|count| !(1..=Recipe::MAX_DEVICES).contains(&count)) {
            return Err(Error::BadCount { most: Recipe::MAX_DEVICES }.into());
        }
        // The last name is the longest: what is wrong with it is known before anything is made.
        Subject::device(&numbered(&device.registration_id, count)?, parts)?;
        let of_device = self.validity(device)?;
        let length = AUTHORITY.max(of_device.not_after().saturating_sub(of_device.not_before()));
        let of_authority = Validity::starting(of_device.not_before(), length)?;

        let subject = Subject::authority("root", parts, self.random)?;
        let key = self.key(key_type).await?;
        let root = Template::own(&subject, Purpose::ROOT);
        let root = Authority::new(self.issue(root, &key, of_authority, &key).await?, key)?;
        self.authority(&root, FileKind::Root, FileKind::RootKey)?;
        let subject = Subject::authority("intermediate", parts, self.random)?;
        let key = self.key(key_type).await?;
        let certificate =
            self.issue_below(&root, &subject, Purpose::INTERMEDIATE, &key, of_authority).await?;
        let intermediate = Authority::new(certificate, key)?;
        self.authority(&intermediate, FileKind::Intermediate, FileKind::IntermediateKey)?;
        for number in 1..=count.unwrap_or(1) {
            let id = numbered(&device.registration_id, count.map(|_| number))?;
            let subject = Subject::device(&id, parts)?;
            let folder = count.map(|_| format!("{DEVICES}/{}/", folder_name(&id))).unwrap_or_default();
            let below = Below { authority: &intermediate, chain: intermediate.certificate().to_pem() };
            self.one_device(&folder, (&id, &subject), key_type, of_device, &below).await?;
            self.sink.device_done(key_type)?;
        }
        self.enrollments("[[group]]\nname = \"test\"\ncertificate = \"root.pem\"\n")
    }

    async fn device(
        &mut self,
        device: &NewDevice,
        key_type: KeyType,
        issuer: &Issuer,
    ) -> Result<Option<Warning>, S::Error> {
        let id = &device.registration_id;
        let subject = Subject::device(id, &device.parts)?;
        let wanted = self.validity(device)?;
        let below = Below { authority: &issuer.authority, chain: &issuer.chain };
        let made = self.one_device("", (id, &subject), key_type, wanted, &below).await?;
        let not_after = made.not_after();
        Ok((not_after < wanted.not_after()).then_some(Warning::EndsWithAuthority { not_after }))
    }

    async fn request(
        &mut self,
        id: &RegistrationId,
        parts: &Parts,
        key_type: KeyType,
    ) -> Result<(), S::Error> {
        let subject = Subject::applicant(id, parts)?;
        let key = self.key(key_type).await?;
        let request = Request::new(&self.sign(request::unsigned(&subject, &key)?, &key).await?)?;
        self.write(FileKind::Request, "", Some(id), request.to_pem())?;
        self.write(FileKind::DeviceKey, "", Some(id), &key.to_pem()?)
    }

    async fn verification(&mut self, code: &str, issuer: &Issuer) -> Result<(), S::Error> {
        let subject = Subject::verification(code.trim())?;
        let key = self.key(KeyType::P256).await?;
        let validity = Validity::starting(self.now.saturating_sub(LEEWAY), VERIFICATION)?;
        let certificate =
            self.issue_below(&issuer.authority, &subject, Purpose::Verification, &key, validity).await?;
        self.certificate(FileKind::Verification, "", None, &certificate, "")
    }

    fn authority(
        &mut self,
        authority: &Authority,
        certificate: FileKind,
        key: FileKind,
    ) -> Result<(), S::Error> {
        self.certificate(certificate, "", None, authority.certificate(), "")?;
        self.write(key, "", None, &authority.key().to_pem()?)
    }

    async fn one_device(
        &mut self,
        folder: &str,
        (id, subject): (&RegistrationId, &Subject),
        key_type: KeyType,
        validity: Validity,
        below: &Below<'_>,
    ) -> Result<Validity, S::Error> {
        let key = self.key(key_type).await?;
        let leaf = self.issue_below(below.authority, subject, Purpose::Device, &key, validity).await?;
        // In a folder of many devices `check --each` would find it twice; a group has no use for it.
        if folder.is_empty() {
            self.certificate(FileKind::Device, folder, Some(id), &leaf, "")?;
        }
        self.write(FileKind::DeviceKey, folder, Some(id), &key.to_pem()?)?;
        self.certificate(FileKind::DeviceFullChain, folder, Some(id), &leaf, below.chain)?;
        Ok(leaf.validity())
    }

    async fn key(&mut self, key_type: KeyType) -> Result<PrivateKey, S::Error> {
        if key_type.rsa_bits().is_some() {
            self.sink.searching(key_type, Progress { primes: 0, candidates: 0 })?;
        }
        let made = self.platform.key(key_type).await;
        if let Some(key) = made.filter(|key| key.key_type() == Some(key_type)) {
            return Ok(key);
        }
        let mut search = KeySearch::new(key_type);
        loop {
            match search.step(self.random) {
                Step::Found(key) => return Ok(key),
                Step::Searching(progress) => self.sink.searching(key_type, progress)?,
            }
        }
    }

    async fn issue_below(
        &mut self,
        authority: &Authority,
        subject: &Subject,
        purpose: Purpose,
        key: &PrivateKey,
        validity: Validity,
    ) -> Result<Certificate, Error> {
        let (template, validity) = authority.template(subject, purpose, validity)?;
        self.issue(template, key, validity, authority.key()).await
    }

    async fn issue(
        &mut self,
        template: Template<'_>,
        key: &PrivateKey,
        validity: Validity,
        signer: &PrivateKey,
    ) -> Result<Certificate, Error> {
        let unsigned = template.unsigned(key, validity, signer, self.random)?;
        Certificate::new(self.sign(unsigned, signer).await?)
    }

    async fn sign<B: Builder>(
        &mut self,
        unsigned: Unsigned<'_, B>,
        signer: &PrivateKey,
    ) -> Result<B::Output, Error> {
        match self.platform.sign(signer, unsigned.message()).await {
            Some(signature) => unsigned.signed_by_platform(&signature),
            None => unsigned.sign(self.random),
        }
    }

    /// A file of enrollments for `dps-x509 emulate`.
    fn enrollments(&mut self, enrollment: &str) -> Result<(), S::Error> {
        let text = format!(
            "# For `dps-x509 emulate`, a DPS on this machine.\nid-scope = \"0ne00111111\"\n\n{enrollment}"
        );
        self.write(FileKind::Enrollments, "", None, &text)
    }

    /// A certificate, and in PEM what follows it in its file.
    fn certificate(
        &mut self,
        kind: FileKind,
        folder: &str,
        id: Option<&RegistrationId>,
        certificate: &Certificate,
        rest: &str,
    ) -> Result<(), S::Error> {
        let mut file = file(kind, folder, id);
        file.certificate = Some((certificate.subject(), certificate.validity()));
        self.sink.write(file, &[certificate.to_pem(), rest].concat())
    }

    fn write(
        &mut self,
        kind: FileKind,
        folder: &str,
        id: Option<&RegistrationId>,
        text: &str,
    ) -> Result<(), S::Error> {
        self.sink.write(file(kind, folder, id), text)
    }

    fn validity(&self, device: &NewDevice) -> Result<Validity, Error> {
        let (begins, leeway) = match device.not_before {
            Some(time) => (
                Duration::from_secs(time.seconds().try_into().map_err(|_| Error::BadValidity)?),
                Duration::ZERO,
            ),
            None => (self.now.saturating_sub(LEEWAY), LEEWAY),
        };
        if device.valid_for.is_zero() {
            return Err(Error::BadValidity);
        }
        Validity::starting(begins, device.valid_for.saturating_add(leeway))
    }
}

fn file(kind: FileKind, folder: &str, id: Option<&RegistrationId>) -> File {
    let path = format!("{folder}{}", kind.file_name());
    File { kind, path, registration_id: id.cloned(), certificate: None }
}

/// `sensor`, or with a number `sensor-7`.
fn numbered(id: &RegistrationId, number: Option<u32>) -> Result<RegistrationId, Error> {
    match number {
        None => Ok(id.clone()),
        Some(number) => Ok(RegistrationId::new(&format!("{id}-{number}"))?),
    }
}

/// No hidden folder, and none that Windows has no name for. All IDs of a run begin alike, so they stay apart.
fn folder_name(id: &RegistrationId) -> String {
    let name = id.as_str().replace(':', "_");
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}
