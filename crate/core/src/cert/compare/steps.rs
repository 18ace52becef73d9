//! What has to be uploaded where, and in which order, so that no device is locked out on the way.

use std::sync::Arc;

use super::{
    action::Action,
    facts::label,
    subject::{Relation, Subject},
};
use crate::{
    cert::{
        input::Enrollment,
        path::{chain::Chain, link::Link},
        x509::{certificate::Certificate, signature::verify},
    },
    finding::Standing,
};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// Where.
    pub target: Target,
    /// Into which slot of an enrollment; `None` where there is none or nothing is uploaded.
    pub slot: Option<Slot>,
    /// What to do.
    pub action: Action,
    /// How sure it is that it has to be done.
    pub standing: Standing,
    /// Where that comes from.
    pub source: &'static str,
}

/// Where something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// The individual enrollment of the device.
    IndividualEnrollment,
    /// The enrollment group.
    EnrollmentGroup,
    /// The list of CA certificates of the DPS instance.
    PortalCertificates,
    /// The device itself.
    Device,
}

impl Target {
    /// The words for it in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IndividualEnrollment => "individual enrollment",
            Self::EnrollmentGroup => "enrollment group",
            Self::PortalCertificates => "CA certificates of the DPS instance",
            Self::Device => "device",
        }
    }
}

/// The two certificates that an enrollment takes, so that one can follow the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an enrollment has two")]
pub enum Slot {
    /// The first.
    Primary,
    /// The second.
    Secondary,
}

impl Slot {
    /// The word for it in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}

const ROLL: &str = "DPS how-to-roll-certificates";
const ATTESTATION: &str = "DPS concepts-x509-attestation";
const VERIFY: &str = "DPS how-to-verify-certificates; azure-docs#60870";
const CHAIN_SENT: &str = "azure-iot-sdk-c prov_dev_client_ll_x509_sample/readme.md";
const REPROVISION: &str = "DPS how-to-roll-certificates; azure-iot-sdk-csharp#3360";

pub(super) fn steps(
    old: &Chain,
    new: &Chain,
    verdict: Relation,
    subject: Subject,
    enrollment: Enrollment,
) -> Vec<Step> {
    let (Some(old_leaf), Some(new_leaf)) = (&old.leaf, &new.leaf) else { return Vec::new() };
    match (verdict, subject) {
        (Relation::Unchanged, _) | (Relation::OtherChain, Subject::Authority) => return Vec::new(),
        _ => {}
    }
    if subject == Subject::Authority {
        return authority(&new_leaf.certificate, verdict);
    }
    let mut steps = Vec::new();
    if enrollment != Enrollment::Group && verdict != Relation::OtherChain {
        steps.push(individual(&new_leaf.certificate, verdict));
    }
    if enrollment != Enrollment::Individual {
        group(old, new, &old_leaf.certificate, &new_leaf.certificate, &mut steps);
    }
    device(new, verdict, &mut steps);
    if enrollment != Enrollment::Group && verdict != Relation::OtherChain {
        let action = match verdict {
            Relation::DifferentIdentity => Action::DisableOldEnrollment,
            _ => Action::RemoveOldCertificate,
        };
        steps.push(step(Target::IndividualEnrollment, None, action, Standing::Documented, ROLL));
    }
    steps
}

fn step(
    target: Target,
    slot: Option<Slot>,
    action: Action,
    standing: Standing,
    source: &'static str,
) -> Step {
    Step { target, slot, action, standing, source }
}

fn individual(new: &Certificate, verdict: Relation) -> Step {
    let target = Target::IndividualEnrollment;
    if verdict == Relation::DifferentIdentity {
        let action = Action::MakeEnrollment(label(new));
        step(target, Some(Slot::Primary), action, Standing::Documented, ATTESTATION)
    } else {
        let action = Action::UploadBesideTheOld(label(new));
        step(target, Some(Slot::Secondary), action, Standing::Documented, ROLL)
    }
}

/// A group goes by its CA: a leaf below the same CA is nothing new to it.
fn group(old: &Chain, new: &Chain, old_leaf: &Certificate, new_leaf: &Certificate, steps: &mut Vec<Step>) {
    let group = Target::EnrollmentGroup;
    if new_leaf.is_self_issued() {
        // Between two self-signed certificates there never was a group.
        if !old_leaf.is_self_issued() {
            steps.push(step(group, None, Action::LeaveTheGroup, Standing::Documented, ATTESTATION));
        }
        return;
    }
    let authorities = |chain: &Chain| -> Vec<Arc<Link>> {
        chain.intermediates.iter().chain(&chain.root).map(Arc::clone).collect()
    };
    let (old_above, new_above) = (authorities(old), authorities(new));
    let is_old =
        |link: &&Arc<Link>| old_above.iter().any(|other| other.certificate.der == link.certificate.der);
    let added: Vec<String> =
        new_above.iter().filter(|link| !is_old(link)).map(|link| label(&link.certificate)).collect();
    let kept: Vec<String> = new_above.iter().filter(is_old).map(|link| label(&link.certificate)).collect();
    if added.is_empty() && is_same_issuer(old_leaf, new_leaf, &old_above) {
        steps.push(step(group, None, Action::KeepTheSameCa, Standing::Documented, ATTESTATION));
        return;
    }
    let is_otherwise = !kept.is_empty();
    if is_otherwise {
        steps.push(step(group, None, Action::KeepASharedCa(kept), Standing::Documented, ATTESTATION));
    }
    if let Some(root) = new.root.as_ref().filter(|root| !is_old(root)) {
        let action = Action::VerifyTheGroupsRoot(label(&root.certificate));
        steps.push(step(Target::PortalCertificates, None, action, Standing::Documented, VERIFY));
    }
    let action = if added.is_empty() {
        Action::FindTheIssuer { issuer: new_leaf.issuer.to_string(), is_otherwise }
    } else {
        Action::UploadANewCa { added, is_otherwise }
    };
    steps.push(step(group, Some(Slot::Secondary), action, Standing::Documented, ROLL));
}

/// The same name of the issuer, no key identifiers that say otherwise, and, where the CA is there, its signature.
fn is_same_issuer(old: &Certificate, new: &Certificate, above: &[Arc<Link>]) -> bool {
    let is_same_key = match (&old.authority_key_id, &new.authority_key_id) {
        (Some(old), Some(new)) => old == new,
        _ => true,
    };
    let has_signed = |subject: &Certificate, ca: &Arc<Link>| {
        ca.certificate.subject.says_the_same(&subject.issuer)
            && verify(&ca.certificate.public_key, subject).is_ok()
    };
    let is_signed = above.iter().find(|ca| has_signed(old, ca)).is_none_or(|ca| has_signed(new, ca));
    old.issuer.says_the_same(&new.issuer) && is_same_key && is_signed
}

fn device(new: &Chain, verdict: Relation, steps: &mut Vec<Step>) {
    let is_key_new = matches!(verdict, Relation::NewKey | Relation::DifferentIdentity);
    let action = Action::PutOntoTheDevice { intermediates: new.intermediates.len(), is_key_new };
    steps.push(step(Target::Device, None, action, Standing::Documented, CHAIN_SENT));
    if verdict != Relation::OtherChain {
        steps.push(step(Target::Device, None, Action::ProvisionAgain, Standing::Documented, REPROVISION));
    }
}

fn authority(new: &Certificate, verdict: Relation) -> Vec<Step> {
    let verify = Action::VerifyTheCa { certificate: label(new), is_self_issued: new.is_self_issued() };
    let (devices, standing) = match verdict {
        Relation::Renewal => (Action::KeepTheDevices, Standing::Unproven),
        _ => (Action::IssueForTheDevices, Standing::Documented),
    };
    let upload = Action::UploadTheCaBesideTheOld(label(new));
    let group = Target::EnrollmentGroup;
    vec![
        step(Target::PortalCertificates, None, verify, Standing::Documented, VERIFY),
        step(group, Some(Slot::Secondary), upload, Standing::Documented, ROLL),
        step(Target::Device, None, devices, standing, "RFC 5280 section 6.1"),
        step(group, None, Action::RemoveTheOldCa, Standing::Documented, ROLL),
    ]
}
