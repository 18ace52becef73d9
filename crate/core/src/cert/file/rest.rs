//! What is left over when the readings have competed: in which order, and how much it counts.

use std::ops::RangeInclusive;

use super::{contents::File, finding, item::Item};
use crate::{
    cert::der::kind::Kind,
    finding::{Finding, Place, Severity},
    order,
};

type Lines = RangeInclusive<u32>;

/// A text as it is against the values in it that are broken. Where the text as it is leaves a whole object, that is
/// what was meant; where it does not, the value says better what is wrong.
pub(super) fn competing(mut plain: File, broken: impl Iterator<Item = (Lines, File)>) -> File {
    let mut occupied: Vec<u32> = plain.items.iter().filter_map(|item| item.place.line).collect();
    order::by_key(&mut occupied, |line| *line);
    let is_occupied = |lines: &Lines| {
        let next = occupied.partition_point(|line| line < lines.start());
        occupied.get(next).is_some_and(|line| line <= lines.end())
    };
    let accepted: Vec<(Lines, File)> = broken.filter(|(lines, _)| !is_occupied(lines)).collect();
    // Of two on one line the later one says it, so from the last to the first.
    let mut covered = Covered::default();
    let mut told = Vec::new();
    for (lines, mut read) in accepted.into_iter().rev() {
        read.findings.retain(|finding| !covered.has(&finding.place));
        covered.add(&lines);
        told.push(read);
    }
    plain.findings.retain(|finding| !covered.has(&finding.place));
    for read in told.into_iter().rev() {
        plain.findings.extend(read.findings);
        plain.broken.extend(read.broken);
    }
    plain
}

/// Lines that were added from the last to the first: apart from each other, by the end first.
#[derive(Default)]
struct Covered(Vec<(u32, u32)>);

impl Covered {
    fn add(&mut self, lines: &Lines) {
        let (start, mut end) = (*lines.start(), *lines.end());
        while let Some((_, last)) = self.0.pop_if(|(first, _)| *first <= end) {
            end = last.max(end);
        }
        self.0.push((start, end));
    }

    fn has(&self, place: &Place) -> bool {
        place.line.is_some_and(|line| {
            let behind = self.0.partition_point(|(first, _)| *first > line);
            self.0.get(behind).is_some_and(|(_, last)| line <= *last)
        })
    }
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
    let filled = kinds(whole.iter().flat_map(|value| &value.items));
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

/// The kinds of objects, each once.
fn kinds<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for item in items {
        if !kinds.contains(&item.kind) {
            kinds.push(item.kind);
        }
    }
    kinds
}

/// Whether one object can stand for the other.
fn is_same(one: Kind, other: Kind) -> bool {
    one == other || matches!((one, other), (Kind::PrivateKey(_), Kind::PrivateKey(_)))
}

/// What stands in comments, and other people's formats, do not count where the file has objects of its own.
pub(super) fn settle(file: &mut File, comments: &[Lines]) {
    let mut comments = comments.to_vec();
    order::by_key(&mut comments, |lines| *lines.start());
    let mut covered = Covered::default();
    comments.iter().rev().for_each(|lines| covered.add(lines));
    let is_comment = |place: &Place| covered.has(place);
    let outside = kinds(file.items.iter().filter(|item| !is_comment(&item.place)));
    let (kept, left): (Vec<_>, Vec<_>) = std::mem::take(&mut file.items)
        .into_iter()
        .partition(|item| !is_comment(&item.place) || !outside.iter().any(|kind| is_same(*kind, item.kind)));
    file.items = kept;
    let mut lines: Vec<Option<u32>> = left.iter().map(|item| item.place.line).collect();
    order::by_key(&mut lines, |line| *line);
    file.findings.retain(|finding| {
        let is_of_left = lines.binary_search(&finding.place.line).is_ok();
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
