//! What TLS and DPS need of a device's certificates, out of the core.

use std::sync::Arc;

use dps_x509_core::{
    cert::{self, Kind, Link, Purpose, Read, der::hex, issuance, request::CertificateRequest},
    config,
    finding::{self, Place},
    name,
    session::{self, Csr},
};

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::{
        identity::{Certificates, CloudServers, Guest, Request, Root},
        inspection::{Cloud, File, Settings},
    },
    contract::findings::Finding,
    inspection::{inputs, read_cloud, write},
    mapping,
};

impl Guest for Toolkit {
    fn read(files: Vec<File>, settings: Settings) -> Result<Certificates, Vec<Finding>> {
        let inputs = inputs(files, settings)?;
        let report = cert::check(&inputs);
        let opened = cert::open(&inputs);
        let leaf = report.chain.leaf.as_ref().map(|link| &link.certificate);
        let first = opened.device.first().map(|link| &link.certificate);
        let is_leaf_first = first.zip(leaf).is_some_and(|(first, leaf)| first.der == leaf.der);
        // As it was written, unless nobody could use that: stores have no order.
        let chain =
            if is_leaf_first { pem(&opened.device) } else { report.full_chain_pem().unwrap_or_default() };
        Ok(Certificates {
            chain,
            common_name: leaf.and_then(|leaf| leaf.subject.common_names().next()?.text.clone()),
            trust: pem(&opened.server_trust),
            findings: write(&report.unusable()),
        })
    }

    fn servers(cloud: Cloud) -> CloudServers {
        let cloud: name::Cloud = read_cloud(cloud);
        let roots = config::roots(cloud).into_iter().map(|root| Root {
            name: root
                .known
                .map_or_else(|| root.certificate.subject.to_string(), |known| known.name.to_owned()),
            sha256: hex(&root.certificate.sha256()),
            not_after: root.certificate.not_after.map(cert::UnixTime::to_rfc3339),
            pem: root.pem,
        });
        CloudServers {
            endpoint: cloud.global_host().to_owned(),
            hub_suffix: cloud.hub_suffix().to_owned(),
            roots: roots.collect(),
        }
    }

    fn judge_request(bytes: Vec<u8>, registration_id: String) -> Result<Request, Vec<Finding>> {
        // What may be wrong with it, the session says.
        let (id, _) =
            session::Settings::registration_id(&registration_id).map_err(|findings| write(&findings))?;
        Ok(match request(bytes) {
            Ok(request) => Request {
                base64: Some(Csr::from_der(&request.der).as_str().to_owned()),
                findings: write(&issuance::judge_request(&request, &id, &Place::input("csr"))),
            },
            Err(finding) => Request { base64: None, findings: write(&[*finding]) },
        })
    }

    fn judge_issued(bytes: Vec<u8>, issued: Vec<Vec<u8>>) -> Result<String, Finding> {
        let wrong = match request(bytes) {
            Ok(request) => issuance::judge_issued(&request, &issued),
            Err(finding) => Some(*finding),
        };
        match wrong {
            Some(finding) => Err(mapping::finding::write(&finding)),
            None => Ok(issued.iter().filter_map(|der| pem_of(der)).collect()),
        }
    }
}

/// Certificates as PEM, in their order.
fn pem(links: &[Arc<Link>]) -> String {
    links.iter().filter_map(|link| pem_of(&link.certificate.der)).collect()
}

fn pem_of(der: &[u8]) -> Option<String> {
    cert::File::read(der, &Place::default()).to_pem().map(|text| text.as_str().to_owned())
}

fn request(bytes: Vec<u8>) -> Result<CertificateRequest, Box<finding::Finding>> {
    let file = Read::new(Purpose::Any, Place::input("csr"), bytes);
    let item = file.items().iter().find(|item| item.kind == Kind::CertificateRequest);
    let item = item.ok_or_else(|| issuance::unusable("the file holds none", file.place().clone()))?;
    let unreadable = |outline| issuance::unusable(&format!("{outline}"), item.place.clone());
    Ok(CertificateRequest::read(&item.der).map_err(unreadable)?)
}
