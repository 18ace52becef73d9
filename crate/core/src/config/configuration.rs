//! The files of one target, whole, and the certificate files that go with them.

use super::{
    artifact::{Artifact, Group, Guide},
    client::Target,
    device::{DeviceSetup, Pem},
    finding,
    job::{CHAIN, Files, GROUP_CA, INTERMEDIATES, Job, LEAF, ROOTS},
    limit,
    piece::Piece,
};
use crate::finding::{Finding, Severity};

/// The files of one target, and what to do with them.
#[derive(Debug)]
#[non_exhaustive]
pub struct Configuration {
    /// The target.
    pub target: &'static Target,
    /// Its files, each in a folder of the target's name.
    pub artifacts: Vec<Artifact>,
    /// What to do with them.
    pub guide: Guide,
    /// What goes into the boxes of its dialogue, for a client that is set up by hand.
    pub form: Vec<Group>,
    /// What is doubtful.
    pub findings: Vec<Finding>,
}

/// Writes the files of a target.
///
/// # Errors
/// What the target needs and was not given, and what it cannot carry: findings, at least one of them an error.
pub fn configure(target: &'static Target, device: &DeviceSetup) -> Result<Configuration, Vec<Finding>> {
    let mut findings = limit::check(target, device);
    let job = Job::new(target.name, target.home, device);
    findings.extend(job.not_held());
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(findings);
    }
    let Files { mut artifacts, guide, form, findings: more } = (target.write)(&job);
    findings.extend(more);
    for artifact in &mut artifacts {
        artifact.path = format!("{}/{}", target.name, artifact.path);
        if artifact.is_secret {
            findings.push(finding::key_embedded(target.name, &artifact.path));
        }
    }
    Ok(Configuration { target, artifacts, guide, form, findings })
}

/// The certificate files that these targets refer to, in the top folder of the output.
#[must_use]
pub fn certificates(targets: &[&Target], device: &DeviceSetup) -> Vec<Artifact> {
    let is_needed = |piece| targets.iter().any(|target| target.needs.contains(&piece));
    let text = |pems: &[Pem]| pems.iter().map(|pem| pem.text.as_str()).collect::<String>();
    let group_ca: Vec<Pem> = device.group_ca.clone().into_iter().filter(|_| device.is_group()).collect();
    let files = [
        (Piece::Chain, CHAIN, text(&device.chain)),
        (Piece::Leaf, LEAF, text(device.chain.get(..1).unwrap_or_default())),
        (Piece::Intermediates, INTERMEDIATES, text(device.intermediates())),
        (Piece::Roots, ROOTS, device.roots.iter().map(|root| root.pem.as_str()).collect()),
        (Piece::GroupCa, GROUP_CA, text(&group_ca)),
    ];
    let is_there = |(piece, _, text): &(Piece, &str, String)| is_needed(*piece) && !text.is_empty();
    files.into_iter().filter(is_there).map(|(_, name, text)| Artifact::new(name, text)).collect()
}
