//! A certificate as this crate sees it: every part decoded on its own, the original bytes kept.
//!
//! What is signed and what thumbprints are made of are the bytes of the file; nothing is ever encoded again.
//! A part that cannot be read is [`Damage`], and the other parts are there all the same.

use std::{fmt, ops::Range};

use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use x509_cert::der::Decode as _;
use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{Element, Elements, Malformed, hex, tag, usual},
    x509::{
        algorithm::Algorithm,
        distinguished_name::DistinguishedName,
        extension::{self, AuthorityKeyId, BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage, oid},
        public_key::{PublicKey, whole_octets},
        time::UnixTime,
    },
};

/// A certificate (RFC 5280 section 4.1), read part by part.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Certificate {
    /// The certificate's bytes as they were in the file.
    pub der: Box<[u8]>,
    /// 1, 2 or 3; other numbers as they are written, counted from 1.
    pub version: u32,
    /// The content of the serial number's INTEGER.
    pub serial: Box<[u8]>,
    /// Who signed it.
    pub issuer: DistinguishedName,
    /// Who it is for.
    pub subject: DistinguishedName,
    /// First second of its validity; `None` if the time cannot be read.
    pub not_before: Option<UnixTime>,
    /// Last second of its validity; `None` if the time cannot be read.
    pub not_after: Option<UnixTime>,
    /// Its public key.
    pub public_key: PublicKey,
    /// The algorithm of the signature, as the signed part names it.
    pub signed_algorithm: Algorithm,
    /// The algorithm of the signature, as the outer part names it.
    pub signature_algorithm: Algorithm,
    /// The bits of the signature.
    pub signature: Box<[u8]>,
    /// All extensions, in the order of the certificate.
    pub extensions: Vec<Extension>,
    /// BasicConstraints, if there and readable.
    pub basic_constraints: Option<BasicConstraints>,
    /// KeyUsage, if there and readable.
    pub key_usage: Option<KeyUsage>,
    /// ExtendedKeyUsage, if there and readable.
    pub extended_key_usage: Option<ExtendedKeyUsage>,
    /// SubjectKeyIdentifier, if there and readable.
    pub subject_key_id: Option<Box<[u8]>>,
    /// The `keyIdentifier` of AuthorityKeyIdentifier, if there and readable.
    pub authority_key_id: Option<Box<[u8]>>,
    /// The whole of AuthorityKeyIdentifier, if there and readable.
    pub authority: Option<AuthorityKeyId>,
    /// What could not be read.
    pub damage: Vec<Damage>,
    tbs: Range<usize>,
}

impl Certificate {
    /// Reads a certificate.
    ///
    /// # Errors
    /// The bytes do not even have the outline of a certificate: a sequence of a signed part, an algorithm and a
    /// signature, the signed part with serial number, names, validity and key. Lesser damage is in
    /// [`Certificate::damage`].
    pub fn read(der: &[u8]) -> Result<Self, PartError> {
        let outer = sequence(Elements::new(der).next(), "the certificate")?;
        let mut parts = outer.children();
        let tbs = sequence(parts.next(), "the signed part")?;
        let signature_algorithm = Algorithm::read(&sequence(parts.next(), "the signature algorithm")?);
        let signature = next(parts.next(), "the signature")?;

        let mut damage = Vec::new();
        let mut note = |span: Range<usize>, what: String| damage.push(Damage { span, what });
        if outer.bytes.len() < der.len() {
            note(
                outer.bytes.len()..der.len(),
                format!("{} bytes stand behind the certificate", der.len() - outer.bytes.len()),
            );
        }

        let mut fields = tbs.children();
        let version = match fields.next_if(tag::CONTEXT_0) {
            None => 1,
            Some(explicit) => {
                let number = explicit.children().next().and_then(Result::ok).and_then(|n| n.small_integer());
                if number.is_none() {
                    note(explicit.span(), "the version is no small number".to_owned());
                }
                number.map_or(3, |number| number.saturating_add(1))
            }
        };
        let serial = next(fields.next(), "the serial number")?;
        let signed_algorithm = Algorithm::read(&sequence(fields.next(), "the signed algorithm")?);
        let issuer = sequence(fields.next(), "the issuer")?;
        let validity = sequence(fields.next(), "the validity")?;
        let subject = sequence(fields.next(), "the subject")?;
        let key = sequence(fields.next(), "the public key")?;

        if whole_octets(&signature).is_none() {
            note(signature.span(), "the signature is no BIT STRING of whole octets".to_owned());
        }
        let mut times = validity.children();
        let mut time = |name: &str| {
            let element = times.next().and_then(Result::ok);
            let read = element.as_ref().map_or(Err("is missing".to_owned()), read_time);
            let is_general = element.as_ref().is_some_and(|it| it.tag == tag::GENERALIZED_TIME);
            let span = element.map_or(validity.span(), |element| element.span());
            if is_general && read.as_ref().is_ok_and(|time| *time < UTC_TIME_ENDS) {
                note(span.clone(), format!("the time {name} is before 2050 and no UTCTime"));
            }
            read.map_err(|why| note(span, format!("the time {name} {why}")))
        };
        let not_before = time("notBefore").ok();
        let not_after = time("notAfter").ok();

        let mut certificate = Self {
            der: der.into(),
            version,
            serial: serial.content.into(),
            issuer: DistinguishedName::read(&issuer),
            subject: DistinguishedName::read(&subject),
            not_before,
            not_after,
            public_key: PublicKey::read(&key),
            signed_algorithm,
            signature_algorithm,
            signature: whole_octets(&signature).unwrap_or_default().into(),
            extensions: Vec::new(),
            basic_constraints: None,
            key_usage: None,
            extended_key_usage: None,
            subject_key_id: None,
            authority_key_id: None,
            authority: None,
            damage,
            tbs: tbs.span(),
        };
        for field in fields {
            match field {
                Ok(field) if field.tag == tag::CONTEXT_3 => certificate.read_extensions(&field),
                Ok(_) => {}
                Err(malformed) => certificate.note(tbs.span(), malformed.to_string()),
            }
        }
        certificate.note_what_strict_readers_refuse();
        Ok(certificate)
    }

    /// The signed part, header included, as it was in the file.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    /// SHA-256 over the bytes of the file: what portals and `openssl x509 -fingerprint -sha256` show.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    /// SHA-1 over the bytes of the file: the thumbprint of the Azure portal.
    #[must_use]
    pub fn sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }

    /// Whether subject and issuer are the same name. It says nothing about the signature.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject.says_the_same(&self.issuer)
    }

    /// Whether the time is within its validity; both ends count, and one that cannot be read is none.
    #[must_use]
    pub fn is_valid_at(&self, at: UnixTime) -> bool {
        self.not_before.is_none_or(|begin| begin <= at) && self.not_after.is_none_or(|end| at <= end)
    }

    /// Whether BasicConstraints say that it may sign certificates.
    #[must_use]
    pub const fn is_ca(&self) -> bool {
        matches!(self.basic_constraints, Some(BasicConstraints { ca: true, .. }))
    }

    /// The extension of this type, the first if there are several.
    #[must_use]
    pub fn extension(&self, oid: ObjectIdentifier) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.oid == Some(oid))
    }

    /// Whether it has BasicConstraints that cannot be read: what it is then is not known.
    #[must_use]
    pub fn has_unreadable_constraints(&self) -> bool {
        self.basic_constraints.is_none() && self.extension(oid::BASIC_CONSTRAINTS).is_some()
    }

    /// The serial number in hexadecimal.
    #[must_use]
    pub fn serial_text(&self) -> String {
        hex(&self.serial)
    }

    fn note(&mut self, span: Range<usize>, what: String) {
        self.damage.push(Damage { span, what });
    }

    fn read_extensions(&mut self, explicit: &Element<'_>) {
        for list in explicit.children() {
            let Ok(list) = list else {
                self.note(explicit.span(), "the list of extensions is cut".to_owned());
                return;
            };
            for extension in list.children() {
                let read = extension.as_ref().ok().and_then(Extension::read);
                match read {
                    Some(read) => self.read_extension(read),
                    None => self.note(list.span(), "an extension is not readable".to_owned()),
                }
            }
        }
    }

    fn read_extension(&mut self, extension: Extension) {
        let readable = match extension.oid {
            Some(oid::BASIC_CONSTRAINTS) => {
                set(&mut self.basic_constraints, BasicConstraints::read(&extension))
            }
            Some(oid::KEY_USAGE) => set(&mut self.key_usage, KeyUsage::read(&extension)),
            Some(oid::EXTENDED_KEY_USAGE) => {
                set(&mut self.extended_key_usage, ExtendedKeyUsage::read(&extension))
            }
            Some(oid::SUBJECT_KEY_IDENTIFIER) => {
                set(&mut self.subject_key_id, extension::read_subject_key_id(&extension))
            }
            Some(oid::AUTHORITY_KEY_IDENTIFIER) => {
                let read = AuthorityKeyId::read(&extension);
                self.authority_key_id = read.as_ref().and_then(|read| read.key_id.clone());
                set(&mut self.authority, read)
            }
            // OpenSSL reads these of every certificate.
            Some(oid::NETSCAPE_CERT_TYPE) => extension.first_bit().is_some(),
            Some(oid::SUBJECT_ALT_NAME | oid::NAME_CONSTRAINTS | oid::CRL_DISTRIBUTION_POINTS) => {
                extension.is_list()
            }
            Some(_) => true,
            None => false,
        };
        let is_of_constraints = extension.oid == Some(oid::BASIC_CONSTRAINTS);
        for (is_written, what) in [
            (extension.is_default_written, "an extension says \"critical FALSE\""),
            (
                is_of_constraints && BasicConstraints::writes_default(&extension),
                "basicConstraints say \"CA FALSE\"",
            ),
        ] {
            if is_written {
                let span = extension.offset..extension.offset + extension.value.len();
                self.note(span, format!("{what}, which DER leaves out"));
            }
        }
        if !readable {
            let known = extension.oid.and_then(oid::name).map(str::to_owned);
            let name = known.or_else(|| extension.oid.map(|oid| oid.to_string()));
            let name = name.unwrap_or_else(|| "of unreadable type".to_owned());
            let span = extension.offset..extension.offset + extension.value.len();
            self.note(span, format!("the extension {name} is not readable"));
        }
        self.extensions.push(extension);
    }

    // Devices and TLS libraries are stricter than this reader: x509-cert stands for them.
    fn note_what_strict_readers_refuse(&mut self) {
        let is_usual = || Element::read(&self.der, 0).is_ok_and(|whole| usual::certificate(&whole));
        if self.damage.is_empty() && !is_usual() {
            self.ask_a_strict_reader();
        }
    }

    // Few certificates come so far, and nothing takes it into itself: a page that meets none does without that reader.
    #[inline(never)]
    fn ask_a_strict_reader(&mut self) {
        if let Err(error) = x509_cert::Certificate::from_der(&self.der) {
            let at = error.position().and_then(|at| usize::try_from(u32::from(at)).ok()).unwrap_or(0);
            self.note(at..at, format!("a strict DER reader refuses it: {error}"));
        }
    }
}

/// 2050: as far as two digits of a year reach (RFC 5280 section 4.1.2.5).
const UTC_TIME_ENDS: UnixTime = UnixTime::from_seconds(2_524_608_000);

fn set<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let readable = value.is_some();
    if slot.is_none() {
        *slot = value;
    }
    readable
}

/// UTCTime and GeneralizedTime, as RFC 5280 section 4.1.2.5 wants them: with seconds, in UTC.
pub(in crate::cert) fn read_time(element: &Element<'_>) -> Result<UnixTime, String> {
    let text = String::from_utf8_lossy(element.content);
    let year_digits = match element.tag {
        tag::UTC_TIME => 2,
        tag::GENERALIZED_TIME => 4,
        _ => return Err("is neither UTCTime nor GeneralizedTime".to_owned()),
    };
    let refuse = |why: &str| Err(format!("is \"{}\", {why}", text.escape_debug()));
    let Some(digits) = text.strip_suffix('Z') else { return refuse("which does not end in Z") };
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return refuse("which is not all digits");
    }
    if digits.len() != year_digits + 10 {
        return refuse("which does not have a date, hours, minutes and seconds");
    }
    let number =
        |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i64>().ok()).unwrap_or(0);
    let two = |index: usize| number(year_digits + 2 * index, year_digits + 2 * index + 2);
    let year = match (year_digits, number(0, year_digits)) {
        (2, year @ 50..) => 1900 + year,
        (2, year) => 2000 + year,
        (_, year) => year,
    };
    match UnixTime::from_civil(year, two(0), two(1), two(2), two(3), two(4)) {
        Some(time) => Ok(time),
        None => refuse("which is no moment of the calendar"),
    }
}

pub(in crate::cert) fn next<'a>(
    part: Option<Result<Element<'a>, Malformed>>,
    name: &'static str,
) -> Result<Element<'a>, PartError> {
    match part {
        Some(Ok(element)) => Ok(element),
        Some(Err(malformed)) => Err(PartError { part: name, malformed: Some(malformed) }),
        None => Err(PartError { part: name, malformed: None }),
    }
}

pub(in crate::cert) fn sequence<'a>(
    part: Option<Result<Element<'a>, Malformed>>,
    name: &'static str,
) -> Result<Element<'a>, PartError> {
    let element = next(part, name)?;
    if element.tag == tag::SEQUENCE { Ok(element) } else { Err(PartError { part: name, malformed: None }) }
}

/// A part of a certificate that cannot be read, or that a strict reader refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damage {
    /// Where it is, in bytes of the DER.
    pub span: Range<usize>,
    /// What is wrong there, without a full stop.
    pub what: String,
}

/// The bytes do not have the outline of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartError {
    /// The part that is missing or is something else.
    pub part: &'static str,
    /// Why it cannot be read, if it is there at all.
    pub malformed: Option<Malformed>,
}

impl fmt::Display for PartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.malformed {
            Some(malformed) => write!(f, "{} cannot be read: {malformed}", self.part),
            None => write!(f, "{} is missing, or something else stands in its place", self.part),
        }
    }
}

impl std::error::Error for PartError {}
