//! A report as a person reads it: the chain as a tree, the other certificates and keys, where each file goes, and
//! the findings.

mod boxes;
mod tree;

use std::{fmt::Write as _, sync::Arc};

use dps_x509_core::{
    cert::{
        Kind, Link, Report, Role, UnixTime, Verdict,
        key::KeyMatch,
        verdict::{Condition, Word},
    },
    finding::{Finding, Naming},
};

use super::{
    Args, Question,
    verdict::{is_allowed, tally},
};
use crate::terminal::Paint;

/// What is said of a device that is ready while nothing shows that it can prove itself.
pub(super) const IF_IT_HAS_THE_KEY: &str = "if the device has the private key, which was not compared";

/// The whole report, painted.
pub(super) fn report(
    report: &Report,
    question: &Question,
    verdict: &Verdict,
    args: &Args,
    left_out: &str,
) -> String {
    let mut sections = vec![tree::chain(report, question.inputs.at)];
    sections.push(others(report, question));
    sections.push(keys(report));
    sections.push(remainder(report));
    sections.push(boxes::table(report, question));
    sections.push(left_out.trim_start().to_owned());
    let findings = report.findings.iter().map(|finding| block(finding, is_allowed(finding, args)));
    sections.push(findings.collect::<Vec<_>>().join("\n"));
    sections.push(ending(report, verdict, args));
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

/// What decides a verdict, under the name of its device.
pub(super) fn decisive(name: &str, report: &Report, verdict: &Verdict) -> String {
    let is_decisive =
        |finding: &&Finding| finding.caused_by.is_none() && verdict.decided_by.contains(&finding.definition);
    let title = Paint::Title.on(&name.escape_debug().to_string());
    let findings = report.findings.iter().filter(is_decisive).map(|finding| block(finding, false));
    format!("{title}\n{}", findings.collect::<Vec<_>>().join("\n"))
}

/// A line that stands back.
pub(super) fn faint(line: &str) -> String {
    format!("{}\n", Paint::Faint.on(line))
}

/// The certificates that are not in the device's chain.
fn others(report: &Report, question: &Question) -> String {
    let at = question.inputs.at;
    let is_in_chain =
        |role: Role| matches!(role, Role::Leaf | Role::SelfSignedDevice | Role::Intermediate | Role::Root);
    let mut section = String::new();
    let groups = [
        ("Uploaded to the service", &report.group_cas),
        ("What the device trusts the server by", &report.server_trust),
    ];
    for (title, links) in groups {
        if !links.is_empty() {
            section += &format!("{}\n", Paint::Title.on(title));
        }
        let links: Vec<_> = links.iter().map(|link| (link, Role::of(link, &report.chain))).collect();
        section += &listed(&links, at);
    }
    let strangers: Vec<_> = report
        .chain
        .strangers
        .iter()
        .map(|link| (link, Role::of(link, &report.chain)))
        .filter(|(_, role)| report.chain.leaf.is_none() || !is_in_chain(*role))
        .collect();
    if !strangers.is_empty() {
        let title = if report.chain.leaf.is_some() { "Not of the chain" } else { "Certificates" };
        section += &format!("{}\n", Paint::Title.on(title));
    }
    section + &listed(&strangers, at)
}

/// Certificates one below the other; of a bundle or a list of devices the first, and how many there are.
fn listed(links: &[(&Arc<Link>, Role)], at: Option<UnixTime>) -> String {
    const MOST: usize = 20;
    let (shown, left) = links
        .split_at_checked(MOST + 1)
        .map_or((links, 0), |_| (links.get(..MOST).unwrap_or_default(), links.len() - MOST));
    let mut section: String =
        shown.iter().map(|(link, role)| tree::certificate(link, *role, at, "  ")).collect();
    if left > 0 {
        section +=
            &format!("  {}\n", Paint::Faint.on(&format!("and {left} more; --format json has all of them")));
    }
    section
}

fn keys(report: &Report) -> String {
    let Some((first, rest)) = report.keys.split_first() else { return String::new() };
    let mut section =
        format!("{}\n", Paint::Title.on(if rest.is_empty() { "Private key" } else { "Private keys" }));
    for (key, place) in std::iter::once(first).chain(rest) {
        let fit = match (report.owner(key), &report.chain.leaf) {
            (Some(certificate), _) => format!("belongs to {}", certificate.subject),
            (None, None) => "no certificate to compare it with".to_owned(),
            (None, Some(leaf)) => match key.matches(&leaf.certificate.public_key) {
                KeyMatch::Unknown => "cannot be compared with the leaf".to_owned(),
                _ => "belongs to no certificate here".to_owned(),
            },
        };
        let kept = if key.container.is_none() {
            "; it stays in its token, and its public key was compared"
        } else {
            ""
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            section,
            "  {}, {fit}{kept}\n    {}",
            key.key_type,
            Paint::Faint.on(&tree::file_of(place))
        );
    }
    section
}

/// What is neither a certificate nor a private key: requests, public keys, stores that stay shut.
fn remainder(report: &Report) -> String {
    let others =
        report.items.iter().filter(|item| !matches!(item.kind, Kind::Certificate | Kind::PrivateKey(_)));
    let lines: String = others
        .map(|item| format!("  {}\n    {}\n", item.kind, Paint::Faint.on(&tree::file_of(&item.place))))
        .collect();
    if lines.is_empty() { lines } else { format!("{}\n{lines}", Paint::Title.on("Also in the files")) }
}

/// A finding's block, the first line in the colour of its severity.
fn block(finding: &Finding, is_allowed: bool) -> String {
    let text = finding.to_text(Naming::CommandLine);
    let (head, body) = text.split_once('\n').unwrap_or((&text, ""));
    let allowed = if is_allowed { " (allowed)" } else { "" };
    format!("{}{allowed}\n{body}\n", Paint::of(finding.severity).on(head))
}

fn ending(report: &Report, verdict: &Verdict, args: &Args) -> String {
    let word = match (verdict.word, verdict.unless) {
        (Word::Ready, _) if report.chain.leaf.is_none() => Paint::Good.on("Nothing wrong"),
        (Word::Ready, _) if report.is_key_unseen() => Paint::Good.on(&format!("Ready, {IF_IT_HAS_THE_KEY}")),
        (Word::Ready, _) => Paint::Good.on("Ready"),
        (Word::NotReady, Some(Condition::Repaired)) => {
            Paint::Bad.on("Not ready before it is repaired (--write-fixed DIR)")
        }
        (Word::NotReady, Some(condition)) => Paint::Bad.on(&format!("Not ready, unless {condition}")),
        (Word::NotReady, None) => Paint::Bad.on("Not ready"),
        (Word::NothingUsable, _) if report.items.is_empty() => Paint::Bad.on("Nothing usable"),
        (Word::NothingUsable, _) => Paint::Bad.on("Nothing usable, for lack of a device's certificate"),
    };
    let allowed = report.findings.iter().filter(|finding| is_allowed(finding, args)).count();
    let tally = match (tally(&report.findings), allowed) {
        (tally, _) if tally.is_empty() => String::new(),
        (tally, 0) => format!(": {tally}"),
        (tally, allowed) => format!(": {tally}, {allowed} of them allowed"),
    };
    // The last of equal ones is taken: from behind that is the first of the list.
    let worst = report.findings.iter().rev().max_by_key(|finding| finding.severity);
    let explain =
        worst.map(|finding| format!(" `dps-x509 explain {}` says more.", finding.code())).unwrap_or_default();
    format!("{word}{tally}.{explain}\n")
}
