//! For which hosts there is no proxy.

use std::net::IpAddr;

/// The hosts that are dialled without a proxy, as `NO_PROXY` says it and curl reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bypass(Vec<String>);

impl Bypass {
    /// Reads a list with commas or blanks in between. `*` stands for every host, a name for itself and everything
    /// below it (a dot in front changes nothing), an address for itself, `10.0.0.0/8` for a network.
    #[must_use]
    pub fn new(list: &str) -> Self {
        let words = list.split([',', ' ', '\t']).map(str::trim).filter(|word| !word.is_empty());
        Self(words.map(str::to_ascii_lowercase).collect())
    }

    /// The list of `no_proxy`, or if that is not set of `NO_PROXY`.
    ///
    /// `variable` looks a variable up, for a program mostly [`std::env::var`].
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let list = variable("no_proxy").or_else(|| variable("NO_PROXY"));
        list.map(|list| Self::new(&list)).unwrap_or_default()
    }

    /// Whether this host (a name, or an address without brackets) is dialled without a proxy.
    #[must_use]
    pub fn contains(&self, host: &str) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok();
        self.0.iter().any(|word| match address {
            _ if word == "*" => true,
            Some(address) => is_in(address, word),
            None => {
                let name = word.strip_prefix('.').unwrap_or(word);
                let name = name.strip_suffix('.').unwrap_or(name);
                let above = host.strip_suffix(name).filter(|_| !name.is_empty());
                above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
            }
        })
    }
}

/// Whether an address is the one that is written, or in the network that is (RFC 4632 section 3.1).
fn is_in(address: IpAddr, written: &str) -> bool {
    let (network, length) = match written.split_once('/') {
        Some((network, length)) => (network, Some(length)),
        None => (written, None),
    };
    let network = network.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(network);
    let Ok(network) = network.parse::<IpAddr>() else { return false };
    let (address, network, bits) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            (u128::from(address.to_bits()), u128::from(network.to_bits()), 32)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        _ => return false,
    };
    match length.map_or(Some(bits), |length| length.parse::<u32>().ok()) {
        // Shifting everything out leaves nothing to differ.
        Some(length) if length <= bits => (address ^ network).checked_shr(bits - length).unwrap_or(0) == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cover_what_is_below_them() {
        let bypass = Bypass::new("localhost, .Example.com azure.example.");
        for host in ["localhost", "example.com", "www.EXAMPLE.com", "example.com.", "a.azure.example"] {
            assert!(bypass.contains(host), "{host}");
        }
        for host in ["notexample.com", "example.com.evil", "localhos", "127.0.0.1", ""] {
            assert!(!bypass.contains(host), "{host}");
        }
    }

    #[test]
    fn addresses_and_networks_cover_addresses() {
        let bypass = Bypass::new("127.0.0.1,10.0.0.0/8,192.168.3.0/25,[::1],fd00::/8,1.2.3.4/33,5.6.7.8/x");
        for host in ["127.0.0.1", "10.255.0.1", "192.168.3.127", "::1", "fdff::1"] {
            assert!(bypass.contains(host), "{host}");
        }
        for host in ["127.0.0.2", "11.0.0.1", "192.168.3.128", "::2", "fe00::1", "1.2.3.4", "5.6.7.8"] {
            assert!(!bypass.contains(host), "{host}");
        }
        assert!(Bypass::new("0.0.0.0/0").contains("8.8.8.8") && Bypass::new("::/0").contains("2001:db8::1"));
    }

    #[test]
    fn a_star_covers_everything_and_nothing_covers_nothing() {
        assert!(Bypass::new("*").contains("anything.example") && Bypass::new("a,*").contains("::1"));
        assert!(!Bypass::new("").contains("localhost") && !Bypass::new(" , .").contains("localhost"));
    }

    #[test]
    fn the_small_letters_win() {
        let variable = |name: &str| match name {
            "no_proxy" => Some("a.example".to_owned()),
            "NO_PROXY" => Some("b.example".to_owned()),
            _ => None,
        };
        let bypass = Bypass::of_environment(variable);
        assert!(bypass.contains("a.example") && !bypass.contains("b.example"));
    }
}
