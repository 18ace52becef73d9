//! The roots to trust, by cloud: the certificates that Azure's endpoints lead to.
//!
//! They are compared with Mozilla's list in `tests/roots.rs`.

use crate::{
    cert::{Certificate, File, role::ServerRoot},
    finding::Place,
    name::{Cloud, root},
    order,
};

/// A root, with what a person wants to know before trusting it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Root {
    /// The certificate as PEM, with its line breaks.
    pub pem: String,
    /// The certificate.
    pub certificate: Certificate,
    /// Which of Azure's it is; `None` for a root of one's own.
    pub known: Option<&'static ServerRoot>,
    /// Where it can be had from its owner; empty for a root of one's own.
    pub source: &'static str,
}

const DIGICERT: &str = "https://www.digicert.com/kb/digicert-root-certificates.htm";
const MICROSOFT: &str = "https://www.microsoft.com/pkiops/docs/repository.htm";

/// PEM and source, the two of today's public endpoints first.
static FILES: [(&str, &str); 5] = [
    (root::DIGICERT_G2, DIGICERT),
    (root::MICROSOFT_RSA, MICROSOFT),
    (root::DIGICERT_G3, DIGICERT),
    (root::MICROSOFT_ECC, MICROSOFT),
    (root::DIGICERT_G1, DIGICERT),
];

/// The roots of a cloud: DigiCert Global Root G2, Microsoft RSA Root 2017 and the two roots with EC keys that Azure
/// names as the next ones; for US Government and China also DigiCert Global Root CA ("G1"), which their endpoints still
/// lead to and which systems drop from their own stores (DPS document `tls-support`).
#[must_use]
pub fn roots(cloud: Cloud) -> Vec<Root> {
    let all = FILES.iter().filter_map(|(pem, source)| {
        let file = File::read(pem.as_bytes(), &Place::default());
        let certificate = Certificate::read(&file.items.first()?.der).ok()?;
        let known = ServerRoot::of(&certificate);
        Some(Root { pem: (*pem).to_owned(), certificate, known, source })
    });
    let is_older = |root: &Root| {
        root.known.is_some_and(|known| !known.clouds.contains(&Cloud::Public) && !known.clouds.is_empty())
    };
    let mut roots: Vec<Root> = all.filter(|root| cloud != Cloud::Public || !is_older(root)).collect();
    // What the cloud leads to today comes first.
    order::by_key(&mut roots, |root| !root.known.is_some_and(|known| known.clouds.contains(&cloud)));
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_has_its_roots_and_none_is_retired() {
        let names = |cloud| roots(cloud).iter().map(|root| root.known.unwrap().name).collect::<Vec<_>>();
        let (g2, rsa) = ("DigiCert Global Root G2", "Microsoft RSA Root Certificate Authority 2017");
        let (g3, ecc) = ("DigiCert Global Root G3", "Microsoft ECC Root Certificate Authority 2017");
        assert_eq!(names(Cloud::Public), [g2, rsa, g3, ecc]);
        for cloud in [Cloud::UsGov, Cloud::China] {
            assert_eq!(names(cloud), ["DigiCert Global Root CA", g2, rsa, g3, ecc]);
        }
        assert!(
            Cloud::ALL.iter().all(|cloud| roots(*cloud).iter().all(|root| !root.known.unwrap().is_retired))
        );
    }
}
