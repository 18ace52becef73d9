//! The URI of a key in a token (RFC 7512), parsed once.

use std::{fmt, path::PathBuf, str::FromStr};

use dps_x509_core::text::Quoted;
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

/// Which key of which token, and by which module it is reached: `pkcs11:token=factory;object=device-1`.
///
/// `Debug` and `Display` do not show a PIN.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Uri {
    /// In the order of [`PATH`], those that are there.
    pub(super) path: Vec<(PathAttribute, Vec<u8>)>,
    module: Option<PathBuf>,
    pin: Option<PinSource>,
}

/// What a token or a key is told by (RFC 7512 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathAttribute {
    Token,
    Manufacturer,
    Serial,
    Model,
    SlotId,
    Object,
    Id,
    Type,
}

const PATH: [(&str, PathAttribute); 8] = [
    ("token", PathAttribute::Token),
    ("manufacturer", PathAttribute::Manufacturer),
    ("serial", PathAttribute::Serial),
    ("model", PathAttribute::Model),
    ("slot-id", PathAttribute::SlotId),
    ("object", PathAttribute::Object),
    ("id", PathAttribute::Id),
    ("type", PathAttribute::Type),
];

/// Where the URI says that the PIN is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PinSource {
    /// In a file, whose first line it is (`pin-source`).
    File(PathBuf),
    /// In the URI itself (`pin-value`), where everybody sees it who sees the URI.
    Value(Zeroizing<String>),
}

impl Uri {
    /// What every such URI begins with.
    pub const SCHEME: &'static str = "pkcs11:";

    /// Whether a text is meant to be one.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.get(..Self::SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(Self::SCHEME))
    }

    /// The module that it names (`module-path`): a library that is loaded into this process.
    #[must_use]
    pub const fn module(&self) -> Option<&PathBuf> {
        self.module.as_ref()
    }

    /// Where it says that the PIN is.
    #[must_use]
    pub const fn pin(&self) -> Option<&PinSource> {
        self.pin.as_ref()
    }

    pub(super) fn get(&self, attribute: PathAttribute) -> Option<&[u8]> {
        self.path.iter().find(|(it, _)| *it == attribute).map(|(_, value)| value.as_slice())
    }

    fn add_path(&mut self, name: &str, value: Vec<u8>) -> Result<(), UriError> {
        let attribute = PATH.iter().find(|(known, _)| *known == name).map(|(_, attribute)| *attribute);
        // Section 2.3: what is not known matches nothing.
        let attribute = attribute.ok_or_else(|| UriError::Unknown { name: name.to_owned() })?;
        if self.get(attribute).is_some() {
            return Err(UriError::Twice { name: name.to_owned() });
        }
        if attribute != PathAttribute::Id && str::from_utf8(&value).is_err() {
            return Err(UriError::Value { name: name.to_owned() });
        }
        if attribute == PathAttribute::Type && value != b"private" {
            return Err(UriError::NoPrivateKey { kind: String::from_utf8_lossy(&value).into_owned() });
        }
        self.path.push((attribute, value));
        Ok(())
    }

    /// Section 2.3: of the query, what is not known is left aside.
    fn add_query(&mut self, name: &str, value: Vec<u8>) -> Result<(), UriError> {
        let text = || String::from_utf8(value.clone()).map_err(|_| UriError::Value { name: name.to_owned() });
        let twice = || Err(UriError::Twice { name: name.to_owned() });
        match name {
            "module-path" if self.module.is_some() => return twice(),
            "module-path" => self.module = Some(text()?.into()),
            // Section 2.4: both together are not to be taken.
            "pin-source" | "pin-value" if self.pin.is_some() => return twice(),
            "pin-source" => {
                let text = text()?;
                let path =
                    text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).unwrap_or(&text);
                if path.is_empty() || path.starts_with('|') {
                    return Err(UriError::Value { name: name.to_owned() });
                }
                self.pin = Some(PinSource::File(path.into()));
            }
            "pin-value" => self.pin = Some(PinSource::Value(Zeroizing::new(text()?))),
            _ => {}
        }
        Ok(())
    }
}

impl FromStr for Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        if !Self::is_meant(text) {
            return Err(UriError::Scheme);
        }
        let rest = text.get(Self::SCHEME.len()..).unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut uri = Self::default();
        for (name, value) in
            path.split(';').filter(|part| !part.is_empty()).map(attribute).collect::<Result<Vec<_>, _>>()?
        {
            uri.add_path(name, value)?;
        }
        for (name, value) in
            query.split('&').filter(|part| !part.is_empty()).map(attribute).collect::<Result<Vec<_>, _>>()?
        {
            uri.add_query(name, value)?;
        }
        if uri.get(PathAttribute::Object).is_none() && uri.get(PathAttribute::Id).is_none() {
            return Err(UriError::NoKey);
        }
        Ok(uri)
    }
}

/// `name=value`, the value percent-decoded.
fn attribute(part: &str) -> Result<(&str, Vec<u8>), UriError> {
    let (name, value) = part.split_once('=').ok_or(UriError::NoValue)?;
    let is_broken = value.split('%').skip(1).any(|code| {
        !code.get(..2).is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    });
    if is_broken {
        return Err(UriError::Value { name: name.to_owned() });
    }
    Ok((name, percent_decode_str(value).collect()))
}

/// The token and the key, without the module and without where the PIN is.
impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::SCHEME)?;
        for (index, (attribute, value)) in self.path.iter().enumerate() {
            let name = PATH.iter().find(|(_, it)| it == attribute).map_or("", |(name, _)| *name);
            let separator = if index == 0 { "" } else { ";" };
            write!(
                f,
                "{separator}{name}={}",
                percent_encoding::percent_encode(value, percent_encoding::NON_ALPHANUMERIC)
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uri({self})")
    }
}

impl fmt::Debug for PinSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Value(_) => f.write_str("Value(…)"),
        }
    }
}

/// Why a text is no [`Uri`] of a private key. Nothing in it is a PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriError {
    /// It does not begin with `pkcs11:`.
    Scheme,
    /// The path has an attribute that nobody knows, and so it matches nothing.
    Unknown {
        /// Its name.
        name: String,
    },
    /// An attribute stands there twice, or both ways to say the PIN do.
    Twice {
        /// Its name.
        name: String,
    },
    /// A part is no `name=value`. What it is nobody knows; it may be the PIN.
    NoValue,
    /// An attribute's value cannot be read.
    Value {
        /// Its name.
        name: String,
    },
    /// It asks for another kind of object.
    NoPrivateKey {
        /// Which one.
        kind: String,
    },
    /// It says neither the label nor the ID of a key.
    NoKey,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => {
                f.write_str("a key in a token is written pkcs11:token=TOKEN;object=LABEL (RFC 7512)")
            }
            Self::Unknown { name } => write!(
                f,
                "the PKCS#11 URI has {}, which matches nothing; token, serial, model, manufacturer, slot-id, object and \
                 id are known",
                Quoted(name)
            ),
            Self::Twice { name } => {
                write!(f, "the PKCS#11 URI says \"{name}\" twice, or the PIN in two ways")
            }
            Self::NoValue => f.write_str("the PKCS#11 URI has a part without \"=\", and each is NAME=VALUE"),
            Self::Value { name } => write!(f, "the value of \"{name}\" in the PKCS#11 URI cannot be read"),
            Self::NoPrivateKey { kind } => {
                write!(f, "the PKCS#11 URI asks for type={kind}, and what signs is type=private")
            }
            Self::NoKey => f.write_str("the PKCS#11 URI names no key; add object=LABEL or id=ID"),
        }
    }
}

impl std::error::Error for UriError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_read() {
        let uri: Uri = "pkcs11:token=My%20token;object=device%2D1;id=%00%ff;type=private?module-path=/usr/lib/x.so&pin-source=file:/etc/pin&x=1"
            .parse()
            .unwrap();
        assert_eq!(uri.get(PathAttribute::Token), Some(&b"My token"[..]));
        assert_eq!(uri.get(PathAttribute::Object), Some(&b"device-1"[..]));
        assert_eq!(uri.get(PathAttribute::Id), Some(&[0, 0xff][..]));
        assert_eq!(uri.module(), Some(&"/usr/lib/x.so".into()));
        assert_eq!(uri.pin(), Some(&PinSource::File("/etc/pin".into())));
        assert_eq!(uri.to_string().parse::<Uri>().unwrap().path, uri.path);
        assert!("PKCS11:id=%01".parse::<Uri>().is_ok());
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, error) in [
            ("file:x", UriError::Scheme),
            ("pkcs11:", UriError::NoKey),
            ("pkcs11:token=a", UriError::NoKey),
            ("pkcs11:object=a;x-mine=b", UriError::Unknown { name: "x-mine".into() }),
            ("pkcs11:object=a;object=b", UriError::Twice { name: "object".into() }),
            ("pkcs11:object=a?pin-value=1&pin-source=f", UriError::Twice { name: "pin-source".into() }),
            ("pkcs11:object=a?pin-source=|program", UriError::Value { name: "pin-source".into() }),
            ("pkcs11:object=%zz", UriError::Value { name: "object".into() }),
            ("pkcs11:object=%", UriError::Value { name: "object".into() }),
            ("pkcs11:object=%ff", UriError::Value { name: "object".into() }),
            ("pkcs11:object", UriError::NoValue),
            ("pkcs11:object=a?pin-value:4711", UriError::NoValue),
            ("pkcs11:object=a;type=cert", UriError::NoPrivateKey { kind: "cert".into() }),
        ] {
            assert_eq!(text.parse::<Uri>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_pin_is_not_shown() {
        let uri: Uri = "pkcs11:object=a?pin-value=4711".parse().unwrap();
        assert!(!format!("{uri:?} {uri} {:?}", uri.pin()).contains("4711"));
        assert!(
            !"pkcs11:object=a?pin-value=4711&pin-value=4712"
                .parse::<Uri>()
                .unwrap_err()
                .to_string()
                .contains("471")
        );
    }
}
