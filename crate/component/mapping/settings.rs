//! Settings.

use std::time::Duration;

use dps_x509_core::{
    name::Transport,
    session::{self, Seed, mqtt::Qos},
};

use super::nanos;
use crate::contract::session::{MqttTransport, QualityOfService, Settings};

/// The settings, to be parsed by whoever gets them.
pub(crate) fn read(settings: Settings) -> session::Settings {
    session::Settings {
        id_scope: settings.id_scope,
        registration_id: settings.registration_id,
        endpoint: settings.endpoint,
        transport: transport(settings.transport),
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
}

/// What MQTT travels in.
pub(crate) const fn transport(transport: MqttTransport) -> Transport {
    match transport {
        MqttTransport::Mqtt => Transport::Mqtt,
        MqttTransport::Websocket => Transport::WebSocket,
    }
}

/// The settings as they were written, with dice.
pub(crate) fn write(settings: session::Settings, seed: Seed) -> Settings {
    Settings {
        id_scope: settings.id_scope,
        registration_id: settings.registration_id,
        endpoint: settings.endpoint,
        transport: match settings.transport {
            Transport::Mqtt => MqttTransport::Mqtt,
            Transport::WebSocket => MqttTransport::Websocket,
        },
        api_version: settings.api_version,
        client_version: settings.client_version,
        payload: settings.payload,
        csr: settings.csr,
        check_hub: settings.check_hub,
        timeout: settings.timeout.map(nanos),
        keep_alive: settings.keep_alive.map(nanos),
        qos: match settings.qos {
            Qos::AtMostOnce => QualityOfService::AtMostOnce,
            Qos::AtLeastOnce => QualityOfService::AtLeastOnce,
        },
        seed: halves(seed),
    }
}

/// The sixteen random bytes.
pub(crate) fn seed((high, low): (u64, u64)) -> Seed {
    Seed((u128::from(high) << 64 | u128::from(low)).to_be_bytes())
}

fn halves(seed: Seed) -> (u64, u64) {
    let number = u128::from_be_bytes(seed.0);
    let half = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or_default();
    (half(number >> 64), half(number))
}
