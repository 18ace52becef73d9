//! The server's chain as it was presented: who is in it, and which root it leads to.

use dps_x509_core::{
    cert::{Certificate, der::hex, link::has_signed, role::ServerRoot},
    finding::{Finding, catalogue},
    name::{Cloud, Endpoint},
};
use dps_x509_net::Trust;
use serde_json::{Map, Value, json};

/// A presented chain, read.
pub(super) struct Presented {
    certificates: Vec<Certificate>,
    root: Option<Certificate>,
}

impl Presented {
    /// Reads the chain, and looks for its root among those that are trusted and those of Azure. A root counts when it
    /// has signed, not when it bears the name.
    pub(super) fn read(chain: &[Vec<u8>], trusted: &[Vec<u8>]) -> Self {
        let certificates: Vec<_> = chain.iter().filter_map(|der| Certificate::read(der).ok()).collect();
        let azure = [Cloud::Public, Cloud::China].map(Trust::azure);
        let roots = trusted.iter().map(Vec::as_slice).chain(azure.iter().flat_map(Trust::roots));
        let roots: Vec<_> = roots.filter_map(|der| Certificate::read(der).ok()).collect();
        let root = top(&certificates).and_then(|top| {
            let is_root = |root: &&Certificate| {
                root.der == top.der
                    || (root.subject.says_the_same(&top.issuer) && has_signed(root, top).is_ok())
            };
            roots.iter().find(is_root).cloned()
        });
        Self { certificates, root }
    }

    /// Whether the root is one of Azure IoT's.
    fn is_azure(&self) -> bool {
        self.root.as_ref().is_some_and(|root| ServerRoot::of(root).is_some())
    }

    /// A line for each certificate, and one for the root.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for certificate in &self.certificates {
            let time = |time: Option<_>| {
                time.map_or("?".to_owned(), |time: dps_x509_core::cert::UnixTime| day(time))
            };
            lines.push(format!("{}", certificate.subject));
            lines.push(format!(
                "  issued by {}, valid from {} to {}",
                certificate.issuer,
                time(certificate.not_before),
                time(certificate.not_after)
            ));
        }
        if let Some(line) = self.root_line() {
            lines.push(line);
        }
        lines
    }

    fn root_line(&self) -> Option<String> {
        let top = top(&self.certificates)?;
        Some(match &self.root {
            Some(root) if self.is_azure() => format!("root: {}, one of Azure's", root.subject),
            Some(root) => format!("root: {}, trusted here, none of Azure's", root.subject),
            None => format!("root: not known here; the chain ends at {}", top.issuer),
        })
    }

    pub(super) fn to_json(&self) -> Map<String, Value> {
        let certificate = |it: &Certificate| {
            let mut object = Map::new();
            object.insert("subject".to_owned(), json!(it.subject.to_string()));
            object.insert("issuer".to_owned(), json!(it.issuer.to_string()));
            for (name, time) in [("notBefore", it.not_before), ("notAfter", it.not_after)] {
                if let Some(time) = time {
                    object.insert(name.to_owned(), json!(time.to_rfc3339()));
                }
            }
            object.insert("sha256".to_owned(), json!(hex(&it.sha256())));
            object
        };
        let chain: Vec<_> = self.certificates.iter().map(certificate).collect();
        let mut facts = Map::from_iter([("serverChain".to_owned(), json!(chain))]);
        if let Some(root) = &self.root {
            let mut root = certificate(root);
            root.insert("isAzure".to_owned(), json!(self.is_azure()));
            facts.insert("root".to_owned(), json!(root));
        }
        facts
    }

    /// At one of Azure's names, a chain that leads to none of Azure's roots.
    pub(super) fn interception(&self, endpoint: &Endpoint, is_trusted: bool) -> Option<Finding> {
        let top = top(&self.certificates)?;
        if self.is_azure() || !is_of_azure(endpoint.host()) {
            return None;
        }
        let message = format!(
            "The certificate at {endpoint} was issued under \"{}\", which is none of Azure's roots: somebody between this \
             machine and DPS ends TLS{}.",
            top.issuer,
            if is_trusted { ", and --trust makes this side accept it" } else { "" }
        );
        let next_step = "Ask for an exception from TLS inspection for this host. A device's certificate cannot pass through \
                         an inspecting firewall or proxy.";
        let expected = ServerRoot::names_for(
            Cloud::ALL.into_iter().find(|cloud| endpoint.host().ends_with(suffix(*cloud))),
        );
        let finding = Finding::new(&catalogue::TLS_INTERCEPTED, message, next_step)
            .expected(format!("a chain to {expected}"));
        Some(finding.found(top.issuer.to_string()))
    }
}

/// The certificate that the presented ones lead up to, each having issued the one before it.
fn top(certificates: &[Certificate]) -> Option<&Certificate> {
    let mut top = certificates.first()?;
    for next in certificates.iter().skip(1) {
        if next.subject.says_the_same(&top.issuer) && has_signed(next, top).is_ok() {
            top = next;
        }
    }
    Some(top)
}

/// What the names of a cloud's DPS end in.
fn suffix(cloud: Cloud) -> &'static str {
    cloud.global_host().strip_prefix("global").unwrap_or_default()
}

fn is_of_azure(host: &str) -> bool {
    Cloud::ALL.into_iter().any(|cloud| host.ends_with(suffix(cloud)))
}

fn day(time: dps_x509_core::cert::UnixTime) -> String {
    time.to_string().chars().take(10).collect()
}
