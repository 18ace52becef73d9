//! How TCP gets to an endpoint, as flags and the environment say it.

use std::{env, fmt, path::Path, str::FromStr};

use dps_x509_core::{
    cert,
    finding::{Finding, Place, catalogue},
};
use dps_x509_net::{Bypass, Proxy, ProxyError, Redirection, Route};
use zeroize::Zeroizing;

use crate::{input, terminal};

/// The flags, a part of a command's.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// HTTP proxy that knows CONNECT, `http://[USER:PASSWORD@]HOST[:PORT]`, or @FILE with that in its first line, which
    /// keeps a password out of the list of processes [default: as curl: https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY,
    /// but for the hosts of no_proxy or NO_PROXY]
    #[arg(long, value_name = "URL|@FILE")]
    pub(crate) proxy: Option<ProxyText>,
    /// Use no proxy, whatever the environment says
    #[arg(long)]
    pub(crate) no_proxy: bool,
    /// Take TCP for HOST and PORT to HOST2 and PORT2, as curl does; TLS keeps to HOST; may be repeated
    #[arg(long, value_name = "HOST:PORT:HOST2:PORT2")]
    pub(crate) connect_to: Vec<Redirection>,
}

/// A proxy's URL as it was given; nothing shows it, because of the password.
#[derive(Clone)]
pub(crate) struct ProxyText {
    text: Zeroizing<String>,
    /// Whether it stands among the arguments of the process, which every user of the machine can read.
    is_argument: bool,
}

impl ProxyText {
    /// What a file says.
    pub(crate) fn new(text: String) -> Self {
        Self { text: Zeroizing::new(text), is_argument: false }
    }

    /// The URL itself: what was given, or the first line of the file that was named.
    fn url(&self) -> Result<Zeroizing<String>, Vec<Finding>> {
        let Some(path) = self.text.strip_prefix('@').map(Path::new) else {
            if self.is_argument && self.has_password() {
                terminal::warn(IN_THE_OPEN);
            }
            return Ok(self.text.clone());
        };
        let unreadable = |why: String| vec![cert::unreadable(input::place("--proxy", path), why)];
        let bytes = input::read(path).map_err(|error| unreadable(input::reason(&error)))?;
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        match std::str::from_utf8(line) {
            Ok(line) => Ok(Zeroizing::new(line.trim().to_owned())),
            Err(_) => Err(unreadable("it is no text".to_owned())),
        }
    }

    fn has_password(&self) -> bool {
        let behind_scheme = self.text.split_once("://").map_or(self.text.as_str(), |(_, rest)| rest);
        behind_scheme.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'))
    }
}

const IN_THE_OPEN: &str = "every user of this machine can read the proxy's password in the list of processes; --proxy @FILE, \
                           the settings' file or the variable https_proxy keep it from them";

impl FromStr for ProxyText {
    type Err = std::convert::Infallible;

    /// Takes anything: what is wrong is said without showing it, which the parser of the command line does not.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self { text: Zeroizing::new(text.to_owned()), is_argument: true })
    }
}

impl fmt::Debug for ProxyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyText(…)")
    }
}

impl Args {
    /// The route that the flags and the environment make.
    ///
    /// # Errors
    /// The proxy cannot be used, or is both wanted and not wanted.
    pub(crate) fn route(&self) -> Result<Route, Vec<Finding>> {
        let route = self.connect_to.iter().cloned().fold(Route::direct(), Route::redirect);
        let variable = |name: &str| env::var(name).ok();
        let proxy = match &self.proxy {
            Some(_) if self.no_proxy => {
                let message = "Both --proxy and --no-proxy are given.";
                let finding = Finding::new(&catalogue::SETTINGS_CONTRADICT, message, "Give one of the two.");
                return Err(vec![finding.at(Place::input("--proxy"))]);
            }
            Some(text) => Some(text.url()?.parse().map_err(|error| invalid("--proxy", &error))?),
            None if self.no_proxy => None,
            None => {
                let found = Proxy::of_environment(variable).map_err(|(name, error)| invalid(name, &error))?;
                found.map(|(_, proxy)| proxy)
            }
        };
        Ok(match proxy {
            Some(proxy) => route.through(proxy, Bypass::of_environment(variable)),
            None => route,
        })
    }
}

fn invalid(input: &str, error: &ProxyError) -> Vec<Finding> {
    let next_step = "Write http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with both percent-encoded; or dial \
                     without it: --no-proxy.";
    let message = format!("The proxy's URL cannot be used: {error}.");
    vec![Finding::new(&catalogue::PROXY_URL_INVALID, message, next_step).at(Place::input(input))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_among_the_arguments_is_noticed() {
        for (text, expected) in [
            ("http://user:password@proxy:3128", true),
            ("user:password@proxy", true),
            ("http://user@proxy:3128", false),
            ("http://proxy:3128", false),
        ] {
            assert_eq!(text.parse::<ProxyText>().unwrap().has_password(), expected, "{text}");
        }
    }

    #[test]
    fn the_url_may_be_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("proxy");
        std::fs::write(&path, "http://user:password@proxy:3128\r\nmore\n").unwrap();
        let text: ProxyText = format!("@{}", path.display()).parse().unwrap();
        assert_eq!(text.url().unwrap().as_str(), "http://user:password@proxy:3128");
        let missing: ProxyText = "@/nonexistent/proxy".parse().unwrap();
        let findings = missing.url().unwrap_err();
        let said = findings[0]
            .place
            .input
            .as_ref()
            .map(|input| input.said(dps_x509_core::finding::Naming::CommandLine));
        assert_eq!(said, Some("--proxy"));
    }
}
