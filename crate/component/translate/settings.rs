//! Settings, into the core.

use std::time::Duration;

use dps_x509_core::{
    finding::Finding,
    name::Transport,
    session::{self, Config, Seed, mqtt::Qos},
};

use crate::contract::session::{MqttTransport, QualityOfService, Settings};

/// Parses the settings; the findings beside a configuration are warnings.
pub(crate) fn read(settings: &Settings) -> Result<(Config, Vec<Finding>), Vec<Finding>> {
    let settings = settings.clone();
    session::Settings {
        id_scope: settings.id_scope,
        registration_id: settings.registration_id,
        endpoint: settings.endpoint,
        transport: match settings.transport {
            MqttTransport::Mqtt => Transport::Mqtt,
            MqttTransport::Websocket => Transport::WebSocket,
        },
        api_version: settings.api_version,
        client_version: settings.client_version,
        payload: settings.payload,
        csr: settings.csr,
        check_hub: settings.check_hub,
        timeout: settings.timeout.map(Duration::from_nanos),
        keep_alive: settings.keep_alive.map(Duration::from_nanos),
        qos: match settings.qos {
            QualityOfService::AtMostOnce => Qos::AtMostOnce,
            QualityOfService::AtLeastOnce => Qos::AtLeastOnce,
        },
    }
    .parse()
}

/// The sixteen random bytes.
pub(crate) fn seed((high, low): (u64, u64)) -> Seed {
    Seed((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
}
