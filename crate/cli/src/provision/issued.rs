//! `--csr` and `--write-issued`: a request goes in, certificates come out into a file of their own (preview).

use std::path::{Path, PathBuf};

use dps_x509_core::{
    cert::{self, Certificate, Kind, Purpose, Read, file::to_pem, issuance, request::CertificateRequest},
    finding::{Finding, Place, catalogue},
    session::ProvisioningReport,
};

use super::args::Args;
use crate::{
    input::{self, place, reason},
    output,
};

const CSR: &str = "--csr";
const WRITE_ISSUED: &str = "--write-issued";

/// Reads the request of `--csr`; what prevents that, or the writing afterwards, is found before anything is dialled.
pub(super) fn request(args: &Args, findings: &mut Vec<Finding>) -> Option<CertificateRequest> {
    let (path, into) = match (&args.csr, &args.write_issued) {
        (None, None) => return None,
        (Some(path), Some(into)) => (path, into),
        (csr, _) => {
            let (given, missing) = if csr.is_some() { (CSR, WRITE_ISSUED) } else { (WRITE_ISSUED, CSR) };
            let message = format!("{given} needs {missing}: a request, and where its certificates go.");
            let finding =
                Finding::new(&catalogue::SETTING_MISSING, message, format!("Give {missing} FILE as well."));
            findings.push(finding.at(Place::input(missing)));
            return None;
        }
    };
    if into.symlink_metadata().is_ok() {
        findings.push(not_writable(into, "it is there already, and nothing is overwritten"));
    }
    let place = place(CSR, path);
    let bytes = match input::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            findings.push(cert::unreadable(place, reason(&error)));
            return None;
        }
    };
    let file = Read::new(Purpose::Any, place, bytes);
    let Some(item) = file.items().iter().find(|item| item.kind == Kind::CertificateRequest) else {
        findings.push(issuance::unusable("the file holds none", file.place().clone()));
        return None;
    };
    match CertificateRequest::read(&item.der) {
        Ok(request) => Some(request),
        Err(outline) => {
            findings.push(issuance::unusable(&outline.to_string(), item.place.clone()));
            None
        }
    }
}

/// Where the request stands.
pub(super) fn place_of_request(args: &Args) -> Place {
    args.csr.as_deref().map_or_else(|| Place::input(CSR), |path| place(CSR, path))
}

/// Judges what was issued and writes it, if a request was made; into which file, or what is wrong with it.
pub(super) fn write(
    args: &Args,
    request: Option<&CertificateRequest>,
    report: &ProvisioningReport,
) -> Result<Option<PathBuf>, Box<Finding>> {
    let (Some(request), Some(into), Ok(assigned)) = (request, &args.write_issued, &report.result) else {
        return Ok(None);
    };
    let issued = &assigned.issued_certificates;
    if let Some(finding) = issuance::judge_issued(request, issued) {
        return Err(Box::new(finding));
    }
    let pem: Option<String> = issued
        .iter()
        .map(|der| Certificate::read(der).ok().and_then(|_| to_pem(Kind::Certificate, der)))
        .map(|pem| pem.map(|pem| pem.to_string()))
        .collect();
    let written = match pem {
        Some(pem) => output::write_new(into, &pem).map_err(|error| reason(&error)),
        None => Err("one of the certificates that came cannot be read".to_owned()),
    };
    written.map(|()| Some(into.clone())).map_err(|why| Box::new(not_writable(into, &why)))
}

fn not_writable(path: &Path, why: &str) -> Finding {
    let message = format!("The issued certificates cannot be written: {why}.");
    Finding::new(&catalogue::OUTPUT_NOT_WRITABLE, message, "Give another file, in a folder that is there.")
        .at(place(WRITE_ISSUED, path))
}
