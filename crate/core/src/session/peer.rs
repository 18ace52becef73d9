//! Whom a connection is to, and what is said there.

use super::{Config, topic};
use crate::name::Endpoint;

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

    /// The one filter that is subscribed to.
    pub(super) fn filter(&self) -> String {
        format!("{}#", self.responses)
    }
}
