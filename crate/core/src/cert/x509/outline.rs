//! The parts of a DER object as a person reads them: what each is, what it says, and which bytes it is.

use std::ops::Range;

use serde_json::{Value, json};
use x509_cert::spki::ObjectIdentifier;

use crate::cert::{
    der::{Element, Elements, hex, oid, tag},
    x509::distinguished_name::decode,
};

/// One part, and the parts inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// Its type (X.680), or what is wrong with it.
    pub label: String,
    /// What it says, if it says something short.
    pub value: Option<String>,
    /// Its bytes in the whole, header included.
    pub span: Range<usize>,
    /// What is inside, in order.
    pub parts: Vec<Self>,
}

/// How deep it is followed: certificates have some twelve levels.
const DEEPEST: usize = 32;

/// How many parts are listed in all, so that a hostile file stays readable.
const MOST: usize = 4096;

/// Longest value shown, in bytes of the content; the bytes themselves show the rest.
const LONGEST: usize = 48;

/// The parts of `der`, whatever it is. DER inside an OCTET STRING or a BIT STRING, as extensions and keys have it, is
/// followed too. Never fails: where the structure ends, a part says why.
#[must_use]
pub fn outline(der: &[u8]) -> Vec<Part> {
    let mut left = MOST;
    list(Elements::new(der), DEEPEST, &mut left)
}

/// The same as JSON: `label`, `value`, `start`, `end`, `parts`.
#[must_use]
pub fn to_json(parts: &[Part]) -> Value {
    let one = |part: &Part| {
        json!({
            "label": part.label,
            "value": part.value,
            "start": part.span.start,
            "end": part.span.end,
            "parts": to_json(&part.parts),
        })
    };
    parts.iter().map(one).collect()
}

fn list(elements: Elements<'_>, depth: usize, left: &mut usize) -> Vec<Part> {
    let mut parts = Vec::new();
    for element in elements {
        let Some(fewer) = left.checked_sub(1) else { break };
        *left = fewer;
        parts.push(match element {
            Ok(element) => read(&element, depth, left),
            Err(malformed) => Part {
                label: malformed.to_string(),
                value: None,
                span: malformed.offset..malformed.offset + 1,
                parts: Vec::new(),
            },
        });
    }
    parts
}

fn read(element: &Element<'_>, depth: usize, left: &mut usize) -> Part {
    let parts = match depth.checked_sub(1) {
        Some(depth) if element.is_constructed() => list(element.children(), depth, left),
        Some(depth) => inside(element).map(|whole| vec![read(&whole, depth, left)]).unwrap_or_default(),
        None => Vec::new(),
    };
    let value = parts.is_empty().then(|| value(element)).flatten();
    Part { label: label(element.tag), value, span: element.span(), parts }
}

/// The one whole element that the content of a string of octets or bits is.
fn inside<'a>(element: &Element<'a>) -> Option<Element<'a>> {
    let skipped = match element.tag {
        tag::OCTET_STRING => 0,
        // The first octet counts the unused bits.
        tag::BIT_STRING if element.content.first() == Some(&0) => 1,
        _ => return None,
    };
    let content = element.content.get(skipped..)?;
    let whole = Element::read(content, element.content_offset() + skipped).ok()?;
    let is_structure = whole.tag == tag::SEQUENCE || element.tag == tag::OCTET_STRING;
    (is_structure && whole.bytes.len() == content.len() && is_universal(whole.tag)).then_some(whole)
}

/// Of those that bytes which mean nothing are unlikely to begin with.
const fn is_universal(tag: u8) -> bool {
    matches!(tag, tag::SEQUENCE | tag::OCTET_STRING | tag::BIT_STRING | tag::BOOLEAN | tag::INTEGER)
}

fn label(tag: u8) -> String {
    let name = match tag {
        tag::BOOLEAN => "BOOLEAN",
        tag::INTEGER => "INTEGER",
        tag::BIT_STRING => "BIT STRING",
        tag::OCTET_STRING => "OCTET STRING",
        tag::NULL => "NULL",
        tag::OBJECT_IDENTIFIER => "OBJECT IDENTIFIER",
        tag::ENUMERATED => "ENUMERATED",
        tag::UTF8_STRING => "UTF8String",
        tag::NUMERIC_STRING => "NumericString",
        tag::PRINTABLE_STRING => "PrintableString",
        tag::TELETEX_STRING => "TeletexString",
        tag::IA5_STRING => "IA5String",
        tag::UTC_TIME => "UTCTime",
        tag::GENERALIZED_TIME => "GeneralizedTime",
        tag::VISIBLE_STRING => "VisibleString",
        tag::UNIVERSAL_STRING => "UniversalString",
        tag::BMP_STRING => "BMPString",
        tag::SEQUENCE => "SEQUENCE",
        tag::SET => "SET",
        other if other & 0xc0 == 0x80 => return format!("[{}]", other & 0x1f),
        other => return format!("tag 0x{other:02x}"),
    };
    name.to_owned()
}

fn value(element: &Element<'_>) -> Option<String> {
    let content = element.content;
    match element.tag {
        tag::NULL => None,
        tag::BOOLEAN => Some(if content == [0] { "false" } else { "true" }.to_owned()),
        tag::OBJECT_IDENTIFIER => {
            let oid = ObjectIdentifier::from_bytes(content).ok()?;
            Some(oid::name(oid).map_or_else(|| oid.to_string(), |name| format!("{name} ({oid})")))
        }
        tag::INTEGER => {
            Some(element.small_integer().map_or_else(|| short(content), |number| number.to_string()))
        }
        tag::UTC_TIME | tag::GENERALIZED_TIME => {
            Some(String::from_utf8_lossy(content).escape_debug().to_string())
        }
        tag::UTF8_STRING..=tag::PRINTABLE_STRING
        | tag::TELETEX_STRING
        | tag::IA5_STRING
        | tag::VISIBLE_STRING
        | tag::UNIVERSAL_STRING
        | tag::BMP_STRING => {
            let text = decode(element.tag, content)?;
            Some(format!(
                "\"{}\"",
                text.chars().take(LONGEST).flat_map(char::escape_debug).collect::<String>()
            ))
        }
        _ => Some(short(content)),
    }
}

fn short(content: &[u8]) -> String {
    match content.get(..LONGEST / 2) {
        Some(first) => format!("{}… ({} bytes)", hex(first), content.len()),
        None => hex(content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CERTIFICATE: &[u8] = include_bytes!("../../../../../tests/fixture/cert/device-1.der");

    fn flat(parts: &[Part]) -> Vec<&Part> {
        parts.iter().flat_map(|part| [vec![part], flat(&part.parts)].concat()).collect()
    }

    #[test]
    fn a_certificate_is_told_part_by_part() {
        let parts = outline(CERTIFICATE);
        let [whole] = parts.as_slice() else { panic!("{parts:?}") };
        assert_eq!((whole.span.clone(), whole.parts.len()), (0..CERTIFICATE.len(), 3));
        let all = flat(&parts);
        let says = |text: &str| {
            all.iter().any(|part| part.value.as_deref().is_some_and(|value| value.contains(text)))
        };
        for text in ["commonName (2.5.4.3)", "\"device-1\"", "clientAuth", "prime256v1", "ecdsa-with-SHA256"]
        {
            assert!(says(text), "{text}");
        }
    }

    #[test]
    fn parts_lie_in_one_another_and_in_order() {
        for part in flat(&outline(CERTIFICATE)) {
            let mut at = part.span.start;
            for inner in &part.parts {
                assert!(at <= inner.span.start && inner.span.end <= part.span.end, "{part:?}");
                at = inner.span.end;
            }
        }
    }

    #[test]
    fn every_beginning_and_every_changed_byte_is_outlined() {
        for end in 0..CERTIFICATE.len() {
            assert!(outline(&CERTIFICATE[..end]).len() <= 2);
        }
        for at in 0..CERTIFICATE.len() {
            let mut changed = CERTIFICATE.to_vec();
            changed[at] ^= 0xff;
            assert!(
                flat(&outline(&changed)).iter().all(|part| part.span.end <= changed.len() + 1),
                "byte {at}"
            );
        }
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = (0..200).fold(vec![0x05, 0x00], |inner, _| {
            let [high, low] = u16::try_from(inner.len()).unwrap().to_be_bytes();
            [vec![0x30, 0x82, high, low], inner].concat()
        });
        assert_eq!(flat(&outline(&deep)).len(), DEEPEST + 1);
        assert_eq!(outline(&[0x05, 0x00].repeat(2 * MOST)).len(), MOST);
    }
}
