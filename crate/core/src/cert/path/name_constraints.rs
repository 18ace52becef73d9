//! Name constraints (RFC 5280 sections 4.2.1.10 and 6.1.4 (g)): which names a CA's certificates may have.

use crate::cert::{
    der::{Element, tag},
    x509::{
        certificate::Certificate, distinguished_name::DistinguishedName, extension::oid, rfc5280::Position,
    },
};

const EMAIL: u8 = 0x81;
const DNS: u8 = 0x82;
const DIRECTORY: u8 = 0xa4;
const URI: u8 = 0x86;
const IP: u8 = 0x87;

/// Most comparisons of a name with a constraint, over one path.
pub const MAX_COMPARISONS: usize = 1 << 14;

/// What the constraints of a CA say about a certificate below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Permission {
    /// Every name is allowed.
    Allowed,
    /// A name is excluded, or none of those permitted.
    Forbidden,
    /// The constraints are malformed, or of a kind that is not worked out here and that the certificate has names of.
    Unknown,
    /// There are too many names and constraints.
    TooMuchWork,
}

/// Judges the names of `below`, which stands at a position of the path, by the constraints of `issuer`; `comparisons` is
/// what is left to spend. Not strictly, the constraint of a host may begin with a dot and stands for those below it.
pub(in crate::cert) fn judge(
    issuer: &Certificate,
    (below, position): (&Certificate, Position),
    is_strict: bool,
    comparisons: &mut usize,
) -> Permission {
    let Some(extension) = issuer.extension(oid::NAME_CONSTRAINTS) else { return Permission::Allowed };
    // RFC 5280 forbids constraints of nothing; who is not told to be strict takes them for none.
    let constraints = read(&extension.value, extension.offset).filter(|all| !(is_strict && all.is_empty()));
    let Some(constraints) = constraints else { return Permission::Unknown };
    for name in names(below, position) {
        let (mut has_permitted, mut is_permitted) = (false, false);
        for (is_excluded, base) in constraints.iter().filter(|(_, base)| base.tag == name.tag()) {
            let Some(left) = comparisons.checked_sub(1) else { return Permission::TooMuchWork };
            *comparisons = left;
            match (name.is_within(base, *is_excluded, is_strict), is_excluded) {
                (None, _) => return Permission::Unknown,
                (Some(true), true) => return Permission::Forbidden,
                (Some(within), false) => {
                    has_permitted = true;
                    is_permitted |= within;
                }
                (Some(false), true) => {}
            }
        }
        if has_permitted && !is_permitted {
            return Permission::Forbidden;
        }
    }
    Permission::Allowed
}

/// The subtrees, and whether each is excluded. `minimum` and `maximum` must be absent or zero (section 4.2.1.10).
fn read(value: &[u8], offset: usize) -> Option<Vec<(bool, Element<'_>)>> {
    let sequence = Element::read(value, offset).ok().filter(|element| element.tag == tag::SEQUENCE)?;
    let mut out = Vec::new();
    for subtrees in sequence.children() {
        let subtrees = subtrees.ok()?;
        let is_excluded = match subtrees.tag {
            tag::CONTEXT_0 => false,
            tag::CONTEXT_1 => true,
            _ => return None,
        };
        for subtree in subtrees.children() {
            let mut parts = subtree.ok()?.children();
            out.push((is_excluded, parts.next()?.ok()?));
            if parts.next().is_some() {
                return None;
            }
        }
    }
    Some(out)
}

/// A name that constraints can speak of.
enum Name<'a> {
    Directory(DistinguishedName),
    Other(Element<'a>),
    Email(&'a str),
    /// A CN that looks like the name of a host: OpenSSL takes it for one where a leaf has none in its SAN.
    Host(&'a str),
}

/// Whether a CN is of labels of letters, digits, hyphens and underscores with dots in between, at least two of them.
fn is_host(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.contains('.')
        && name.split('.').all(|label| {
            let bytes = label.as_bytes();
            bytes.first().zip(bytes.last()).is_some_and(|(first, last)| is_inner(*first) && is_inner(*last))
                && bytes.iter().all(|&byte| is_inner(byte) || byte == b'-')
        })
}

fn names(certificate: &Certificate, position: Position) -> Vec<Name<'_>> {
    let mut out = Vec::new();
    if !certificate.subject.is_empty() {
        out.push(Name::Directory(certificate.subject.clone()));
    }
    let list = certificate.extension(oid::SUBJECT_ALT_NAME);
    let list = list.and_then(|list| Element::read(&list.value, list.offset).ok());
    for name in list.iter().flat_map(|list| list.children().map_while(Result::ok)) {
        match (name.tag, Element::read(name.content, 0)) {
            (DIRECTORY, Ok(directory)) => out.push(Name::Directory(DistinguishedName::read(&directory))),
            _ => out.push(Name::Other(name)),
        }
    }
    // Without a SAN an e-mail address in the subject counts (section 4.2.1.10).
    if list.is_none() {
        let emails = certificate.subject.attributes.iter().filter(|it| it.oid == Some(oid::EMAIL_ADDRESS));
        out.extend(emails.filter_map(|attribute| attribute.text.as_deref()).map(Name::Email));
    }
    let has_host = list.iter().flat_map(|list| list.children().map_while(Result::ok)).any(|it| it.tag == DNS);
    if position == Position::Leaf && !has_host {
        let names = certificate.subject.common_names().filter_map(|name| name.text.as_deref());
        out.extend(names.filter(|name| is_host(name)).map(Name::Host));
    }
    out
}

impl Name<'_> {
    const fn tag(&self) -> u8 {
        match self {
            Self::Directory(_) => DIRECTORY,
            Self::Email(_) => EMAIL,
            Self::Host(_) => DNS,
            Self::Other(name) => name.tag,
        }
    }

    /// Whether it lies within the subtree; `None` if that cannot be told. A wildcard lies within an excluded subtree as
    /// soon as one of the names that it stands for does.
    fn is_within(&self, base: &Element<'_>, is_excluded: bool, is_strict: bool) -> Option<bool> {
        let text = |bytes| str::from_utf8(bytes).ok().filter(|text| text.is_ascii());
        match self {
            Self::Directory(name) => {
                let base = Element::read(base.content, 0).ok().filter(|base| base.tag == tag::SEQUENCE)?;
                Some(name.begins_with(&DistinguishedName::read(&base)))
            }
            Self::Email(address) => email(address, text(base.content)?),
            Self::Host(name) => dns(name, text(base.content)?, is_excluded, is_strict),
            Self::Other(name) => match name.tag {
                DNS => dns(text(name.content)?, text(base.content)?, is_excluded, is_strict),
                URI => uri(text(name.content)?, text(base.content)?),
                EMAIL => email(text(name.content)?, text(base.content)?),
                IP => ip(name.content, base.content),
                _ => None,
            },
        }
    }
}

fn dns(name: &str, base: &str, is_excluded: bool, is_strict: bool) -> Option<bool> {
    if !is_strict && base.starts_with('.') {
        return Some(
            name.len() > base.len() && name.to_ascii_lowercase().ends_with(&base.to_ascii_lowercase()),
        );
    }
    let is_malformed = |name: &str| name.split('.').any(str::is_empty);
    if (!base.is_empty() && is_malformed(base)) || is_malformed(name) || base.contains('*') {
        return None;
    }
    let (name, base) = (name.to_ascii_lowercase(), base.to_ascii_lowercase());
    let within = |name: &str, base: &str| {
        base.is_empty() || name == base || name.strip_suffix(base).is_some_and(|rest| rest.ends_with('.'))
    };
    Some(match name.strip_prefix("*.") {
        // The star can be the first label of the base.
        Some(parent) if is_excluded => {
            within(parent, &base) || base.split_once('.').is_some_and(|(_, rest)| rest == parent)
        }
        Some(parent) => within(parent, &base),
        None => within(&name, &base),
    })
}

/// The host of a URI; a base that begins with a dot stands for those below it (section 4.2.1.10).
fn uri(uri: &str, base: &str) -> Option<bool> {
    let (_, rest) = uri.split_once("://")?;
    let host = rest.split([':', '/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    if host.is_empty() {
        return None;
    }
    let (host, base) = (host.to_ascii_lowercase(), base.to_ascii_lowercase());
    Some(if base.starts_with('.') { host.len() > base.len() && host.ends_with(&base) } else { host == base })
}

fn email(address: &str, base: &str) -> Option<bool> {
    let (local, host) = address.split_once('@').filter(|(_, host)| !host.contains('@'))?;
    Some(match base.rsplit_once('@') {
        Some((base_local, base_host)) => local == base_local && host.eq_ignore_ascii_case(base_host),
        None if base.starts_with('.') => {
            host.len() > base.len() && host.to_ascii_lowercase().ends_with(&base.to_ascii_lowercase())
        }
        None => host.eq_ignore_ascii_case(base),
    })
}

/// An address, and a constraint of address and mask.
fn ip(address: &[u8], base: &[u8]) -> Option<bool> {
    let (network, mask) = base.split_at_checked(base.len() / 2)?;
    let is_whole = matches!(base.len(), 8 | 32) && matches!(address.len(), 4 | 16);
    // Ones, then zeros.
    let bits = mask.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1));
    if !is_whole || !bits.is_sorted_by(|one, next| one >= next) {
        return None;
    }
    let agrees = |((address, network), mask): ((&u8, &u8), &u8)| address & mask == network & mask;
    Some(address.len() == network.len() && address.iter().zip(network).zip(mask).all(agrees))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtrees() {
        let permits = |name, base| dns(name, base, false, true);
        assert_eq!(permits("a.b.example", "b.example"), Some(true));
        assert_eq!(permits("ab.example", "b.example"), Some(false));
        assert_eq!(dns("*.example", "bar.example", true, true), Some(true));
        assert_eq!(permits("*.example", "bar.example"), Some(false));
        assert_eq!(permits("a.example", ".example"), None);
        assert_eq!(permits(".a.example", "example"), None);
        assert_eq!(dns("a.example", ".example", false, false), Some(true));
        assert_eq!(dns("example", ".example", false, false), Some(false));
        assert_eq!(uri("https://a.example:8443/x", ".example"), Some(true));
        assert_eq!(uri("https://a.example/x", "example"), Some(false));
        assert_eq!(uri("urn:dev:a", ".example"), None);
        assert!(is_host("a_1.b-2.example") && !is_host("device-1") && !is_host("a-.example"));
        assert_eq!(email("a@b@example", "example"), None);
        assert_eq!(email("a@b.example", ".example"), Some(true));
        assert_eq!(email("a@example", ".example"), Some(false));
        assert_eq!(email("a@example", "A@example"), Some(false));
        assert_eq!(ip(&[10, 1, 2, 3], &[10, 0, 0, 0, 255, 0, 0, 0]), Some(true));
        assert_eq!(ip(&[10, 1, 2, 3], &[10, 0, 0, 0, 255, 0, 255, 0]), None);
    }

    #[test]
    fn the_edges_of_subtrees() {
        let permits = |name, base| dns(name, base, false, true);
        assert_eq!(permits("b.example", "b.example"), Some(true));
        assert_eq!(permits("a.example", ""), Some(true));
        assert_eq!(permits("a.example", "*.example"), None);
        assert_eq!(dns(".example", ".example", false, false), Some(false));
        assert_eq!(uri("https://", "example"), None);
        assert_eq!(uri("https://.example/x", ".example"), Some(false));
        assert_eq!(email("a@b", "a@c"), Some(false));
        assert_eq!(email("b@example", "a@example"), Some(false));
        assert_eq!(email("a@.example", ".example"), Some(false));
        assert_eq!(email("a@example", "Example"), Some(true));
        assert_eq!(ip(&[10, 1, 2, 3], &[10, 0, 0, 255, 0, 0]), None);
        assert_eq!(ip(&[10, 1, 2], &[10, 0, 0, 0, 255, 0, 0, 0]), None);
        assert_eq!(ip(&[10; 16], &[10, 0, 0, 0, 255, 0, 0, 0]), Some(false));
    }
}
