//! HTTP proxies: which one, and for which hosts none.

mod bypass;
mod tunnel;
mod url;

use std::fmt;

use base64ct::{Base64, Encoding as _};
pub use bypass::Bypass;
pub(crate) use tunnel::{not_reached, tunnel};
pub use url::ProxyError;
use zeroize::Zeroizing;

/// An HTTP proxy that makes ways by CONNECT (RFC 9110 section 9.3.6), spoken to over plain TCP.
///
/// Written `[http://][USER[:PASSWORD]@]HOST[:PORT]`, user and password percent-encoded, IPv6 addresses in
/// brackets; without a port it is 1080, as in curl. Neither `Debug` nor any failure shows user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    host: String,
    port: u16,
    /// The value of Proxy-Authorization: Basic (RFC 7617).
    authorization: Option<Zeroizing<String>>,
}

impl Proxy {
    /// What the environment says of hosts that are reached over TLS: the proxy of `https_proxy`, `HTTPS_PROXY`,
    /// `all_proxy` or `ALL_PROXY`, the first that is not empty; with the variable's name.
    ///
    /// `variable` looks a variable up, for a program mostly [`std::env::var`].
    ///
    /// # Errors
    /// The first that is not empty is no URL of a proxy; with the variable's name.
    pub fn of_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<(&'static str, Self)>, (&'static str, ProxyError)> {
        let text_of = |name: &'static str| Some((name, variable(name).filter(|text| !text.is_empty())?));
        match VARIABLES.into_iter().find_map(text_of) {
            None => Ok(None),
            Some((name, text)) => {
                let proxy = Zeroizing::new(text).parse().map_err(|error| (name, error))?;
                Ok(Some((name, proxy)))
            }
        }
    }

    /// Host name, or an IP address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// TCP port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether a text has the password in it: an answer may repeat what was asked. A text that is cut off has the
    /// beginning, so the first characters of Basic are enough.
    fn is_repeated_in(&self, text: &str) -> bool {
        let basic = self.authorization.as_ref().and_then(|value| value.strip_prefix("Basic "));
        let Some(basic) = basic else { return false };
        let plain = Zeroizing::new(Base64::decode_vec(basic).unwrap_or_default());
        let password = plain.splitn(2, |byte| *byte == b':').nth(1).unwrap_or_default();
        let is_there = |secret: &[u8]| {
            !secret.is_empty() && text.as_bytes().windows(secret.len()).any(|window| window == secret)
        };
        is_there(basic.as_bytes().get(..BEGINNING).unwrap_or(basic.as_bytes())) || is_there(password)
    }
}

/// As many characters of Basic have three bytes of the user, and nothing of most passwords.
const BEGINNING: usize = 4;

/// In the order in which curl asks.
const VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// `HOST:PORT`.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&authority(&self.host, self.port))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_user = self.authorization.is_some();
        f.debug_struct("Proxy")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("has_user", &has_user)
            .finish()
    }
}

/// Host and port as one word, IPv6 addresses in brackets.
pub(crate) fn authority(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Option<String>, &'static str> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        };
        match Proxy::of_environment(variable) {
            Ok(found) => Ok(found.map(|(name, proxy)| format!("{name} {proxy}"))),
            Err((name, _)) => Err(name),
        }
    }

    #[test]
    fn the_environment_is_asked_in_the_order_of_curl() {
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[("http_proxy", "http://a:1")]), Ok(None));
        let all = [
            ("ALL_PROXY", "a:1"),
            ("all_proxy", "b:2"),
            ("HTTPS_PROXY", "http://c:3"),
            ("https_proxy", "d:4"),
        ];
        let names: Vec<_> = (1..=4).map(|count| of(&all[..count]).unwrap().unwrap()).collect();
        assert_eq!(names, ["ALL_PROXY a:1", "all_proxy b:2", "HTTPS_PROXY c:3", "https_proxy d:4"]);
        assert_eq!(of(&[("https_proxy", ""), ("ALL_PROXY", "a:1")]), Ok(Some("ALL_PROXY a:1".to_owned())));
        assert_eq!(of(&[("https_proxy", "socks5://a"), ("ALL_PROXY", "a:1")]), Err("https_proxy"));
    }

    #[test]
    fn nothing_shows_the_password() {
        let proxy: Proxy = "http://user:secret@proxy:3128".parse().unwrap();
        assert_eq!(proxy.to_string(), "proxy:3128");
        let debug = format!("{proxy:?}");
        assert!(!debug.contains("secret") && !debug.contains("user\""), "{debug}");
        let basic = proxy.authorization.as_ref().unwrap().as_str();
        assert!(!debug.contains(basic.trim_start_matches("Basic ")), "{debug}");
    }
}
