//! Subjects and issuers: attributes decoded by their string type, shown without hiding anything.

use std::fmt;

use x509_cert::spki::ObjectIdentifier;

use crate::{
    cert::der::{Element, hex, oid, tag},
    order, text,
};

/// A distinguished name (RFC 5280 section 4.1.2.4), with its bytes as they were.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DistinguishedName {
    /// The whole `Name`, header included: what binary name chaining compares.
    pub der: Box<[u8]>,
    /// The attributes in the order of the certificate, sets flattened.
    pub attributes: Vec<Attribute>,
    /// How many attributes each set (RelativeDistinguishedName) has; nearly always one.
    sets: Vec<usize>,
}

/// One attribute of a name, such as the CN.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attribute {
    /// Its type; `None` if the object identifier cannot be read.
    pub oid: Option<ObjectIdentifier>,
    /// The tag of its string type.
    pub tag: u8,
    /// Its text; `None` if the bytes are not what the string type says.
    pub text: Option<String>,
    /// The bytes of its value.
    pub value: Box<[u8]>,
}

/// What a person calls the attributes (RFC 4514 section 3, OpenSSL).
const SHORT_NAMES: [(ObjectIdentifier, &str); 11] = [
    (oid::COMMON_NAME, "CN"),
    (oid::SERIAL_NUMBER, "serialNumber"),
    (oid::COUNTRY, "C"),
    (oid::LOCALITY, "L"),
    (oid::STATE, "ST"),
    (oid::STREET, "street"),
    (oid::ORGANIZATION, "O"),
    (oid::ORGANIZATIONAL_UNIT, "OU"),
    (oid::TITLE, "title"),
    (oid::DOMAIN_COMPONENT, "DC"),
    (oid::EMAIL_ADDRESS, "emailAddress"),
];

impl DistinguishedName {
    /// Reads a `Name`, leaving out what cannot be read as an attribute.
    #[must_use]
    pub fn read(name: &Element<'_>) -> Self {
        let (mut attributes, mut sets) = (Vec::new(), Vec::new());
        for set in name.children().map_while(Result::ok) {
            let before = attributes.len();
            attributes.extend(set.children().map_while(Result::ok).filter_map(|pair| Attribute::read(&pair)));
            sets.push(attributes.len() - before);
        }
        Self { der: name.bytes.into(), attributes, sets }
    }

    /// The CNs, in the order of the certificate.
    pub fn common_names(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().filter(|attribute| attribute.oid == Some(oid::COMMON_NAME))
    }

    /// Whether there is no attribute.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }

    /// Whether this name lies below the other: the same sets first, compared as by [`Self::says_the_same`].
    #[must_use]
    pub fn begins_with(&self, other: &Self) -> bool {
        self.sets.len() >= other.sets.len()
            && self.relative().zip(other.relative()).all(|(one, two)| is_same(one, two))
    }

    /// Whether both names say the same by RFC 5280 section 7.1, whatever their string types: the same sets of
    /// attributes in the same order, text compared without the case of ASCII and with runs of blanks as one. That is
    /// what OpenSSL compares; the RFC also folds other letters, and nobody is known to.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.der == other.der
            || (!self.is_empty()
                && self.sets == other.sets
                && self.relative().zip(other.relative()).all(|(one, two)| is_same(one, two)))
    }

    /// One text for all names that say the same, to find them by; names that differ may share it.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        for set in self.relative() {
            // The order inside of a set says nothing.
            let texts = set
                .iter()
                .map(|it| it.text.as_deref().map_or_else(String::new, |text| normalised(text).collect()));
            let mut texts: Vec<String> = texts.collect();
            order::by(&mut texts, Ord::cmp);
            for text in texts {
                out.push_str(&text);
                out.push('\u{0}');
            }
        }
        out
    }

    /// As RFC 4514 writes it: the last set first, and what has a meaning there behind a backslash. A value that is no text is in
    /// hexadecimal.
    #[must_use]
    pub fn to_rfc4514(&self) -> String {
        let mut out = String::new();
        let sets: Vec<&[Attribute]> = self.relative().collect();
        for (number, set) in sets.into_iter().rev().enumerate() {
            for (place, attribute) in set.iter().enumerate() {
                match (number, place) {
                    (0, 0) => {}
                    (_, 0) => out.push(','),
                    _ => out.push('+'),
                }
                attribute.write_rfc4514(&mut out);
            }
        }
        out
    }

    /// The sets of attributes, in order.
    fn relative(&self) -> impl Iterator<Item = &[Attribute]> {
        let mut rest = self.attributes.as_slice();
        self.sets.iter().map(move |&count| {
            let (set, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            rest = behind;
            set
        })
    }
}

/// Whether two sets have the same attributes, in any order.
fn is_same(one: &[Attribute], two: &[Attribute]) -> bool {
    if let ([one], [two]) = (one, two) {
        return one.says_the_same(two);
    }
    let mut left: Vec<&Attribute> = two.iter().collect();
    one.len() == two.len()
        && one.iter().all(|attribute| {
            let found = left.iter().position(|other| attribute.says_the_same(other));
            found.map(|at| left.swap_remove(at)).is_some()
        })
}

/// `CN=device-1, O=Contoso`, in the order of the certificate.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("(empty name)");
        }
        for (index, attribute) in self.attributes.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            attribute.fmt(f)?;
        }
        Ok(())
    }
}

impl Attribute {
    fn read(pair: &Element<'_>) -> Option<Self> {
        let mut parts = pair.children();
        let oid = parts.next_if(tag::OBJECT_IDENTIFIER)?;
        let value = parts.next()?.ok()?;
        Some(Self {
            oid: ObjectIdentifier::from_bytes(oid.content).ok(),
            tag: value.tag,
            text: decode(value.tag, value.content),
            value: value.content.into(),
        })
    }

    /// The name of its string type.
    #[must_use]
    pub const fn string_type(&self) -> &'static str {
        match self.tag {
            tag::UTF8_STRING => "UTF8String",
            tag::PRINTABLE_STRING => "PrintableString",
            tag::TELETEX_STRING => "TeletexString",
            tag::IA5_STRING => "IA5String",
            tag::BMP_STRING => "BMPString",
            tag::UNIVERSAL_STRING => "UniversalString",
            tag::NUMERIC_STRING => "NumericString",
            tag::VISIBLE_STRING => "VisibleString",
            _ => "a type that is no string",
        }
    }

    /// Its text with everything invisible written out; what cannot be read as text in hexadecimal.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.text {
            Some(text) => text::visible(text).into_owned(),
            None => format!("#{}", hex(&self.value)),
        }
    }

    /// What a person calls its type, or the type's numbers.
    fn type_name(&self) -> String {
        let Some(oid) = self.oid else { return "?".to_owned() };
        let short = SHORT_NAMES.iter().find(|(known, _)| *known == oid);
        short.map_or_else(|| oid.to_string(), |(_, short)| (*short).to_owned())
    }

    /// RFC 4514 sections 2.3 and 2.4.
    fn write_rfc4514(&self, out: &mut String) {
        out.push_str(&self.type_name());
        out.push('=');
        let Some(text) = &self.text else {
            out.push('#');
            out.push_str(&hex(&self.value));
            return;
        };
        let last = text.char_indices().next_back().map(|(at, _)| at);
        for (at, character) in text.char_indices() {
            match character {
                '\0' => out.push_str("\\00"),
                '"' | '+' | ',' | ';' | '<' | '>' | '\\' => out.extend(['\\', character]),
                '#' if at == 0 => out.push_str("\\#"),
                ' ' if at == 0 || Some(at) == last => out.push_str("\\ "),
                _ => out.push(character),
            }
        }
    }

    fn says_the_same(&self, other: &Self) -> bool {
        if self.oid != other.oid {
            return false;
        }
        match (&self.text, &other.text) {
            (Some(one), Some(two)) => one == two || normalised(one).eq(normalised(two)),
            _ => self.tag == other.tag && self.value == other.value,
        }
    }
}

/// Without blanks at its ends, each run of others as one, and letters of ASCII in lower case.
fn normalised(text: &str) -> impl Iterator<Item = char> {
    let words = text.split_ascii_whitespace().enumerate();
    words.flat_map(|(index, word)| {
        (index > 0).then_some(' ').into_iter().chain(word.chars().map(|it| it.to_ascii_lowercase()))
    })
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.type_name(), self.shown())
    }
}

pub(in crate::cert) fn decode(tag: u8, content: &[u8]) -> Option<String> {
    match tag {
        tag::UTF8_STRING => String::from_utf8(content.to_vec()).ok(),
        tag::PRINTABLE_STRING | tag::IA5_STRING | tag::VISIBLE_STRING | tag::NUMERIC_STRING => {
            content.is_ascii().then(|| content.iter().copied().map(char::from).collect())
        }
        // In practice Latin-1, whatever T.61 says.
        tag::TELETEX_STRING => Some(content.iter().copied().map(char::from).collect()),
        tag::BMP_STRING => text::utf16_strict(content, text::Order::BigEndian),
        tag::UNIVERSAL_STRING => {
            let (quads, odd) = content.as_chunks::<4>();
            let characters = quads.iter().map(|&quad| char::from_u32(u32::from_be_bytes(quad)));
            characters.collect::<Option<_>>().filter(|_| odd.is_empty())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use x509_cert::der::Decode as _;

    use super::*;

    fn name(parts: &[(&str, u8, &[u8])]) -> DistinguishedName {
        let wrap = |tag: u8, content: &[u8]| {
            let mut out = vec![tag, u8::try_from(content.len()).unwrap()];
            out.extend_from_slice(content);
            out
        };
        let mut content = Vec::new();
        for (oid, tag, value) in parts {
            let oid = wrap(tag::OBJECT_IDENTIFIER, ObjectIdentifier::new_unwrap(oid).as_bytes());
            let pair = wrap(tag::SEQUENCE, &[oid, wrap(*tag, value)].concat());
            content.extend(wrap(tag::SET, &pair));
        }
        let der = wrap(tag::SEQUENCE, &content);
        DistinguishedName::read(&Element::read(&der, 0).unwrap())
    }

    #[test]
    fn every_string_type_is_decoded() {
        for (tag, bytes) in [
            (tag::UTF8_STRING, b"A1".as_slice()),
            (tag::PRINTABLE_STRING, b"A1"),
            (tag::IA5_STRING, b"A1"),
            (tag::TELETEX_STRING, b"A1"),
            (tag::BMP_STRING, b"\0A\x001"),
            (tag::UNIVERSAL_STRING, b"\0\0\0A\0\0\x001"),
        ] {
            assert_eq!(name(&[("2.5.4.3", tag, bytes)]).to_string(), "CN=A1", "tag {tag:#x}");
        }
    }

    #[test]
    fn nothing_is_hidden() {
        let shown = |tag, bytes: &[u8]| name(&[("2.5.4.3", tag, bytes)]).to_string();
        assert_eq!(shown(tag::UTF8_STRING, "a\0b\u{200b}".as_bytes()), "CN=a\\u{0}b\\u{200b}");
        assert_eq!(shown(tag::BMP_STRING, b"\0"), "CN=#00");
        assert_eq!(name(&[]).to_string(), "(empty name)");
    }

    #[test]
    fn rfc_4514_is_written_as_another_library_does() {
        for value in ["a", "a b", " a ", "#1#", "a, \"b\" + c=d\\", "<;>", "München"] {
            let ours = name(&[
                ("2.5.4.6", tag::PRINTABLE_STRING, b"DE"),
                ("2.5.4.10", tag::UTF8_STRING, value.as_bytes()),
                ("2.5.4.3", tag::UTF8_STRING, b"device-1"),
            ]);
            let theirs = x509_cert::name::Name::from_der(&ours.der).unwrap();
            assert_eq!(ours.to_rfc4514(), theirs.to_string(), "{value}");
        }
        assert_eq!(name(&[("1.2.3", tag::BMP_STRING, b"\0")]).to_rfc4514(), "1.2.3=#00");
    }

    #[test]
    fn sets_keep_their_boundaries() {
        let attribute = |oid: &[u8], value: u8| vec![0x30, 8, 6, 3, 0x55, 4, oid[0], 0x0c, 1, value];
        let set = |parts: &[Vec<u8>]| {
            let content = parts.concat();
            [vec![0x31, u8::try_from(content.len()).unwrap()], content].concat()
        };
        let read = |sets: &[Vec<u8>]| {
            let content = sets.concat();
            let der = [vec![0x30, u8::try_from(content.len()).unwrap()], content].concat();
            DistinguishedName::read(&Element::read(&der, 0).unwrap())
        };
        let (o, cn) = (attribute(&[10], b'a'), attribute(&[3], b'b'));
        let two = read(&[set(std::slice::from_ref(&o)), set(std::slice::from_ref(&cn))]);
        let one = read(&[set(&[o.clone(), cn.clone()])]);
        let turned = read(&[set(&[cn, o])]);
        assert!(!two.says_the_same(&one));
        assert!(one.says_the_same(&turned) && one.der != turned.der);
        assert!(!one.begins_with(&two) && two.begins_with(&two));
    }

    #[test]
    fn names_are_compared_by_text() {
        let utf8 =
            name(&[("2.5.4.10", tag::UTF8_STRING, b"Contoso  Ltd"), ("2.5.4.3", tag::UTF8_STRING, b"CA")]);
        let printable = name(&[
            ("2.5.4.10", tag::PRINTABLE_STRING, b"contoso ltd"),
            ("2.5.4.3", tag::UTF8_STRING, b"CA"),
        ]);
        assert_ne!(utf8.der, printable.der);
        assert!(utf8.says_the_same(&printable));
        assert!(!utf8.says_the_same(&name(&[("2.5.4.3", tag::UTF8_STRING, b"CA")])));
    }
}
