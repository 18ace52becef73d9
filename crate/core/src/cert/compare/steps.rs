//! What has to be uploaded where, and in which order, so that no device is locked out on the way.

use std::sync::Arc;

use super::{
    facts::label,
    subject::{Relation, Subject},
};
use crate::{
    cert::{
        input::Enrollment,
        path::{chain::Chain, link::Link},
        x509::certificate::Certificate,
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
    /// What to do, as a sentence.
    pub sentence: String,
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
        let sentence = match verdict {
            Relation::DifferentIdentity => {
                "Disable the old enrollment when nothing uses the old certificate any more."
            }
            _ => {
                "Remove the old certificate from the enrollment when the device uses the new one; at once if its key has leaked."
            }
        };
        steps.push(step(Target::IndividualEnrollment, None, sentence, Standing::Documented, ROLL));
    }
    steps
}

fn step(
    target: Target,
    slot: Option<Slot>,
    sentence: impl Into<String>,
    standing: Standing,
    source: &'static str,
) -> Step {
    Step { target, slot, sentence: sentence.into(), standing, source }
}

fn individual(new: &Certificate, verdict: Relation) -> Step {
    let name = label(new);
    if verdict == Relation::DifferentIdentity {
        let sentence = format!(
            "Make an enrollment for the new registration ID with {name} as its primary certificate; a certificate can be \
             in one enrollment only."
        );
        step(Target::IndividualEnrollment, Some(Slot::Primary), sentence, Standing::Documented, ATTESTATION)
    } else {
        let sentence = format!(
            "Upload {name} as the secondary certificate, beside the old one, before the device uses it."
        );
        step(Target::IndividualEnrollment, Some(Slot::Secondary), sentence, Standing::Documented, ROLL)
    }
}

/// A group goes by its CA: a leaf below the same CA is nothing new to it.
fn group(old: &Chain, new: &Chain, old_leaf: &Certificate, new_leaf: &Certificate, steps: &mut Vec<Step>) {
    let group = Target::EnrollmentGroup;
    if new_leaf.is_self_issued() {
        // Between two self-signed certificates there never was a group.
        if !old_leaf.is_self_issued() {
            let sentence = "Nothing to upload: a self-signed certificate leads to no group's CA. It needs an individual enrollment.";
            steps.push(step(group, None, sentence, Standing::Documented, ATTESTATION));
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
    if added.is_empty() && is_same_issuer(old_leaf, new_leaf) {
        let sentence = "Nothing to upload: the new chain leads to the same CA.";
        steps.push(step(group, None, sentence, Standing::Documented, ATTESTATION));
        return;
    }
    if !kept.is_empty() {
        let sentence =
            format!("Nothing to upload if the group's CA is one that both chains have: {}.", kept.join(", "));
        steps.push(step(group, None, sentence, Standing::Documented, ATTESTATION));
    }
    if let Some(root) = new.root.as_ref().filter(|root| !is_old(root)) {
        let sentence = format!(
            "Add {} and verify it, so that the group's CA leads to a verified one.",
            label(&root.certificate)
        );
        steps.push(step(Target::PortalCertificates, None, sentence, Standing::Documented, VERIFY));
    }
    let condition = if kept.is_empty() { "" } else { "Otherwise: " };
    let sentence = match added.as_slice() {
        [] => format!(
            "{condition}The device's certificate has another issuer, \"{}\", whose certificate is not among the files. Compare \
             the whole chains, or upload that CA as the secondary certificate of the group.",
            new_leaf.issuer
        ),
        added => format!(
            "{condition}Upload one of the new CAs as the secondary certificate, beside the old one, before any device uses the \
             new chain: {}.",
            added.join(", ")
        ),
    };
    steps.push(step(group, Some(Slot::Secondary), sentence, Standing::Documented, ROLL));
}

/// The same name of the issuer, and no key identifiers that say otherwise.
fn is_same_issuer(old: &Certificate, new: &Certificate) -> bool {
    let is_same_key = match (&old.authority_key_id, &new.authority_key_id) {
        (Some(old), Some(new)) => old == new,
        _ => true,
    };
    old.issuer.says_the_same(&new.issuer) && is_same_key
}

fn device(new: &Chain, verdict: Relation, steps: &mut Vec<Step>) {
    let above = match new.intermediates.len() {
        0 => "",
        1 => " and, behind it in the same file, its intermediate,",
        _ => " and, behind it in the same file, its intermediates,",
    };
    let key = match verdict {
        Relation::NewKey | Relation::DifferentIdentity => " together with its private key",
        _ => "",
    };
    let sentence = format!("Put the new certificate{above} onto the device{key}.");
    steps.push(step(Target::Device, None, sentence, Standing::Documented, CHAIN_SENT));
    if verdict != Relation::OtherChain {
        let sentence =
            "Let the device provision again: until then its hub may know it by the old certificate only.";
        steps.push(step(Target::Device, None, sentence, Standing::Documented, REPROVISION));
    }
}

fn authority(new: &Certificate, verdict: Relation) -> Vec<Step> {
    let name = label(new);
    let upload = format!("Upload {name} as the secondary certificate of its groups, beside the old one.");
    let verify = if new.is_self_issued() {
        format!("Add {name} and verify it.")
    } else {
        format!("Add {name} and verify it, unless it leads to a verified CA.")
    };
    let mut steps = vec![
        step(Target::PortalCertificates, None, verify, Standing::Documented, VERIFY),
        step(Target::EnrollmentGroup, Some(Slot::Secondary), upload, Standing::Documented, ROLL),
    ];
    let (devices, standing) = match verdict {
        Relation::Renewal => (
            "Nothing to do: the CA has the same name and key, so what it issued leads to both.",
            Standing::Unproven,
        ),
        _ => (
            "Give every device a certificate that the new CA issued; those of the old CA do not lead to it.",
            Standing::Documented,
        ),
    };
    steps.push(step(Target::Device, None, devices, standing, "RFC 5280 section 6.1"));
    let remove = "Remove the old CA from the groups when no device depends on it any more.";
    steps.push(step(Target::EnrollmentGroup, None, remove, Standing::Documented, ROLL));
    steps
}
