//! The Azure clouds, each with its own global endpoint, hubs and roots.

use std::{fmt, str::FromStr};

use super::Endpoint;
use crate::text::Quoted;

/// An Azure cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_enums, reason = "whoever trusts a cloud has roots for each")]
pub enum Cloud {
    /// The public cloud.
    #[default]
    Public,
    /// Azure US Government.
    UsGov,
    /// Azure operated by 21Vianet in China.
    China,
}

impl Cloud {
    /// All of them, in the order of the help text.
    pub const ALL: [Self; 3] = [Self::Public, Self::UsGov, Self::China];

    /// The word for it on the command line and in configurations.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::UsGov => "usgov",
            Self::China => "china",
        }
    }

    /// Host name of the global DPS endpoint (private-link DNS documents; iotedge#6675 for US Government).
    #[must_use]
    pub const fn global_host(self) -> &'static str {
        match self {
            Self::Public => "global.azure-devices-provisioning.net",
            Self::UsGov => "global.azure-devices-provisioning.us",
            Self::China => "global.azure-devices-provisioning.cn",
        }
    }

    /// What the names of this cloud's IoT hubs end in.
    #[must_use]
    pub const fn hub_suffix(self) -> &'static str {
        match self {
            Self::Public => ".azure-devices.net",
            Self::UsGov => ".azure-devices.us",
            Self::China => ".azure-devices.cn",
        }
    }

    /// The global DPS endpoint, on the MQTT port.
    #[must_use]
    pub fn global_endpoint(self) -> Endpoint {
        Endpoint { host: self.global_host().to_owned(), port: Endpoint::DEFAULT_PORT }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Cloud {
    type Err = CloudError;

    fn from_str(text: &str) -> Result<Self, CloudError> {
        Self::ALL
            .into_iter()
            .find(|cloud| cloud.as_str() == text)
            .ok_or_else(|| CloudError { text: text.to_owned() })
    }
}

/// The text names no cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloudError {
    /// What was given.
    pub text: String,
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a cloud; there are public, usgov and china", Quoted(&self.text))
    }
}

impl std::error::Error for CloudError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_endpoints() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.as_str().parse(), Ok(cloud));
            assert_eq!(cloud.global_host().parse::<Endpoint>().unwrap(), cloud.global_endpoint());
        }
        assert_eq!("germany".parse::<Cloud>(), Err(CloudError { text: "germany".to_owned() }));
    }
}
