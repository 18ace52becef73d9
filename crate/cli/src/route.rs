//! How TCP gets to an endpoint, as flags and the environment say it.

use std::{env, fmt, str::FromStr};

use dps_x509_core::finding::{Finding, Place, catalogue};
use dps_x509_net::{Bypass, Proxy, ProxyError, Redirection, Route};
use zeroize::Zeroizing;

/// The flags, a part of a command's.
#[derive(Debug, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// HTTP proxy that knows CONNECT, `http://[USER:PASSWORD@]HOST[:PORT]` [default: as curl: https_proxy,
    /// HTTPS_PROXY, all_proxy, ALL_PROXY, but for the hosts of no_proxy or NO_PROXY]
    #[arg(long, value_name = "URL")]
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
pub(crate) struct ProxyText(Zeroizing<String>);

impl ProxyText {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl FromStr for ProxyText {
    type Err = std::convert::Infallible;

    /// Takes anything: what is wrong is said without showing it, which the parser of the command line does not.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text.to_owned()))
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
            Some(text) => Some(text.0.parse().map_err(|error| invalid("--proxy", &error))?),
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
