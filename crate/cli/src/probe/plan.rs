//! From flags to what is to be looked at, with what.

use std::time::Duration;

use dps_x509_core::{
    cert,
    finding::Finding,
    name::{Cloud, Endpoint, Transport},
    session::{Config, Settings},
};
use dps_x509_net::{Trust, probe::Prober};
use serde_json::{Map, Value, json};

use super::args::Args;
use crate::{
    flag,
    provision::{identity, inputs},
};

/// What is to be looked at, with what.
pub(super) struct Plan {
    pub(super) ways: Vec<(Transport, Endpoint)>,
    pub(super) prober: Prober,
    /// The roots that are trusted, DER.
    pub(super) roots: Vec<Vec<u8>>,
    pub(super) device: Option<Device>,
    /// What is doubtful about the settings.
    pub(super) warnings: Vec<Finding>,
    pub(super) timeout: Duration,
}

/// A device, as which to connect.
pub(super) struct Device {
    /// For CONNECT; the transport and the endpoint are those of a way.
    pub(super) config: Config,
    /// What its files are, for the case that it is refused.
    pub(super) files: cert::Report,
}

impl Plan {
    pub(super) fn host(&self) -> &str {
        self.ways.first().map_or("", |(_, endpoint)| endpoint.host())
    }

    /// What is the same for all stages, as JSON.
    pub(super) fn context(&self) -> Map<String, Value> {
        let mut context = Map::new();
        context.insert("host".to_owned(), json!(self.host()));
        if let Some(proxy) = self.prober.proxy(self.host()) {
            context.insert("proxy".to_owned(), json!(proxy));
        }
        if let Some(Device { config, .. }) = &self.device {
            context.insert("idScope".to_owned(), json!(config.id_scope.to_string()));
            context.insert("registrationId".to_owned(), json!(config.registration_id.to_string()));
        }
        context
    }
}

/// Reads and judges everything.
///
/// # Errors
/// Something cannot be used; nothing was dialled.
pub(super) fn plan(args: &Args) -> Result<Plan, Vec<Finding>> {
    let ways = ways(args)?;
    let route = args.dps.route.route()?;
    let as_of_provision = args.as_of_provision();
    let (device, identity, trust, warnings) = if args.device.is_given() {
        let prepared = inputs::prepare(&as_of_provision)?;
        let (mut config, _) = prepared.settings.parse()?;
        config.timeout = args.timeout;
        let identity = identity::identity(&as_of_provision, &prepared)?;
        let trust = args.dps.trust(&prepared.trust)?;
        let device = Device { config, files: prepared.report };
        (Some(device), Some(identity), trust, prepared.warnings)
    } else {
        (None, None, trust_alone(args)?, Vec::new())
    };
    let prober = Prober::new(identity, &trust, route).map_err(|error| flag::no_root(&error))?;
    let roots = trust.roots().map(<[u8]>::to_vec).collect();
    Ok(Plan { ways, prober, roots, device, warnings, timeout: args.timeout })
}

fn trust_alone(args: &Args) -> Result<Trust, Vec<Finding>> {
    let mut findings = Vec::new();
    let files = args.dps.read_roots(&mut findings);
    if findings.is_empty() { args.dps.trust(&files) } else { Err(findings) }
}

/// Each transport with its endpoint.
fn ways(args: &Args) -> Result<Vec<(Transport, Endpoint)>, Vec<Finding>> {
    let contradictions = args.dps.contradictions();
    if !contradictions.is_empty() {
        return Err(contradictions);
    }
    let text = &args.dps.host().unwrap_or_else(|| Cloud::Public.global_host().to_owned());
    let way = |&transport: &Transport| match Endpoint::with_default_port(text, transport.default_port()) {
        Ok(endpoint) => Ok((transport, endpoint)),
        Err(_) => Err(endpoint_findings(text)),
    };
    args.transport.0.iter().map(way).collect()
}

/// What the settings of a provisioning say of such an endpoint.
fn endpoint_findings(text: &str) -> Vec<Finding> {
    let settings = Settings {
        id_scope: "0ne00000000".to_owned(),
        registration_id: "device".to_owned(),
        endpoint: Some(text.to_owned()),
        ..Settings::default()
    };
    settings.parse().err().unwrap_or_default()
}
