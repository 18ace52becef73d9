//! The az command line: the enrollment, and for a group its CA certificate with proof of possession.
//!
//! Source: azure-iot-cli-extension `_help.py` and `_params.py`; DPS document `how-to-verify-certificates`.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::config::command::{Line, Word};

pub(super) static TARGET: Target = Target {
    name: "azure-cli",
    title: "az: the enrollment, and for a group its CA certificate and its verification",
    family: Family::Azure,
    needs: &[
        Piece::Enrollment,
        Piece::RegistrationId,
        Piece::Leaf,
        Piece::GroupCa,
        Piece::DpsName,
        Piece::ResourceGroup,
    ],
    limits: Limits::NONE,
    home: None,
    proof: Proof::Read(
        "sh runs the scripts with a stand-in for az, which gets every word as it was; shellcheck reads them",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let files = if job.device.is_group() { group(job) } else { individual(job) };
    files.guide(
        "Where az is signed in, with its extension: az extension add --name azure-iot.",
        "The scripts in the order of their numbers; .ps1 on Windows.",
        "The enrollment as JSON, with \"provisioningStatus\": \"enabled\".",
    )
}

fn words<'a>(job: &'a Job<'_>, command: &[&'a str], more: &[&'a str]) -> Vec<Word> {
    let instance = ["--resource-group", job.text("resource_group"), "--dps-name", job.text("dps_name")];
    let all = ["az", "iot", "dps"].iter().chain(command).chain(&instance).chain(more);
    all.map(|word| Word::from(*word)).collect()
}

fn individual(job: &Job<'_>) -> Files {
    let more = [
        "--enrollment-id",
        job.text("registration_id"),
        "--attestation-type",
        "x509",
        "--certificate-path",
        job.text("leaf_path"),
        "--provisioning-status",
        "enabled",
    ];
    let lines = [
        Line::comment(
            "The leaf alone is uploaded, never the full chain. The enrollment's ID is the certificate's CN.",
        ),
        Line::Run(words(job, &["enrollment", "create"], &more)),
    ];
    job.scripts(Files::new(), "1-enroll", "Enrolls the device by its own certificate.", &lines)
}

fn group(job: &Job<'_>) -> Files {
    let name = job.text("group_name");
    let certificate = ["--certificate-name", name];
    let upload = [&certificate[..], &["--path", job.text("group_ca_path")]].concat();
    let upload = [
        Line::comment(
            "The CA of the group, or one above it, has to be verified: by the second and third script, or",
        ),
        Line::comment("by adding --verified true here, which takes the uploader's word for it."),
        Line::Run(words(job, &["certificate", "create"], &upload)),
    ];
    let etag = |job| {
        let show = [&certificate[..], &["--query", "etag", "--output", "tsv"]].concat();
        Line::Capture("etag", words(job, &["certificate", "show"], &show))
    };
    let with_etag = |command: &[&str], more: &[&str]| {
        let mut words = words(job, command, more);
        words.extend([Word::from("--etag"), Word::Variable("etag")]);
        Line::Run(words)
    };
    let code = [
        Line::comment(
            "Prints properties.verificationCode. Make a certificate with that code as its CN, signed by the",
        ),
        Line::comment("CA's key, and save it as verification.pem: dps-x509 generate verification --help"),
        etag(job),
        with_etag(&["certificate", "generate-verification-code"], &certificate),
    ];
    let verify = [
        etag(job),
        with_etag(&["certificate", "verify"], &[&certificate[..], &["--path", "verification.pem"]].concat()),
    ];
    let enroll = [
        "--enrollment-id",
        name,
        "--certificate-path",
        job.text("group_ca_path"),
        "--provisioning-status",
        "enabled",
    ];
    let enroll = [
        Line::comment(
            "Every device whose chain leads to this CA may register; it sends leaf and intermediates.",
        ),
        Line::Run(words(job, &["enrollment-group", "create"], &enroll)),
    ];
    let files = job.scripts(Files::new(), "1-upload-ca", "Uploads the CA certificate of the group.", &upload);
    let files =
        job.scripts(files, "2-verification-code", "Asks for the code of the proof of possession.", &code);
    let files = job.scripts(files, "3-verify-ca", "Uploads the proof of possession.", &verify);
    job.scripts(files, "4-enroll", "Creates the enrollment group.", &enroll)
}
