//! A proxy's URL.

use std::{fmt, str::FromStr};

use base64ct::{Base64, Encoding as _};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::Proxy;

/// Of curl, for a proxy's URL without a port.
const DEFAULT_PORT: u16 = 1080;

impl FromStr for Proxy {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some((scheme, _)) => return Err(ProxyError::Scheme { scheme: scheme.to_ascii_lowercase() }),
            None => text,
        };
        let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        // A password with such a character in it ends here, and the user would be taken for the host.
        if behind.contains('@') {
            return Err(ProxyError::NotEncoded);
        }
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = match place.strip_prefix('[') {
            Some(inside) => inside.split_once(']').ok_or(ProxyError::Host)?,
            None => place.find(':').map_or((place, ""), |colon| place.split_at(colon)),
        };
        let host_is_plain = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
        if host.is_empty() || !host_is_plain {
            return Err(ProxyError::Host);
        }
        let port = match port.strip_prefix(':') {
            None if port.is_empty() => DEFAULT_PORT,
            None => return Err(ProxyError::Host),
            Some(port) => port.parse().ok().filter(|port| *port != 0).ok_or(ProxyError::Port)?,
        };
        Ok(Self { host: host.to_owned(), port, authorization: user.map(basic) })
    }
}

/// `Basic` with user and password (RFC 7617 section 2). Without a colon the password is empty.
fn basic(user: &str) -> Zeroizing<String> {
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let mut plain = Zeroizing::new(Vec::with_capacity(user.len() + 1 + password.len()));
    plain.extend(percent_decode_str(user));
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    let encoded = Zeroizing::new(Base64::encode_string(&plain));
    Zeroizing::new(format!("Basic {}", encoded.as_str()))
}

/// Why a text is no proxy's URL. Nothing of a user or a password is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyError {
    /// It is not `http`.
    Scheme {
        /// What it is instead.
        scheme: String,
    },
    /// There is no host, or no possible one.
    Host,
    /// The port is no number from 1 to 65535.
    Port,
    /// The user or the password has `/`, `?` or `#`, and not percent-encoded.
    NotEncoded,
}

/// What people write in front of a proxy's name and this program does not speak. Of whatever else stands there nobody knows what
/// it is, so it is not shown.
const SCHEMES: [&str; 8] = ["https", "socks", "socks4", "socks4a", "socks5", "socks5h", "ftp", "ws"];

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme { scheme } if SCHEMES.contains(&scheme.as_str()) => {
                write!(f, "proxies are spoken to as http://, not as {scheme}://")
            }
            Self::Scheme { .. } => f.write_str("proxies are spoken to as http://"),
            Self::Host => f.write_str("it has no host, or no possible one"),
            Self::Port => f.write_str("its port is no number from 1 to 65535"),
            Self::NotEncoded => f.write_str("/, ? and # in a password are written %2F, %3F and %23"),
        }
    }
}

impl std::error::Error for ProxyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_read_as_curl_reads_them() {
        for (text, place) in [
            ("proxy", "proxy:1080"),
            ("proxy:3128", "proxy:3128"),
            ("HTTP://proxy.example:3128/", "proxy.example:3128"),
            ("http://[::1]:3128", "[::1]:3128"),
            ("http://u:p@[::1]", "[::1]:1080"),
        ] {
            assert_eq!(text.parse::<Proxy>().unwrap().to_string(), place, "{text}");
        }
    }

    #[test]
    fn user_and_password_are_decoded() {
        let authorization = |text: &str| text.parse::<Proxy>().unwrap().authorization.unwrap().to_string();
        // The example of RFC 7617 section 2.
        assert_eq!(
            authorization("http://Aladdin:open%20sesame@proxy:1"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(authorization("http://u:p@ss@proxy:1"), authorization("http://u:p%40ss@proxy:1"));
        assert_eq!(authorization("u@proxy:1"), "Basic dTo=");
    }

    #[test]
    fn what_is_no_http_proxy_is_said() {
        for (text, error) in [
            ("", ProxyError::Host),
            ("http://", ProxyError::Host),
            ("http://u:p@", ProxyError::Host),
            ("http://pro xy:1", ProxyError::Host),
            ("http://[::1:1", ProxyError::Host),
            ("http://[::1]1", ProxyError::Host),
            ("proxy:0", ProxyError::Port),
            ("proxy:secret", ProxyError::Port),
            ("socks5://proxy:1", ProxyError::Scheme { scheme: "socks5".to_owned() }),
        ] {
            assert_eq!(text.parse::<Proxy>().unwrap_err(), error, "{text}");
        }
        // A password with "://" in it must not be taken for a scheme and shown.
        for text in ["user:secret://x@proxy:1", "secret://x@proxy:1"] {
            let error = text.parse::<Proxy>().unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    /// Up to there it could be a host and a port: a password's first digits, which would be dialled and told.
    #[test]
    fn a_password_that_is_not_encoded_is_no_port() {
        for text in
            ["http://user:8461/x@proxy:3128", "user:8461?x@proxy", "http://user:8461#x@proxy", "u/:x@proxy"]
        {
            assert_eq!(text.parse::<Proxy>().unwrap_err(), ProxyError::NotEncoded, "{text}");
        }
    }
}
