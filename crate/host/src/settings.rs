//! What to provision, as an embedder says it.

use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;

use crate::{
    HostError,
    bindings::exports::dps_x509::device::provisioning::{self, MqttTransport, QualityOfService},
};

/// What MQTT travels in, inside TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Transport {
    /// MQTT alone, on port 8883.
    #[default]
    Mqtt,
    /// MQTT inside WebSocket, on port 443, which many networks leave open. [`crate::Access::allow`] names the
    /// port as well.
    WebSocket,
}

/// MQTT's quality of service; DPS takes no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Qos {
    /// 0: no acknowledgement.
    AtMostOnce,
    /// 1: acknowledged.
    #[default]
    AtLeastOnce,
}

/// What to provision. Texts are parsed by the guest; what is wrong with them comes back as findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Which DPS instance.
    pub id_scope: String,
    /// The device's name at DPS; with X.509 the CN of the leaf.
    pub registration_id: String,
    /// `HOST[:PORT]`; absent for the public cloud's global endpoint.
    pub endpoint: Option<String>,
    /// What MQTT travels in; the endpoint's port follows it where none is given.
    pub transport: Transport,
    /// Absent for 2019-03-31, with a CSR for 2025-07-01-preview.
    pub api_version: Option<String>,
    /// Name and version of the client.
    pub client_version: Option<String>,
    /// JSON for a custom allocation function.
    pub payload: Option<String>,
    /// Base64 of the DER of a PKCS#10 request, without PEM lines, for a certificate that DPS is to issue (preview).
    pub csr: Option<String>,
    /// Whether to ask the assigned hub for the twin, on one more connection: it disconnects a running device of that
    /// name. [`crate::Access::allow_below`] lets the hub be dialled.
    pub check_hub: bool,
    /// For the whole provisioning, hub check included; absent for 60 s.
    pub timeout: Option<Duration>,
    /// MQTT keep-alive, whole seconds of it count; absent for 60 s.
    pub keep_alive: Option<Duration>,
    /// Quality of service of the requests.
    pub qos: Qos,
}

impl Settings {
    /// Settings with the defaults.
    pub fn new(id_scope: impl Into<String>, registration_id: impl Into<String>) -> Self {
        Self { id_scope: id_scope.into(), registration_id: registration_id.into(), ..Self::default() }
    }

    /// For the guest, with dice.
    pub(crate) fn to_guest(&self) -> Result<provisioning::Settings, HostError> {
        let mut dice = [0; 16];
        ring::default_provider().secure_random.fill(&mut dice).map_err(|_| HostError::NoRandomness)?;
        let number = u128::from_be_bytes(dice);
        let [high, low] =
            [number >> 64, number & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or_default());
        let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        let Self { id_scope, registration_id, endpoint, .. } = self.clone();
        Ok(provisioning::Settings {
            id_scope,
            registration_id,
            endpoint,
            transport: match self.transport {
                Transport::Mqtt => MqttTransport::Mqtt,
                Transport::WebSocket => MqttTransport::Websocket,
            },
            api_version: self.api_version.clone(),
            client_version: self.client_version.clone(),
            payload: self.payload.clone(),
            csr: self.csr.clone(),
            check_hub: self.check_hub,
            timeout: self.timeout.map(nanos),
            keep_alive: self.keep_alive.map(nanos),
            qos: match self.qos {
                Qos::AtMostOnce => QualityOfService::AtMostOnce,
                Qos::AtLeastOnce => QualityOfService::AtLeastOnce,
            },
            seed: (high, low),
        })
    }
}
