//! The device's chain as a tree, the root on top.

use std::fmt::Write as _;

use dps_x509_core::{
    cert::{Certificate, Chain, Link, Report, Role, UnixTime, candidate::Outcome, signature::Scheme},
    finding::{Naming, Place},
};

use crate::terminal::Paint;

/// Deeper levels stand under each other: a chain of a hundred is an attack or a mistake.
const DEEPEST: usize = 12;

/// Most candidates that are told; the JSON has more.
const MOST_TRIED: usize = 6;

/// The tree; empty without a chain.
pub(super) fn chain(report: &Report, at: Option<UnixTime>) -> String {
    let chain = &report.chain;
    let links: Vec<_> = chain.links().collect();
    if links.is_empty() {
        return String::new();
    }
    let title = if chain.leaf.is_some() { "The device's chain" } else { "A chain of CAs" };
    let mut tree = format!("{}\n", Paint::Title.on(title));
    let mut level = 0;
    if let Some(missing) = chain.missing_issuer() {
        tree += &format!("  {missing}  {}\n", Paint::Doubtful.on("not among the files"));
        level += 1;
    }
    for (position, link) in links.iter().enumerate().rev() {
        let indent = format!("  {}", "   ".repeat(level.min(DEEPEST)));
        let branch = if level == 0 {
            indent.clone()
        } else {
            format!("{}└─ ", indent.get(3..).unwrap_or_default())
        };
        let is_last = position == 0 && chain.leaf.is_some();
        let rest = if is_last { format!("{indent}   ") } else { format!("{indent}│  ") };
        tree += &lines(link, Role::of(link, chain), at, &branch, &rest);
        level += 1;
    }
    if chain.leaf.is_none() {
        let indent = "   ".repeat(level.min(DEEPEST).saturating_sub(1));
        let missing = Paint::Doubtful.on("not among the files");
        tree += &format!("  {indent}└─ the device's certificate  {missing}\n");
    }
    tree + &tried(chain)
}

/// What was tried as an issuer and not taken, or taken for lack of a better one.
fn tried(chain: &Chain) -> String {
    let rejected: Vec<_> = chain.candidates.iter().filter(|one| one.outcome != Outcome::Taken).collect();
    let mut lines = String::new();
    for one in rejected.iter().take(MOST_TRIED) {
        let (issuer, subject) = (&one.issuer.certificate.subject, &one.subject.certificate.subject);
        let (file, why) = (file_of(&one.issuer.place), one.outcome);
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "  tried {issuer} ({file}) as the issuer of {subject}: {why}");
    }
    match rejected.len().saturating_sub(MOST_TRIED) {
        0 => lines,
        more => format!("{lines}  and {more} more; --format json has them\n"),
    }
}

/// One certificate outside of the tree.
pub(super) fn certificate(link: &Link, role: Role, at: Option<UnixTime>, indent: &str) -> String {
    lines(link, role, at, indent, &format!("{indent}   "))
}

fn lines(link: &Link, role: Role, at: Option<UnixTime>, branch: &str, rest: &str) -> String {
    let certificate = &link.certificate;
    let signature = Scheme::of(&certificate.signature_algorithm)
        .map_or_else(|| "an unknown algorithm".to_owned(), |scheme| scheme.to_string());
    let name = Paint::Title.on(&certificate.subject.to_string());
    let (key, days) = (certificate.public_key.key_type(), validity(certificate, at));
    let facts = format!("{key}, signed by {signature}, {days}");
    let facts = match role {
        // The heading says it, or its validity.
        Role::Stranger | Role::Expired => facts,
        role => format!("{}, {facts}", role.as_str()),
    };
    let place = Paint::Faint.on(&file_of(&link.place));
    format!("{branch}{name}\n{rest}{facts}\n{rest}{place}\n")
}

/// The file, and the line where the file holds something before it.
pub(super) fn file_of(place: &Place) -> String {
    let mut file = Place::default();
    file.input.clone_from(&place.input);
    file.path.clone_from(&place.path);
    file.line = place.line.filter(|line| *line > 1);
    file.said(Naming::CommandLine)
}

/// Validity in days.
fn validity(certificate: &Certificate, at: Option<UnixTime>) -> String {
    let (Some(from), Some(until)) = (certificate.not_before, certificate.not_after) else {
        return "validity not readable".to_owned();
    };
    let Some(at) = at else { return format!("valid from {} to {}", day(from), day(until)) };
    let days = |number: i64| if number == 1 { "1 day".to_owned() } else { format!("{number} days") };
    if at < from {
        format!("valid in {} (from {})", days(at.days_until(from)), day(from))
    } else if at > until {
        format!("expired {} ago ({})", days(until.days_until(at)), day(until))
    } else {
        format!("valid for {} (until {})", days(at.days_until(until)), day(until))
    }
}

fn day(time: UnixTime) -> String {
    time.to_string().split(' ').next().unwrap_or_default().to_owned()
}
