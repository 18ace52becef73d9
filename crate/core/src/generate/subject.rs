//! Whose certificate it is.

use x509_cert::{
    attr::AttributeTypeAndValue,
    der::{
        Decode as _, Encode as _, FixedTag,
        asn1::{Any, PrintableStringRef, SetOfVec, Utf8StringRef},
    },
    name::{Name, RdnSequence, RelativeDistinguishedName},
    spki::ObjectIdentifier,
};

use super::{Error, Random};
use crate::{
    cert::der::oid::{COMMON_NAME, COUNTRY, LOCALITY, ORGANIZATION, ORGANIZATIONAL_UNIT, STATE},
    name::RegistrationId,
};
use chacha20::rand_core::Rng as _;

/// RFC 5280 appendix A, ub-common-name.
const MAX_COMMON_NAME: usize = 64;
/// The OU of every test certificate.
const MARK: &str = "Test certificate, not for production";

/// What a subject may have besides its CN and the OU that marks a test certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a caller says them")]
pub struct Parts {
    /// C: two letters, ISO 3166.
    pub country: Option<String>,
    /// ST: at most 128 characters.
    pub state: Option<String>,
    /// L: at most 128 characters.
    pub locality: Option<String>,
    /// O: at most 64 characters.
    pub organization: Option<String>,
}

/// A distinguished name for a certificate or a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(Name);

impl Subject {
    /// A device: its CN is the registration ID, as DPS has it for X.509 (`concepts-x509-attestation`).
    ///
    /// # Errors
    /// [`Error::CommonNameTooLong`], [`Error::BadPart`].
    pub fn device(id: &RegistrationId, parts: &Parts) -> Result<Self, Error> {
        Self::new(id.as_str(), parts, true)
    }

    /// A device that asks a CA for its certificate: as [`Self::device`], but not marked as a test.
    ///
    /// # Errors
    /// [`Error::CommonNameTooLong`], [`Error::BadPart`].
    pub fn applicant(id: &RegistrationId, parts: &Parts) -> Result<Self, Error> {
        Self::new(id.as_str(), parts, false)
    }

    /// A CA, named by what it is (`root`, `intermediate`) and by a random number, so that two CAs of two runs
    /// are not taken for each other.
    ///
    /// # Errors
    /// [`Error::BadPart`].
    pub fn authority(what: &str, parts: &Parts, random: &mut Random) -> Result<Self, Error> {
        Self::new(&format!("dps-x509 test {what} {:08x}", random.0.next_u32()), parts, true)
    }

    /// What proves the possession of a CA's key: its CN is the verification code (`how-to-verify-certificates`).
    ///
    /// # Errors
    /// [`Error::BadVerificationCode`], [`Error::CommonNameTooLong`].
    pub fn verification(code: &str) -> Result<Self, Error> {
        if code.is_empty() || !code.chars().all(|character| character.is_ascii_graphic()) {
            return Err(Error::BadVerificationCode);
        }
        Self::new(code, &Parts::default(), false)
    }

    fn new(common_name: &str, parts: &Parts, is_marked: bool) -> Result<Self, Error> {
        let length = common_name.chars().count();
        if length > MAX_COMMON_NAME {
            return Err(Error::CommonNameTooLong { length, most: MAX_COMMON_NAME });
        }
        let mut names = RdnSequence::default();
        if let Some(country) = &parts.country {
            if country.len() != 2 || !country.chars().all(|letter| letter.is_ascii_uppercase()) {
                return Err(Error::BadPart { part: "country", rule: "two capital letters, such as DE" });
            }
            names.push(single(COUNTRY, &PrintableStringRef::new(country)?)?);
        }
        for (kind, part, text, most, rule) in [
            (STATE, "state", &parts.state, 128, "1 to 128 characters, none of them a control character"),
            (
                LOCALITY,
                "locality",
                &parts.locality,
                128,
                "1 to 128 characters, none of them a control character",
            ),
            (
                ORGANIZATION,
                "organization",
                &parts.organization,
                64,
                "1 to 64 characters, none of them a control character",
            ),
        ] {
            let Some(text) = text else { continue };
            let is_good = (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            if !is_good {
                return Err(Error::BadPart { part, rule });
            }
            names.push(single(kind, &Utf8StringRef::new(text)?)?);
        }
        if is_marked {
            names.push(single(ORGANIZATIONAL_UNIT, &Utf8StringRef::new(MARK)?)?);
        }
        // UTF8String: a PrintableString has no `_`, which a registration ID may have.
        names.push(single(COMMON_NAME, &Utf8StringRef::new(common_name)?)?);
        Ok(Self(Name::from_der(&names.to_der()?)?))
    }

    pub(super) fn name(&self) -> &Name {
        &self.0
    }
}

fn single<T: FixedTag + x509_cert::der::EncodeValue>(
    kind: ObjectIdentifier,
    value: &T,
) -> Result<RelativeDistinguishedName, Error> {
    let attribute = AttributeTypeAndValue { oid: kind, value: Any::encode_from(value)? };
    Ok(RelativeDistinguishedName::from(SetOfVec::try_from(vec![attribute])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> RegistrationId {
        RegistrationId::new(text).unwrap()
    }

    #[test]
    fn all_parts_in_the_usual_order() {
        let parts = Parts {
            country: Some("DE".to_owned()),
            state: Some("Bayern".to_owned()),
            locality: Some("München".to_owned()),
            organization: Some("a, \"b\" + c=d\\".to_owned()),
        };
        let subject = Subject::device(&id("A.b_c:d-"), &parts).unwrap();
        assert_eq!(
            subject.name().to_string(),
            format!(
                "CN=A.b_c:d-,OU={},O=a\\, \\\"b\\\" \\+ c=d\\\\,L=München,ST=Bayern,C=DE",
                MARK.replace(',', "\\,")
            )
        );
    }

    #[test]
    fn a_common_name_has_64_characters_at_most() {
        assert!(Subject::device(&id(&"x".repeat(64)), &Parts::default()).is_ok());
        let long = Subject::device(&id(&"x".repeat(65)), &Parts::default());
        assert_eq!(long, Err(Error::CommonNameTooLong { length: 65, most: 64 }));
    }

    #[test]
    fn what_no_name_can_have_is_refused() {
        for parts in [
            Parts { country: Some("Germany".to_owned()), ..Parts::default() },
            Parts { country: Some("de".to_owned()), ..Parts::default() },
            Parts { organization: Some(String::new()), ..Parts::default() },
            Parts { organization: Some("ö".repeat(65)), ..Parts::default() },
            Parts { locality: Some("a\nb".to_owned()), ..Parts::default() },
            Parts { state: Some("x".repeat(129)), ..Parts::default() },
        ] {
            let refused = Subject::device(&id("device"), &parts);
            assert!(matches!(refused, Err(Error::BadPart { .. })), "{parts:?}: {refused:?}");
        }
        for code in ["", "a b", "ä", "a\u{7}"] {
            assert_eq!(Subject::verification(code), Err(Error::BadVerificationCode), "{code:?}");
        }
    }
}
