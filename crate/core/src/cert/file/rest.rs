//! What is left over when the readings have competed: in which order, and how much it counts.

use std::ops::RangeInclusive;

use super::{contents::File, finding};
use crate::{
    cert::der::kind::Kind,
    finding::{Finding, Place, Severity},
    order,
};

type Lines = RangeInclusive<u32>;

/// A text as it is against the values in it that are broken. Where the text as it is leaves a whole object, that is
/// what was meant; where it does not, the value says better what is wrong.
pub(super) fn competing(mut plain: File, broken: impl Iterator<Item = (Lines, File)>) -> File {
    for (lines, read) in broken {
        let is_inside = |place: &Place| place.line.is_some_and(|line| lines.contains(&line));
        if plain.items.iter().any(|item| is_inside(&item.place)) {
            continue;
        }
        plain.findings.retain(|finding| !is_inside(&finding.place));
        plain.findings.extend(read.findings);
        plain.broken.extend(read.broken);
    }
    plain
}

/// Puts the objects and the findings into the order of the file.
pub(super) fn order(file: &mut File) {
    let key = |place: &Place| (place.line.unwrap_or(0), place.column.unwrap_or(0));
    order::by_key(&mut file.items, |item| key(&item.place));
    order::by_key(&mut file.findings, |finding| key(&finding.place));
}

/// A value that nobody filled in, such as the one that a header has for those who do not set their own, counts less where
/// another value has such an object.
pub(super) fn settle_unfilled<'a>(broken: impl Iterator<Item = &'a mut File>, whole: &[File]) {
    let filled: Vec<Kind> = whole.iter().flat_map(|value| &value.items).map(|item| item.kind).collect();
    let is_filled = |kind: &Kind| filled.iter().any(|it| is_same(*it, *kind));
    let is_unfilled =
        |read: &&mut File| read.unfilled.len() == read.findings.len() && read.unfilled.iter().all(is_filled);
    for finding in broken.filter(is_unfilled).flat_map(|read| &mut read.findings) {
        finding.severity = Severity::Note;
    }
}

/// Lines of PEM that are only named count where the file has nothing else.
pub(super) fn settle_mentions(file: &mut File) {
    let is_else = |finding: &Finding| !finding::is_mention(finding);
    if !file.items.is_empty() || file.findings.iter().any(is_else) {
        for finding in file.findings.iter_mut().filter(|finding| finding::is_mention(finding)) {
            finding.severity = Severity::Note;
        }
    }
}

/// Whether one object can stand for the other.
fn is_same(one: Kind, other: Kind) -> bool {
    one == other || matches!((one, other), (Kind::PrivateKey(_), Kind::PrivateKey(_)))
}

/// What stands in comments, and other people's formats, do not count where the file has objects of its own.
pub(super) fn settle(file: &mut File, comments: &[Lines]) {
    let is_comment =
        |place: &Place| place.line.is_some_and(|line| comments.iter().any(|lines| lines.contains(&line)));
    let outside: Vec<Kind> =
        file.items.iter().filter(|item| !is_comment(&item.place)).map(|item| item.kind).collect();
    let (kept, left): (Vec<_>, Vec<_>) = std::mem::take(&mut file.items)
        .into_iter()
        .partition(|item| !is_comment(&item.place) || !outside.iter().any(|kind| is_same(*kind, item.kind)));
    file.items = kept;
    file.findings.retain(|finding| {
        let is_of_left = left.iter().any(|item| item.place.line == finding.place.line);
        !is_of_left || finding::is_loss(finding)
    });
    file.findings.extend(left.iter().map(|item| finding::in_comment(item.kind, &item.place)));
    if outside.is_empty() {
        return;
    }
    let counts_less = |finding: &Finding| {
        finding::is_foreign(finding) || finding::is_loss(finding) && is_comment(&finding.place)
    };
    for finding in file.findings.iter_mut().filter(|finding| counts_less(finding)) {
        finding.severity = Severity::Note;
    }
}
