//! Whom a hub lets in.

use rustls::pki_types::UnixTime;
use serde::Deserialize;

use super::HubUserName;
use crate::{
    behaviour::{self, Behaviour},
    certificate::Presented,
    chain::{self, Judgement},
    config::Config,
    registration::Registration,
};

/// How a hub knows its devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HubTrust {
    /// By the thumbprint of the leaf that was provisioned, as DPS leaves it behind.
    #[default]
    Thumbprint,
    /// By that, or by a chain to the CA of an enabled group whose leaf has the device ID as its CN.
    Ca,
}

/// Why a hub does not let a device in.
pub(crate) struct NotAdmitted {
    pub(crate) behaviour: &'static Behaviour,
    pub(crate) evidence: String,
}

/// Whether a hub lets a device in.
pub(crate) fn admit(
    config: &Config,
    user_name: &HubUserName,
    registration: Option<&Registration>,
    presented: Option<&Presented>,
    now: UnixTime,
) -> Result<(), NotAdmitted> {
    let refused = |behaviour, evidence: String| Err(NotAdmitted { behaviour, evidence });
    let HubUserName { host, device_id, .. } = user_name;
    let Some(registration) = registration else {
        return refused(&behaviour::HUB_UNKNOWN, format!("{host} has no device {device_id}"));
    };
    let Some(presented) = presented else {
        return refused(&behaviour::HUB_OTHER_LEAF, "there is no client certificate".to_owned());
    };
    if registration.leaf == Some(presented.leaf.thumbprint) {
        return Ok(());
    }
    let is_named = presented.leaf.common_name().is_some_and(|cn| cn == *device_id);
    if config.hub_trust == HubTrust::Ca
        && is_named
        && let Judgement::Holds(group, _) = chain::judge(presented, config.enrollments.groups(), now)
        && group.terms.enabled
    {
        return Ok(());
    }
    let provisioned = registration.leaf.map(|leaf| leaf.to_string()).unwrap_or_default();
    let presented = presented.leaf.thumbprint;
    refused(
        &behaviour::HUB_OTHER_LEAF,
        format!("provisioned was the leaf {provisioned}, presented was {presented}"),
    )
}
