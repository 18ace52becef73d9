//! Whom a connection is to, and what is said there.

use super::{Config, reply::Assigned, topic};
use crate::name::Endpoint;

/// The version of the hub's interface that its MQTT document names.
const HUB_API_VERSION: &str = "2021-04-12";

/// A service, and who this device is to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Peer {
    pub(super) endpoint: Endpoint,
    pub(super) client_id: String,
    pub(super) user_name: String,
    /// What the topics of its responses begin with.
    pub(super) responses: &'static str,
}

impl Peer {
    /// DPS.
    pub(super) fn dps(config: &Config) -> Self {
        Self {
            endpoint: config.endpoint.clone(),
            client_id: config.registration_id.to_string(),
            user_name: config.user_name(),
            responses: topic::RESPONSES,
        }
    }

    /// The hub that DPS has assigned (`iot-mqtt-connect-to-iot-hub`), reached as DPS is.
    pub(super) fn hub(config: &Config, assigned: &Assigned) -> Self {
        let Assigned { assigned_hub, device_id, .. } = assigned;
        Self {
            endpoint: Endpoint::hub(assigned_hub, config.transport),
            client_id: device_id.clone(),
            user_name: format!("{assigned_hub}/{device_id}/?api-version={HUB_API_VERSION}"),
            responses: topic::TWIN_RESPONSES,
        }
    }

    /// The one filter that is subscribed to.
    pub(super) fn filter(&self) -> String {
        format!("{}#", self.responses)
    }
}
