//! From flags to everything a provisioning needs: files read, judged and parsed, or findings.

use std::path::Path;

use dps_x509_core::{
    cert::{self, Inputs, Kind, Purpose, Read, issuance, key::Passphrase, request::CertificateRequest},
    finding::{Finding, Input, Naming, Origin, Place, Severity::Error, catalogue},
    name::{Cloud, Endpoint, RegistrationId},
    session::{Csr, Settings},
};
use dps_x509_net::pkcs11::Uri;
use zeroize::Zeroizing;

use super::{args::Args, identity, issued};
use crate::input::{self, now, passphrase_of_file, place, reason};

const CERT: &str = "--cert";
const KEY: &str = "--key";
const TRUST: &str = "--trust";

/// Everything a provisioning needs.
pub(crate) struct Prepared {
    pub(crate) settings: Settings,
    pub(crate) endpoint: Endpoint,
    pub(crate) cloud: Cloud,
    /// What is doubtful about the settings.
    pub(crate) warnings: Vec<Finding>,
    /// What the certificate files are, for the case that the service refuses.
    pub(crate) report: cert::Report,
    /// The certificates of the file in their order, as they will be sent, DER.
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) key: Zeroizing<Vec<u8>>,
    /// Where the key is, if it stays in a token.
    pub(crate) token: Option<Uri>,
    pub(crate) passphrase: Option<Passphrase>,
    /// The request of `--csr`.
    pub(crate) csr: Option<CertificateRequest>,
    /// The files of the roots to trust.
    pub(crate) trust: Vec<Vec<u8>>,
}

/// Reads and judges everything.
///
/// Certificates that DPS may not like are no reason to stop: the service decides, and what the rules say of
/// them is kept for the case that it refuses. Files that cannot be used are.
pub(crate) fn prepare(args: &Args) -> Result<Prepared, Vec<Finding>> {
    let mut findings = missing(args);
    let token = token(args, &mut findings);
    let files = Files::read(args, &mut findings);
    let csr = issued::request(args, &mut findings);
    let payload = args.payload.as_deref().and_then(|payload| input::payload(payload, &mut findings));
    let mut inputs = files.inputs(args, &mut findings);
    let report = input::check(&mut inputs);
    let unusable = report.unusable();
    // What is left of a damaged file may have another certificate for its leaf.
    let leaf_name = if unusable.is_empty() { common_name(&report) } else { None };
    findings.extend(unusable);
    let registration_id = args.device.registration_id.clone().or(leaf_name);
    if registration_id.is_none() && findings.is_empty() {
        let what = "the registration ID: the leaf has no CN to take it from";
        findings.push(lacking("--registration-id", what));
    }
    let mut settings = settings(args, registration_id.clone(), payload);
    settings.csr = csr.as_ref().map(|request| Csr::from_der(&request.der).as_str().to_owned());
    let is_given = |finding: &Finding| match finding.place.input {
        Some(Origin::Input(Input::IdScope)) => args.device.id_scope.is_some(),
        Some(Origin::Input(Input::RegistrationId)) => registration_id.is_some(),
        _ => true,
    };
    let parsed = match settings.parse() {
        Ok((config, mut warnings)) => {
            if let Some(csr) = &csr {
                let place = issued::place_of_request(args);
                let (wrong, doubtful): (Vec<_>, Vec<_>) =
                    issuance::judge_request(csr, &config.registration_id, &place)
                        .into_iter()
                        .partition(|finding| finding.severity == Error);
                findings.extend(wrong);
                warnings.extend(doubtful);
            }
            Some((config, warnings))
        }
        Err(wrong) => {
            // What is missing has been said already.
            findings.extend(wrong.into_iter().filter(is_given));
            None
        }
    };
    match parsed {
        Some((config, warnings)) if findings.is_empty() => Ok(Prepared {
            settings,
            csr,
            endpoint: config.endpoint,
            cloud: args.dps.cloud.unwrap_or_default(),
            warnings,
            chain: certificates(&report),
            report,
            key: files.key.map(|key| Zeroizing::new(key.bytes().to_vec())).unwrap_or_default(),
            token,
            passphrase: inputs.passphrase,
            trust: files.trust.iter().map(|file| file.bytes().to_vec()).collect(),
        }),
        _ => Err(findings),
    }
}

fn missing(args: &Args) -> Vec<Finding> {
    let mut findings = Vec::new();
    if args.device.id_scope.is_none() {
        findings.push(lacking("--id-scope", "the ID scope of the DPS instance"));
    }
    if args.device.cert.is_none() {
        findings.push(lacking(CERT, "the file with the device's certificate"));
    }
    if args.device.key.is_none() {
        findings.push(lacking(KEY, "the file with its private key"));
    }
    findings.extend(args.dps.contradictions());
    findings
}

/// Whether what stands where a key's file belongs is a key in a token.
pub(crate) fn is_token(path: &Path) -> bool {
    path.to_str().is_some_and(Uri::is_meant)
}

fn token(args: &Args, findings: &mut Vec<Finding>) -> Option<Uri> {
    let text = args.device.key.as_deref().filter(|path| is_token(path))?.to_str()?;
    text.parse().map_err(|error| findings.push(identity::token_finding(&error))).ok()
}

fn lacking(flag: &str, what: &str) -> Finding {
    let next_step = format!("Give {flag}, or the same in the file of --config.");
    Finding::new(&catalogue::SETTING_MISSING, format!("What is missing is {what}."), next_step)
        .at(Place::input(flag))
}

/// The files of `--cert`, `--key` and `--trust`.
struct Files {
    cert: Option<Read>,
    key: Option<Read>,
    trust: Vec<Read>,
}

impl Files {
    fn read(args: &Args, findings: &mut Vec<Finding>) -> Self {
        let mut read = |purpose, flag, path: &Path| match input::read(path) {
            Ok(bytes) => Some(Read::new(purpose, place(flag, path), bytes)),
            Err(error) => {
                findings.push(cert::unreadable(place(flag, path), reason(&error)));
                None
            }
        };
        Self {
            cert: args.device.cert.as_deref().and_then(|path| read(Purpose::DeviceChain, CERT, path)),
            key: args
                .device
                .key
                .as_deref()
                .filter(|path| !is_token(path))
                .and_then(|path| read(Purpose::DeviceKey, KEY, path)),
            trust: args.dps.trust.iter().filter_map(|path| read(Purpose::ServerTrust, TRUST, path)).collect(),
        }
    }

    /// What they are checked as.
    fn inputs(&self, args: &Args, findings: &mut Vec<Finding>) -> Inputs {
        Inputs {
            files: self.cert.iter().chain(&self.key).chain(&self.trust).cloned().collect(),
            registration_id: args
                .device
                .registration_id
                .as_deref()
                .and_then(|text| RegistrationId::new(text).ok()),
            at: Some(now()),
            cloud: args.dps.known_cloud(),
            passphrase: args
                .device
                .key_passphrase_file
                .as_deref()
                .and_then(|path| passphrase_of_file(path, findings)),
            ..Inputs::default()
        }
    }
}

fn certificates(report: &cert::Report) -> Vec<Vec<u8>> {
    let items = report.items.iter().filter(|item| item.kind == Kind::Certificate);
    let is_of_cert =
        |place: &Place| place.input.as_ref().is_some_and(|it| it.said(Naming::CommandLine) == CERT);
    items.filter(|item| is_of_cert(&item.place)).map(|item| item.der.to_vec()).collect()
}

fn common_name(report: &cert::Report) -> Option<String> {
    let leaf = report.chain.leaf.as_ref()?;
    leaf.certificate.subject.common_names().next()?.text.clone()
}

fn settings(args: &Args, registration_id: Option<String>, payload: Option<String>) -> Settings {
    Settings {
        id_scope: args.device.id_scope.clone().unwrap_or_default(),
        registration_id: registration_id.unwrap_or_default(),
        endpoint: args.dps.host(),
        transport: args.transport.unwrap_or_default(),
        api_version: args.api_version.clone(),
        client_version: Some(concat!("dps-x509/", env!("CARGO_PKG_VERSION")).to_owned()),
        payload,
        csr: None,
        check_hub: args.check_hub,
        timeout: args.timeout,
        keep_alive: None,
        qos: args.qos.unwrap_or_default(),
    }
}
