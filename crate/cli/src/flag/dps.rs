//! To whom: the flags of every command that dials DPS, and the roots that they come to.

use std::path::PathBuf;

use dps_x509_core::{
    cert,
    finding::{Finding, Place, catalogue},
    name::Cloud,
};
use dps_x509_net::{Trust, TrustError};

use crate::{
    input::{self, place, reason},
    route,
};

const TRUST: &str = "--trust";

/// Which DPS, by which way, and what it is known by.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Dps {
    /// Azure cloud: public, usgov or china [default: public]
    #[arg(long, value_name = "CLOUD")]
    pub(crate) cloud: Option<Cloud>,
    /// Dial this instead of the cloud's global endpoint; without a port, at the transport's
    #[arg(long, value_name = "HOST[:PORT]")]
    pub(crate) endpoint: Option<String>,
    #[command(flatten)]
    pub(crate) route: route::Args,
    /// PEM file with roots to trust besides the built-in ones; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Vec<PathBuf>,
    /// Trust nothing but the files of --trust
    #[arg(long)]
    pub(crate) only_trust: bool,
}

impl Dps {
    /// What the flags do not say together.
    pub(crate) fn contradictions(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.only_trust && self.trust.is_empty() {
            let message = "What is missing is the roots that --only-trust leaves to trust.";
            let finding = Finding::new(&catalogue::SETTING_MISSING, message, "Give --trust FILE.");
            findings.push(finding.at(Place::input(TRUST)));
        }
        if self.cloud.is_some() && self.endpoint.is_some() {
            let message = "Both --cloud and --endpoint say where to dial.";
            let finding = Finding::new(&catalogue::SETTINGS_CONTRADICT, message, "Give one of the two.");
            findings.push(finding.at(Place::input("--endpoint")));
        }
        findings
    }

    /// What is dialled, if something says it; else it is the public cloud.
    pub(crate) fn host(&self) -> Option<String> {
        self.endpoint.clone().or_else(|| self.cloud.map(|cloud| cloud.global_host().to_owned()))
    }

    /// The cloud that is meant; none for an endpoint of one's own, of which nothing is known.
    pub(crate) fn known_cloud(&self) -> Option<Cloud> {
        self.endpoint.is_none().then(|| self.cloud.unwrap_or_default())
    }

    /// The files of `--trust`.
    pub(crate) fn read_roots(&self, findings: &mut Vec<Finding>) -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        for path in &self.trust {
            match input::read(path) {
                Ok(bytes) => files.push(bytes.to_vec()),
                Err(error) => findings.push(cert::unreadable(place(TRUST, path), reason(&error))),
            }
        }
        files
    }

    /// The roots: those of a cloud, and the files of `--trust`, which were read.
    pub(crate) fn trust(&self, files: &[Vec<u8>]) -> Result<Trust, Vec<Finding>> {
        let cloud = self.cloud.unwrap_or_default();
        let mut trust = if self.only_trust { Trust::empty() } else { Trust::azure(cloud) };
        for (path, bytes) in self.trust.iter().zip(files) {
            trust = trust.add_pem(bytes).map_err(|error| {
                let next =
                    "Give the PEM file of the server's root CA; the emulator prints the path of its own.";
                vec![not_usable(&error, next).at(place(TRUST, path))]
            })?;
        }
        Ok(trust)
    }
}

/// There is no root to go by.
pub(crate) fn no_root(error: &TrustError) -> Vec<Finding> {
    vec![not_usable(error, "Give --trust FILE.").at(Place::input(TRUST))]
}

fn not_usable(error: &TrustError, next_step: &str) -> Finding {
    Finding::new(&catalogue::ROOT_NOT_USABLE, input::sentence(error), next_step)
}
