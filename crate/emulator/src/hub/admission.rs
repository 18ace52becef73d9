//! Whom a hub lets in.

use rustls::pki_types::UnixTime;
use serde::Deserialize;

use super::{Authentication, HubUserName, Identity};
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
    (identity, registration): (Option<&Identity>, Option<&Registration>),
    presented: Option<&Presented>,
    now: UnixTime,
) -> Result<(), NotAdmitted> {
    let refused = |behaviour, evidence: String| Err(NotAdmitted { behaviour, evidence });
    let HubUserName { host, device_id, .. } = user_name;
    let Some(identity) = identity else {
        return refused(&behaviour::HUB_UNKNOWN, format!("{host} has no device {device_id}"));
    };
    if !identity.is_enabled {
        return refused(&behaviour::HUB_DISABLED, format!("{device_id} is disabled at {host}"));
    }
    let Some(presented) = presented else {
        return refused(&behaviour::HUB_OTHER_LEAF, "there is no client certificate".to_owned());
    };
    let is_known = match identity.authentication {
        Authentication::Provisioned => {
            registration.is_some_and(|it| it.leaf == Some(presented.leaf.thumbprint))
        }
        Authentication::Thumbprints { .. } => identity.is_of(presented),
        Authentication::Authority => false,
    };
    if is_known {
        return Ok(());
    }
    let is_by_chain = match identity.authentication {
        Authentication::Provisioned => config.hub_trust == HubTrust::Ca,
        Authentication::Thumbprints { .. } => false,
        Authentication::Authority => true,
    };
    let is_named = presented.leaf.common_name().is_some_and(|cn| cn == *device_id);
    if is_by_chain
        && is_named
        && let Judgement::Holds(group, _) = chain::judge(presented, config.enrollments.groups(), now)
        && group.terms.enabled
    {
        return Ok(());
    }
    let leaf = registration.and_then(|it| it.leaf).map(|leaf| leaf.to_string()).unwrap_or_default();
    let known = match &identity.authentication {
        Authentication::Provisioned => format!("provisioned was the leaf {leaf}"),
        Authentication::Thumbprints { .. } => "the registry has other thumbprints".to_owned(),
        Authentication::Authority => {
            "the registry wants a chain to the CA of a group, with the CN of the device".to_owned()
        }
    };
    let presented = presented.leaf.thumbprint;
    refused(&behaviour::HUB_OTHER_LEAF, format!("{known}, presented was {presented}"))
}
