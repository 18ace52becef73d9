//! What TLS needs of a device's files: the chain in the order in which it is sent, and the key without its passphrase.

use std::sync::Arc;

use dps_x509_core::{
    cert::{
        self, Certificate, File, Kind, Link, Purpose, Read, issuance, key::KeyMatch, open::OpenKey,
        request::CertificateRequest,
    },
    finding::{Finding, Place, catalogue, json},
    session::{Csr, Settings},
};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::{Inputs, naming, wrong_settings};

#[wasm_bindgen]
impl Inputs {
    /// What the files hold for TLS, as JSON text: `findings` for which nothing is to be dialled, `commonName` of the leaf,
    /// the `chain` and the roots to `trust` as PEM. The key is in [`Inputs::key`] if there are no findings.
    #[must_use]
    pub fn identity(&mut self) -> String {
        let report = self.check();
        let opened = cert::open(&self.inputs());
        let mut findings = report.unusable();
        let leaf = report.chain.leaf.as_ref().map(|link| &link.certificate);
        let first = opened.device.first().map(|link| &link.certificate);
        let is_leaf_first = first.zip(leaf).is_some_and(|(first, leaf)| first.der == leaf.der);
        // As it was written, unless nobody could use that: stores have no order.
        let chain =
            if is_leaf_first { pem(&opened.device) } else { report.full_chain_pem().unwrap_or_default() };
        let key = leaf.and_then(|leaf| key_of(leaf, &opened.keys));
        if findings.is_empty() && chain.is_empty() {
            let way = "Give it as `cert`: PEM, DER, PKCS#7, or a PKCS#12 store with everything.";
            findings.push(lacking("cert", "the device's certificate", way));
        }
        if findings.is_empty() && key.is_none() {
            let way = "Give `key`, or a PKCS#12 store that has it as `cert`.";
            findings.push(lacking("key", "the private key of the device's certificate", way));
        }
        let name = leaf.and_then(|leaf| leaf.subject.common_names().next()?.text.clone());
        self.key = key.filter(|_| findings.is_empty()).unwrap_or_default();
        self.may_hold_secret = true;
        json!({
            "findings": json::findings(&findings, naming()),
            "commonName": name,
            "chain": chain,
            "trust": pem(&opened.server_trust),
        })
        .to_string()
    }

    /// The key of the last [`Inputs::identity`] as PEM, once.
    #[must_use]
    pub fn key(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.key)
    }
}

/// Certificates as PEM, in their order.
fn pem(links: &[Arc<Link>]) -> String {
    links
        .iter()
        .filter_map(|link| pem_of(&link.certificate.der))
        .map(|block| block.as_str().to_owned())
        .collect()
}

fn pem_of(der: &[u8]) -> Option<Zeroizing<String>> {
    File::read(der, &Place::default()).to_pem()
}

/// The key that belongs to the leaf, or the one of which nobody can tell, as PEM.
fn key_of(leaf: &Certificate, keys: &[OpenKey]) -> Option<Vec<u8>> {
    let mut wanted = [KeyMatch::Yes, KeyMatch::Unknown].into_iter();
    let fitting = |wanted: KeyMatch| keys.iter().find(|key| key.facts.matches(&leaf.public_key) == wanted);
    let key = wanted.find_map(fitting)?;
    Some(pem_of(&key.der)?.as_bytes().to_vec())
}

fn lacking(input: &str, what: &str, next_step: &str) -> Finding {
    Finding::new(&catalogue::SETTING_MISSING, format!("What is missing is {what}."), next_step)
        .at(Place::input(input))
}

/// Judges a request for a certificate that DPS is to issue, as JSON text: its `findings`, and `base64` of its DER if it is
/// one.
///
/// # Errors
/// The registration ID is none.
#[wasm_bindgen(js_name = judgeRequest)]
pub fn judge_request(bytes: &[u8], registration_id: &str) -> Result<String, String> {
    // What may be wrong with it, the session says.
    let (id, _) = Settings::registration_id(registration_id).map_err(|findings| wrong_settings(&findings))?;
    let (findings, base64) = match request(bytes) {
        Ok(request) => {
            let findings = issuance::judge_request(&request, &id, &Place::input("csr"));
            (findings, Some(Csr::from_der(&request.der).as_str().to_owned()))
        }
        Err(finding) => (vec![*finding], None),
    };
    Ok(json!({ "findings": json::findings(&findings, naming()), "base64": base64 }).to_string())
}

/// Judges what was issued for a request, base64 of DER, leaf first, as JSON text: `findings`, or `issuedCertificate` as
/// PEM.
#[wasm_bindgen(js_name = judgeIssued)]
#[must_use]
pub fn judge_issued(bytes: &[u8], chain: Vec<String>) -> String {
    let place = Place::input("issuedCertificateChain");
    let files: Vec<_> = chain.iter().map(|text| File::read(text.as_bytes(), &place)).collect();
    let issued: Vec<Vec<u8>> =
        files.iter().filter_map(|file| file.items.first()).map(|item| item.der.to_vec()).collect();
    let finding = match request(bytes) {
        Ok(request) => issuance::judge_issued(&request, &issued),
        Err(finding) => Some(*finding),
    };
    if let Some(finding) = finding {
        return json!({ "findings": json::findings(&[finding], naming()) }).to_string();
    }
    let pem: Option<Vec<_>> = files.iter().map(File::to_pem).collect();
    let pem: Option<String> = pem.map(|blocks| blocks.iter().map(|block| block.as_str()).collect());
    json!({ "findings": [], "issuedCertificate": pem }).to_string()
}

fn request(bytes: &[u8]) -> Result<CertificateRequest, Box<Finding>> {
    let file = Read::new(Purpose::Any, Place::input("csr"), bytes.to_vec());
    let item = file.items().iter().find(|item| item.kind == Kind::CertificateRequest);
    let item = item.ok_or_else(|| issuance::unusable("the file holds none", file.place().clone()))?;
    let unreadable = |outline| issuance::unusable(&format!("{outline}"), item.place.clone());
    Ok(CertificateRequest::read(&item.der).map_err(unreadable)?)
}
