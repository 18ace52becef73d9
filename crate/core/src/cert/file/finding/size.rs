//! What is told of files that have more than anybody reads.

use crate::finding::{Finding, Place, say};

pub(in crate::cert::file) fn too_large(limit: usize, place: &Place) -> Finding {
    say::FileTooLarge::Bytes { limit: &limit }.finding().at(place.clone())
}

pub(in crate::cert) fn too_many(limit: usize, place: &Place) -> Finding {
    say::FileTooLarge::Objects { limit: &limit }.finding().at(place.clone())
}
