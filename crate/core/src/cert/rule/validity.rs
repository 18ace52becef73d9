//! Validity of every certificate on the way to what the service has, that included, at a given time (RFC 5280 section 4.1.2.5; both ends count).

use std::sync::Arc;

use crate::{
    cert::{
        path::{link::Link, outlived::Outlived, part::Part},
        rule::context::{Context, Rule},
        x509::time::UnixTime,
    },
    finding::{Finding, Place, Severity, say},
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let at = context.at.filter(|_| !context.is_of_cas_alone());
    let of_clock = at.and_then(|at| one_clock(context.way, at));
    let said = of_clock.as_ref().map(|clock| clock.definition);
    let renewed = context.chain.outlived.iter().filter_map(|one| renewed(one, context.at?));
    findings.extend(renewed);
    // Where CAs of the service stand alone, each stands for itself.
    let is_told = |link: &Link| context.is_of_cas_alone() && context.chain.renewed_by(link).is_some();
    for link in context.way.iter().filter(|link| !is_told(link)) {
        let finding = check_one(link, Part::of(link, context.chain), context);
        findings.extend(finding.filter(|finding| Some(finding.definition) != said));
    }
    findings.extend(of_clock);
}

/// Most certificates that a finding of several names.
const MOST_NAMED: usize = 8;

/// What one wrong clock explains, told once: several certificates of the chain are not valid yet, or none of it is any
/// more, and there was or will be a time for all of them.
fn one_clock(way: &[Arc<Link>], at: UnixTime) -> Option<Finding> {
    let all: Vec<(&Link, UnixTime, UnixTime)> = way
        .iter()
        .map(|link| Some((link.as_ref(), link.certificate.not_before?, link.certificate.not_after?)))
        .collect::<Option<_>>()?;
    let from = all.iter().map(|(_, from, _)| *from).max()?;
    let to = all.iter().map(|(_, _, to)| *to).min().filter(|to| from <= *to)?;
    let early: Vec<_> = all.iter().filter(|(_, from, _)| at < *from).collect();
    let is_late = all.iter().all(|(_, _, to)| at > *to);
    let count = &all.len();
    let (wrong, finding) = match early.len() {
        0 | 1 if is_late && all.len() > 1 => {
            let ago = &days(to, at);
            let finding = say::CertificateExpired::All { count, ago, from: &from, to: &to }.finding();
            (all.iter().collect(), finding)
        }
        0 | 1 => return None,
        some => {
            let until = &days(at, from);
            let finding = if some == all.len() {
                say::CertificateNotYetValid::All { count, until, from: &from, to: &to }.finding()
            } else {
                say::CertificateNotYetValid::Several { early: &some, count, until, from: &from, to: &to }
                    .finding()
            };
            (early, finding)
        }
    };
    let (first, _, _) = *wrong.first()?;
    let named = wrong.iter().take(MOST_NAMED);
    let named: String = named
        .map(|(link, from, to)| format!("; \"{}\" is valid from {from} to {to}", link.certificate.subject))
        .collect();
    Some(finding.found(format!("checked at {at}{named}")).at(first.place.clone()))
}

fn check_one(link: &Link, who: Part<'_>, context: &Context<'_>) -> Option<Finding> {
    let certificate = &link.certificate;
    let (from, to) = (certificate.not_before, certificate.not_after);
    let shown =
        |time: Option<UnixTime>| time.map_or_else(|| "unreadable".to_owned(), |time| time.to_string());
    let period = format!("valid from {} to {}", shown(from), shown(to));
    if let (Some(start), Some(end)) = (&from, &to)
        && end < start
    {
        let reversed = say::ValidityReversed { who: &who, start, end };
        return Some(reversed.finding().found(period).at(link.place.clone()));
    }
    let at = context.at?;
    let soon = context.expires_within.and_then(|within| at.after(within));
    let finding = match (from, to) {
        (_, Some(end)) if at > end => {
            say::CertificateExpired::One { who: &who, ago: &days(end, at), end: &end }.finding()
        }
        (Some(start), _) if at < start => {
            say::CertificateNotYetValid::One { who: &who, until: &days(at, start), start: &start }.finding()
        }
        (_, Some(end)) if soon.is_some_and(|soon| soon > end) => {
            say::CertificateExpiresSoon { who: &who, until: &days(at, end), end: &end }.finding()
        }
        _ => return None,
    };
    Some(finding.expected(period).found(format!("checked at {at}")).at(link.place.clone()))
}

/// An expired certificate that stands beside a valid one of the same name and key. A function of its own, for the package for
/// JavaScript to leave it to its second module.
#[inline(never)]
fn renewed(one: &Outlived, at: UnixTime) -> Option<Finding> {
    let certificate = &one.expired.certificate;
    let end = certificate.not_after?;
    // The name is the same, and what the file was given as is another matter.
    let valid = &Place { input: None, object: None, ..one.valid.place.clone() };
    let (subject, ago) = (&certificate.subject, &days(end, at));
    let renewed = say::CertificateExpired::Renewed { subject, ago, end: &end, valid };
    Some(renewed.finding().severity(Severity::Note).at(one.expired.place.clone()))
}

fn days(from: UnixTime, to: UnixTime) -> String {
    match from.days_until(to) {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
