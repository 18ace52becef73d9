//! The whole check: files in, chain and findings out.

use std::sync::Arc;

use crate::{
    cert::{
        budget::Budget,
        der::kind::Kind,
        file::{File, Item},
        input::{Input, Inputs, Purpose},
        path::{
            chain::Chain,
            link::Link,
            role::{Role, ServerRoot},
        },
        rule::{self, Context, purpose},
        secret::{
            error::KeyError,
            key::{KeyFacts, KeyMatch},
            passphrase::Passphrase,
            store,
        },
        x509::certificate::Certificate,
    },
    finding::{Definition, Finding, Place},
};

/// What was found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The device's chain, from the files that may hold it.
    pub chain: Chain,
    /// The CA certificates that were uploaded to the service.
    pub group_cas: Vec<Arc<Link>>,
    /// The roots by which the device trusts the server.
    pub server_trust: Vec<Arc<Link>>,
    /// What is public of the private keys, and where each came from.
    pub keys: Vec<(KeyFacts, Place)>,
    /// Everything that is in the files, in their order. Secrets are told by kind and place; their bytes are gone.
    pub items: Vec<Item>,
    /// Whether a key or a store has a passphrase and none was given.
    pub is_passphrase_missing: bool,
    /// Of the findings, the kinds for which a device's client does not read the files as they are written. They are
    /// warnings, because the repaired text ([`File::to_pem`]) is all that it takes.
    pub refused: Vec<&'static Definition>,
    /// What is wrong, in the order of the files and then of the rules.
    pub findings: Vec<Finding>,
}

impl Report {
    /// What a device sends: leaf and intermediates, but neither the root nor the CA that the service has already
    /// (azure-iot-sdk-c `prov_dev_client_ll_x509_sample/readme.md`).
    #[must_use]
    pub fn sent(&self) -> Vec<&Link> {
        let is_uploaded = |link: &&Link| {
            self.group_cas.iter().any(|uploaded| uploaded.certificate.der == link.certificate.der)
        };
        let above = self.chain.intermediates.iter().map(AsRef::as_ref).take_while(|link| !is_uploaded(link));
        self.chain.leaf.iter().map(AsRef::as_ref).chain(above).collect()
    }

    /// The certificate that a private key belongs to, the device's chain first.
    #[must_use]
    pub fn owner(&self, key: &KeyFacts) -> Option<&Certificate> {
        let mut certificates = self.roles().map(|(link, _)| &link.certificate);
        certificates.find(|certificate| key.matches(&certificate.public_key) == KeyMatch::Yes)
    }

    /// Every certificate with its role, the device's chain first.
    pub fn roles(&self) -> impl Iterator<Item = (&Arc<Link>, Role)> {
        let device = self.chain.links().chain(&self.chain.strangers);
        device
            .chain(&self.group_cas)
            .chain(&self.server_trust)
            .map(|link| (link, Role::of(link, &self.chain)))
    }
}

/// Reads the files, builds the chain, and applies every rule.
#[must_use]
pub fn check(inputs: &Inputs<'_>) -> Report {
    let Files { mut report, device, others } = Files::read(inputs);
    let has_key = |certificate: &Certificate| {
        report.keys.iter().any(|(key, _)| key.matches(&certificate.public_key) == KeyMatch::Yes)
    };
    let has_name = |certificate: &Certificate| {
        let mut names = certificate.subject.common_names().filter_map(|name| name.text.as_deref());
        inputs
            .registration_id
            .as_ref()
            .is_some_and(|id| names.any(|name| name.eq_ignore_ascii_case(id.as_str())))
    };
    let is_any_keyed = device.iter().any(|link| has_key(&link.certificate));
    report.chain =
        Chain::build(
            &device,
            |certificate| if is_any_keyed { has_key(certificate) } else { has_name(certificate) },
        );
    let context = Context {
        chain: &report.chain,
        group_cas: &report.group_cas,
        server_trust: &report.server_trust,
        others: &others,
        keys: &report.keys,
        registration_id: inputs.registration_id.as_ref(),
        at: inputs.at,
        expires_within: inputs.expires_within,
        cloud: inputs.cloud,
        enrollment: inputs.enrollment,
    };
    for rule in rule::ALL {
        (rule.check)(&context, &mut report.findings);
    }
    rule::link_causes(&mut report.findings);
    report
}

/// Reads the files: what they hold, and what is wrong with each as a file. No chain is built, no rule applied.
#[must_use]
pub fn read(inputs: &Inputs<'_>) -> Report {
    Files::read(inputs).report
}

/// What was read.
#[derive(Default)]
struct Files {
    report: Report,
    /// The certificates that may be of the device.
    device: Vec<Arc<Link>>,
    /// What else is in files of which nobody said the purpose.
    others: Vec<(Kind, Place)>,
}

impl Files {
    fn read(inputs: &Inputs<'_>) -> Self {
        let Self { mut report, mut device, mut others } = Self::default();
        let budget = inputs.budget.clone();
        for (number, input) in inputs.files.iter().enumerate() {
            let before = inputs.files.get(..number).unwrap_or_default();
            let file = File::read(input.bytes, &input.place);
            if let Some(first) = before.iter().find(|first| is_copy(input, first) && !file.items.is_empty()) {
                report.findings.push(purpose::copy(input, first));
                report.items.extend(file.items.into_iter().map(Item::without_secret));
                continue;
            }
            let (told, known) = (report.findings.len(), report.keys.len());
            report.findings.extend(file.findings);
            report.refused.extend(file.refused);
            let items = open_stores(file.items, inputs.passphrase.as_ref(), &budget, &mut report);
            purpose::check(input, &items, &mut report.findings);
            for item in items {
                if item.kind == Kind::Certificate && input.purpose != Purpose::DeviceKey {
                    match Certificate::read(&item.der) {
                        Ok(certificate) => {
                            let links = match input.purpose {
                                Purpose::GroupCa => &mut report.group_cas,
                                Purpose::ServerTrust => &mut report.server_trust,
                                Purpose::Any if ServerRoot::of(&certificate).is_some() => {
                                    &mut report.server_trust
                                }
                                _ => &mut device,
                            };
                            let object = format!("certificate \"{}\"", certificate.subject);
                            let place = item.place.clone().object(object);
                            links.push(Arc::new(Link { certificate, place, file: number }));
                        }
                        Err(outline) => report.findings.push(rule::damage::no_outline(&outline, &item.place)),
                    }
                }
                let is_other =
                    item.kind != Kind::Certificate && item.kind != Kind::Unknown && !item.kind.is_store();
                if is_other && input.purpose == Purpose::Any {
                    others.push((item.kind, item.place.clone()));
                }
                if let Kind::PrivateKey(_) = item.kind {
                    match KeyFacts::read(item.kind, &item.der, inputs.passphrase.as_ref(), &budget) {
                        Ok(facts) => report.keys.push((facts, item.place.clone())),
                        Err(error) => {
                            report.is_passphrase_missing |= error == KeyError::PassphraseMissing;
                            report.findings.push(rule::key::unreadable(error, &item.place));
                        }
                    }
                }
                report.items.push(item.without_secret());
            }
            if before.iter().any(|first| first.bytes == input.bytes) {
                forget_repeated(&mut report.findings, told);
                report.keys.truncate(known);
            }
        }
        Self { report, device, others }
    }
}

/// Whether a file says nothing that another has not said.
fn is_copy(input: &Input<'_>, first: &Input<'_>) -> bool {
    first.purpose == input.purpose && first.bytes == input.bytes
}

/// Takes out what was told before, of the same bytes for another purpose.
fn forget_repeated(findings: &mut Vec<Finding>, told: usize) {
    let new = findings.split_off(told);
    let is_told = |one: &Finding| {
        findings.iter().any(|other| other.definition == one.definition && other.message == one.message)
    };
    let new: Vec<_> = new.into_iter().filter(|one| !is_told(one)).collect();
    findings.extend(new);
}

/// Puts what PKCS#7 and PKCS#12 hold in the place of the store itself. One that stays shut stays an item.
fn open_stores(
    items: Vec<Item>,
    passphrase: Option<&Passphrase>,
    budget: &Budget,
    report: &mut Report,
) -> Vec<Item> {
    let mut out = Vec::new();
    for item in items {
        let stored = match item.kind {
            Kind::Pkcs7 => store::pkcs7(&item.der),
            Kind::Pkcs12 => match store::pkcs12(&item.der, passphrase, budget) {
                Ok(stored) => Some(stored),
                Err(error) => {
                    report.is_passphrase_missing |= error == KeyError::PassphraseMissing;
                    report.findings.push(rule::key::store_unreadable(error, &item.place));
                    None
                }
            },
            _ => None,
        };
        match stored {
            Some(stored) => {
                out.extend(stored.into_iter().map(|stored| item.holding(stored.kind, stored.der)))
            }
            None => out.push(item),
        }
    }
    out
}
