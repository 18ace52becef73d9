//! The judges: `check` in this process, `openssl verify`, rustls-webpki.

use std::{fs, path::Path, process::Command, time::Duration};

use dps_x509_core::{
    cert::{self, Enrollment, Inputs, Purpose, Read, UnixTime, verdict::Word},
    finding::{Family, Place, Severity},
    name::RegistrationId,
};
use dps_x509_tests::cli;
use rustls_pki_types::{CertificateDer, UnixTime as WebpkiTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};

use crate::question::{AT, Question};

/// `Ok`, or why not.
pub(crate) type Verdict = Result<(), String>;

/// What `check` says of the files: ready, or the errors.
pub(crate) fn ours(question: &Question) -> Verdict {
    let report = report(question);
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let told: Vec<_> = errors.map(|finding| format!("{} {}", finding.code(), finding.message)).collect();
    match report.verdict(&cert::Counting::default()).word {
        Word::Ready => Ok(()),
        Word::NotReady => Err(told.join(" / ")),
        Word::NothingUsable => Err("there is no device's certificate".to_owned()),
    }
}

/// The report of `check` on what is sent and what the service has.
pub(crate) fn report(question: &Question) -> cert::Report {
    let sent = question.sent.concat();
    let read = |purpose, name: &str, bytes: &[u8]| Read::new(purpose, Place::input(name), bytes.to_vec());
    let mut files = vec![read(Purpose::DeviceChain, "cert", sent.as_slice())];
    let is_individual = question.enrolled == 0;
    if !is_individual {
        files.push(read(Purpose::GroupCa, "group-ca", &question.anchor));
    }
    cert::check(&Inputs {
        files,
        registration_id: Some(RegistrationId::new("device-1").unwrap()),
        at: Some(UnixTime::from_seconds(AT)),
        enrollment: if is_individual { Enrollment::Individual } else { Enrollment::Group },
        ..Inputs::default()
    })
}

/// Whether a verifier that keeps to every word has something to say, which a person is told.
pub(crate) fn is_told_to_the_strict(question: &Question) -> bool {
    report(question).findings.iter().any(|finding| {
        finding.severity > Severity::Note || [Family::Encoding, Family::Path].contains(&finding.family())
    })
}

/// The exit code of `dps-x509 check` on the same files.
pub(crate) fn exit_code(question: &Question, folder: &Path) -> Option<i32> {
    let write = |name: &str, certificates: &[Vec<u8>]| {
        let path = folder.join(name);
        fs::write(&path, certificates.iter().map(|der| pem(der)).collect::<String>()).unwrap();
        path
    };
    let mut command = Command::new(cli::binary());
    command.arg("check").arg(write("device.pem", &question.sent)).args(["--registration-id", "device-1"]);
    command.args(["--at", "2027-01-01"]);
    if question.enrolled == 0 {
        command.args(["--enrollment", "individual"]);
    } else {
        let anchor = write("group.pem", std::slice::from_ref(&question.anchor));
        command.args(["--enrollment", "group", "--group-ca"]).arg(anchor);
    }
    command.output().unwrap().status.code()
}

/// `openssl verify`; with `-x509_strict` by every word.
pub(crate) fn openssl(question: &Question, folder: &Path, is_strict: bool) -> Verdict {
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
    command.args(is_strict.then_some("-x509_strict"));
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
