//! The whole check: files in, chain and findings out.

use std::sync::Arc;

use crate::{
    cert::{
        budget::Budget,
        der::kind::Kind,
        file::{File, Item},
        input::{Enrollment, Input, Inputs, Purpose},
        path::{
            chain::Chain,
            link::Link,
            question::{Fault, Question},
            role::{Role, ServerRoot},
            signatures::Signatures,
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
    finding::{Definition, Family, Finding, Place},
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
        self.chain.sent(&self.group_cas).map(AsRef::as_ref).collect()
    }

    /// What cannot be used at all, whatever the service would say of the certificates: errors about files, or if there
    /// are none about keys.
    #[must_use]
    pub fn unusable(&self) -> Vec<Finding> {
        let errors_of = |is_of: fn(Family) -> bool| {
            let errors = self.findings.iter().filter(|finding| finding.is_error_of(is_of));
            errors.cloned().collect::<Vec<_>>()
        };
        let files = errors_of(Family::is_about_files);
        if files.is_empty() { errors_of(Family::is_about_keys) } else { files }
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
    let budget = inputs.budget.clone();
    let Files { mut report, device, others, shut } = Files::read(inputs, &budget);
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
    let is_wanted =
        |certificate: &Certificate| if is_any_keyed { has_key(certificate) } else { has_name(certificate) };
    let signatures = Signatures::new(&budget);
    let uploaded = if inputs.enrollment == Enrollment::Individual { &[][..] } else { &report.group_cas };
    let mut answer = None;
    report.chain = Chain::build(&device, is_wanted, &signatures, |leaf, others| {
        if inputs.enrollment == Enrollment::Individual {
            return Vec::new();
        }
        let own: Vec<_> = others.iter().filter(|link| link.certificate.is_self_issued()).cloned().collect();
        let anchors = if uploaded.is_empty() { &own[..] } else { uploaded };
        let given = Question { leaf, sent: others, anchors, at: inputs.at }.answer(&signatures);
        let path = given.as_ref().cloned().unwrap_or_default();
        // The roots of the files are what the service has only as long as nobody says what that is.
        answer = (given.is_ok() || !uploaded.is_empty()).then_some(given);
        path
    });
    let way = way(&report.chain, uploaded, inputs.enrollment, answer.as_ref(), &signatures);
    let answer = match (answer, &report.chain.leaf) {
        (Some(answer), _) => answer.err(),
        (None, None) => None,
        (None, Some(leaf)) => {
            let sent = way.get(1..).unwrap_or_default();
            let anchors = way.get(way.len().saturating_sub(1)..).unwrap_or_default();
            Question { leaf, sent, anchors, at: inputs.at }.answer(&signatures).err()
        }
    };
    forgive_other_keys(&mut report, &shut);
    let context = Context {
        chain: &report.chain,
        way: &way,
        fault: answer.as_ref(),
        signatures: &signatures,
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

/// The way from the device's certificate to what the service has, which the rules explain: the path that holds, or, as
/// far as it can be told, the one that should.
fn way(
    chain: &Chain,
    uploaded: &[Arc<Link>],
    enrollment: Enrollment,
    answer: Option<&Result<Vec<Arc<Link>>, Fault>>,
    signatures: &Signatures<'_>,
) -> Vec<Arc<Link>> {
    let links: Vec<_> = chain.links().cloned().collect();
    if enrollment == Enrollment::Individual {
        return chain.leaf.iter().cloned().collect();
    }
    if uploaded.is_empty() || chain.leaf.is_none() {
        return links;
    }
    if let Some(Ok(path)) = answer {
        // A certificate that stands in the files too is told by its place there.
        let own = |link: &Arc<Link>| {
            let mut own = links.iter().filter(|own| own.certificate.der == link.certificate.der);
            Arc::clone(own.next().unwrap_or(link))
        };
        return path.iter().map(own).collect();
    }
    let is_uploaded = |link: &Arc<Link>| uploaded.iter().any(|ca| ca.certificate.der == link.certificate.der);
    if let Some(last) = links.iter().position(is_uploaded) {
        return links.into_iter().take(last + 1).collect();
    }
    let is_issuer = |ca: &Certificate, link: &Certificate| ca.subject.says_the_same(&link.issuer);
    let has_signed =
        |ca: &Certificate, link: &Certificate| is_issuer(ca, link) && signatures.has_signed(ca, link).is_ok();
    let up_to = |is_above: &dyn Fn(&Certificate, &Certificate) -> bool| {
        links.iter().enumerate().find_map(|(at, link)| {
            let ca = uploaded.iter().find(|ca| is_above(&ca.certificate, &link.certificate))?;
            Some(links.iter().take(at + 1).chain([ca]).cloned().collect::<Vec<_>>())
        })
    };
    // If nothing was signed by any of them, one that has the name may be the right one, made anew.
    up_to(&has_signed).or_else(|| up_to(&is_issuer)).unwrap_or(links)
}

/// Reads the files: what they hold, and what is wrong with each as a file. No chain is built, no rule applied.
#[must_use]
pub fn read(inputs: &Inputs<'_>) -> Report {
    Files::read(inputs, &inputs.budget.clone()).report
}

/// A key that stays shut and that nobody called the device's is another's, where the device's own is there.
fn forgive_other_keys(report: &mut Report, shut: &[Place]) {
    let Some(leaf) = &report.chain.leaf else { return };
    let is_its = |(key, _): &&(KeyFacts, Place)| key.matches(&leaf.certificate.public_key) == KeyMatch::Yes;
    let Some((_, own)) = report.keys.iter().find(is_its) else { return };
    let mut is_any_left = false;
    for finding in report.findings.iter_mut().filter(|finding| rule::key::is_of_shut_key(finding)) {
        if shut.contains(&finding.place) {
            *finding = rule::key::anothers(&finding.place, own);
        } else {
            is_any_left = true;
        }
    }
    report.is_passphrase_missing &= is_any_left;
}

/// What was read.
#[derive(Default)]
struct Files {
    report: Report,
    /// The certificates that may be of the device.
    device: Vec<Arc<Link>>,
    /// What else is in files of which nobody said the purpose.
    others: Vec<(Kind, Place)>,
    /// The keys that stayed shut and that nobody said to be the device's.
    shut: Vec<Place>,
}

impl Files {
    fn read(inputs: &Inputs<'_>, budget: &Budget) -> Self {
        let Self { mut report, mut device, mut others, mut shut } = Self::default();
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
            let items = open_stores(file.items, inputs.passphrase.as_ref(), budget, &mut report);
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
                    match KeyFacts::read(item.kind, &item.der, inputs.passphrase.as_ref(), budget) {
                        Ok(facts) => report.keys.push((facts, item.place.clone())),
                        Err(error) => {
                            report.is_passphrase_missing |= error == KeyError::PassphraseMissing;
                            report.findings.push(rule::key::unreadable(error, &item.place));
                            shut.extend((input.purpose != Purpose::DeviceKey).then(|| item.place.clone()));
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
        Self { report, device, others, shut }
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
