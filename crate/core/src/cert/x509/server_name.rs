//! Whether a certificate names a server (RFC 9525): by its subjectAltName alone, the CN does not count.

use std::net::IpAddr;

use crate::cert::{
    der::{Element, tag},
    x509::{certificate::Certificate, extension::oid},
};

/// The name by which a server was called.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a server is called by a name or an address")]
pub enum ServerName {
    /// A host name.
    Dns(String),
    /// An address.
    Ip(IpAddr),
}

const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

impl ServerName {
    /// Whether the certificate is for this server. A `*` stands for the whole first label (RFC 9525 section 6.3).
    #[must_use]
    pub fn is_named_by(&self, certificate: &Certificate) -> bool {
        let Some(extension) = certificate.extension(oid::SUBJECT_ALT_NAME) else { return false };
        let list =
            Element::read(&extension.value, extension.offset).ok().filter(|list| list.tag == tag::SEQUENCE);
        list.is_some_and(|list| list.children().map_while(Result::ok).any(|name| self.is(&name)))
    }

    fn is(&self, name: &Element<'_>) -> bool {
        match (self, name.tag) {
            (Self::Dns(host), DNS_NAME) => {
                str::from_utf8(name.content).is_ok_and(|pattern| dns_matches(pattern, host))
            }
            (Self::Ip(IpAddr::V4(address)), IP_ADDRESS) => name.content == address.octets(),
            (Self::Ip(IpAddr::V6(address)), IP_ADDRESS) => name.content == address.octets(),
            _ => false,
        }
    }
}

fn dns_matches(pattern: &str, host: &str) -> bool {
    let is_host_name = |name: &str| {
        name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    match pattern.strip_prefix("*.") {
        Some(parent) => {
            let rest = host.split_once('.').map(|(_, rest)| rest);
            // At least two labels behind the star: nobody owns a whole top-level domain.
            parent.contains('.')
                && is_host_name(parent)
                && rest.is_some_and(|rest| rest.eq_ignore_ascii_case(parent))
        }
        None => is_host_name(pattern) && pattern.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names() {
        for (pattern, host) in
            [("a.example", "A.Example"), ("*.b.example", "a.b.example"), ("a.example", "a.example.")]
        {
            assert!(dns_matches(pattern, host), "{pattern} {host}");
        }
        for (pattern, host) in [
            ("*.b.example", "b.example"),
            ("*.b.example", "x.a.b.example"),
            ("*.example", "a.example"),
            ("a*.b.example", "ab.b.example"),
            ("*", "example"),
            ("", ""),
        ] {
            assert!(!dns_matches(pattern, host), "{pattern} {host}");
        }
    }
}
