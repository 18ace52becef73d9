//! The roots to trust, by cloud, with fingerprints, source and expiry.
//!
//! Source: DPS document `tls-support`, azure-iot-sdk-c `certs/certs.c`.

use super::{Family, Files, Job, Limits, Proof, Target};
use crate::{
    cert::UnixTime,
    config::{Artifact, Root, roots},
    name::Cloud,
};

pub(super) static TARGET: Target = Target {
    name: "roots",
    title: "the roots to trust, by cloud: PEM with fingerprints, source and expiry",
    family: Family::Azure,
    needs: &[],
    limits: Limits::NONE,
    home: None,
    proof: Proof::Read(
        "compared with Mozilla's list and with the published fingerprints; openssl reads the files",
    ),
    write,
};

fn write(_job: &Job<'_>) -> Files {
    let files = Cloud::ALL.map(|cloud| {
        let texts: Vec<String> = roots(cloud).iter().map(|root| describe(root, cloud)).collect();
        let head = format!(
            "# Roots of Azure's {cloud} cloud, for the CA file of a device. Never pin what is below them.\n\
             # Baltimore CyberTrust Root is not among them: it expired on 2025-05-12, and nothing leads to it any more.\n\n"
        );
        Artifact::new(format!("azure-roots-{cloud}.pem"), head + &texts.join("\n"))
    });
    Files::new().files(files).guide(
        "On the device, as the CA file of its client; the file of its cloud.",
        "openssl x509 -in azure-roots-public.pem -noout -fingerprint -sha256 shows the first one's fingerprint",
        "The fingerprints are those that DigiCert and Microsoft publish.",
    )
}

fn describe(root: &Root, cloud: Cloud) -> String {
    let colons = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
    let certificate = &root.certificate;
    let name = root.known.map_or("", |known| known.name);
    let is_current = root.known.is_some_and(|known| known.clouds.contains(&cloud));
    let today =
        if is_current { "the endpoints lead to it today" } else { "named by Azure as one to trust besides" };
    let until = certificate.not_after.map_or_else(|| "unknown".to_owned(), UnixTime::to_rfc3339);
    format!(
        "# {name}\n# {today}\n# valid until {until}\n# SHA-1   {}\n# SHA-256 {}\n# from    {}\n{}",
        colons(&certificate.sha1()),
        colons(&certificate.sha256()),
        root.source,
        root.pem
    )
}
