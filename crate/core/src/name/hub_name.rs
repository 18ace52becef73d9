//! The name of an IoT hub, as the service assigns it.

use std::{fmt, net::Ipv6Addr};

use super::host_name::host_name_fault;

/// The host name of an IoT hub (RFC 1123 section 2.1): labels of letters, digits, `-` and `_` between dots, at most 253
/// characters. No port, no path, no user, no dot at the end: what is none of that cannot be connected to, and whoever
/// puts it together with other text would say something else than was meant.
///
/// DPS assigns names. An IPv4 address has the same form and is taken as well: it is what the hub of a test has, where
/// several emulators listen side by side, or a board reaches one without a name service. Whether it is dialled is for
/// the list of what may be dialled to say. One of IPv6 has colons, and is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HubName(String);

impl HubName {
    /// Parses a name.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn new(text: &str) -> Result<Self, HubNameError> {
        if text.is_empty() {
            return Err(HubNameError::Empty);
        }
        if text.parse::<Ipv6Addr>().is_ok() {
            return Err(HubNameError::Address);
        }
        match host_name_fault(text) {
            None => Ok(Self(text.to_owned())),
            Some(reason) => Err(HubNameError::NotAHostName { reason }),
        }
    }

    /// The name as the service wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HubName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no [`HubName`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HubNameError {
    /// There is nothing.
    Empty,
    /// It is an address of IPv6.
    Address,
    /// It breaks a rule of RFC 1123.
    NotAHostName {
        /// Which one.
        reason: &'static str,
    },
}

impl fmt::Display for HubNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Address => f.write_str("it is an IPv6 address, and not a name"),
            Self::NotAHostName { reason } => write!(f, "it is not a host name: {reason}"),
        }
    }
}

impl std::error::Error for HubNameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_hubs() {
        for name in ["contoso.azure-devices.net", "h", "localhost", "Hub_1.azure-devices.us", &"a".repeat(63)]
            .into_iter()
            .chain(["127.8.4.2", "192.168.4.20"])
        {
            assert_eq!(HubName::new(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_is_no_name_of_a_hub() {
        let long_label = format!("{}.azure-devices.net", "a".repeat(64));
        for wrong in [
            "",
            ".",
            "a.azure-devices.net.",
            "a.azure-devices.net@evil.example",
            "a.azure-devices.net:8883",
            "a.azure-devices.net/",
            "https://a.azure-devices.net",
            "a.azure-devices.net\n",
            " a.azure-devices.net",
            "a.azure-devices.net\0",
            "a..net",
            "-a.net",
            "bücher.azure-devices.net",
            "a.azure\u{200b}-devices.net",
            "ａ.azure-devices.net",
            "10.0.0.1:8883",
            "::1",
            "::ffff:10.0.0.1",
            "[::1]",
            "%61.azure-devices.net",
            "a b",
            "a,b",
            &long_label,
            &"a.".repeat(200),
            &"a".repeat(65_000),
        ] {
            assert!(HubName::new(wrong).is_err(), "{wrong:?}");
        }
    }
}
