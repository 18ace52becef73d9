//! The judges: `check` in this process, `openssl verify`, rustls-webpki.

use std::{fs, path::Path, process::Command, time::Duration};

use dps_x509_core::{
    cert::{self, Enrollment, Inputs, Purpose, Read, UnixTime},
    finding::{Place, Severity},
    name::RegistrationId,
};
use rustls_pki_types::{CertificateDer, UnixTime as WebpkiTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::question::{AT, Question};

/// `Ok`, or why not.
pub(crate) type Verdict = Result<(), String>;

/// What `check` says of the files: ready, if there is a device's certificate and no error.
pub(crate) fn ours(question: &Question) -> Verdict {
    let sent = question.sent.concat();
    let read = |purpose, name: &str, bytes: &[u8]| Read::new(purpose, Place::input(name), bytes.to_vec());
    let mut files = vec![read(Purpose::DeviceChain, "cert", sent.as_slice())];
    let is_individual = question.enrolled == 0;
    if !is_individual {
        files.push(read(Purpose::GroupCa, "group-ca", &question.anchor));
    }
    let report = cert::check(&Inputs {
        files,
        registration_id: Some(RegistrationId::new("device-1").unwrap()),
        at: Some(UnixTime::from_seconds(AT)),
        enrollment: if is_individual { Enrollment::Individual } else { Enrollment::Group },
        ..Inputs::default()
    });
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let told: Vec<_> = errors.map(|finding| format!("{} {}", finding.code(), finding.message)).collect();
    if report.chain.leaf.is_none() {
        return Err("there is no device's certificate".to_owned());
    }
    if told.is_empty() { Ok(()) } else { Err(told.join(" / ")) }
}

pub(crate) fn openssl(question: &Question, folder: &Path) -> Verdict {
    let write = |name: &str, certificates: &[Vec<u8>]| {
        let path = folder.join(name);
        let text: String = certificates.iter().map(|der| pem(der)).collect();
        fs::write(&path, text).unwrap();
        path
    };
    let leaf = write("leaf.pem", &question.sent[..1]);
    let anchor = write("anchor.pem", std::slice::from_ref(&question.anchor));
    let mut command = Command::new("openssl");
    command.args([
        "verify",
        "-no-CApath",
        "-no-CAstore",
        "-no-CAfile",
        "-partial_chain",
        "-purpose",
        "sslclient",
    ]);
    command.args(["-attime", &AT.to_string(), "-trusted"]).arg(anchor);
    if question.sent.len() > 1 {
        command.arg("-untrusted").arg(write("sent.pem", &question.sent[1..]));
    }
    let output = command.arg(leaf).output().unwrap_or_else(|error| panic!("openssl is missing: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = said.lines().find(|line| line.starts_with("error ")).unwrap_or(&said);
    if output.status.success() { Ok(()) } else { Err(reason.to_owned()) }
}

pub(crate) fn webpki(question: &Question) -> Verdict {
    let verify = || {
        let anchor = CertificateDer::from(question.anchor.clone());
        let anchor = anchor_from_trusted_cert(&anchor)?;
        let leaf = CertificateDer::from(question.sent[0].clone());
        let above: Vec<_> = question.sent[1..].iter().cloned().map(CertificateDer::from).collect();
        EndEntityCert::try_from(&leaf)?.verify_for_usage(
            ALL_VERIFICATION_ALGS,
            &[anchor],
            &above,
            WebpkiTime::since_unix_epoch(Duration::from_secs(AT.try_into().unwrap())),
            KeyUsage::client_auth(),
            None,
            None,
        )?;
        Ok(())
    };
    verify().map_err(|error: webpki::Error| error.to_string())
}

/// PEM as OpenSSL writes it.
pub(crate) fn pem(der: &[u8]) -> String {
    let file = cert::File::read(der, &Place::default());
    file.items[0].to_pem().unwrap().to_string()
}
