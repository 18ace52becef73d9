//! Where the module that looks at files is cut in two: what a first look at plain files takes, and the rest.

use std::{collections::HashSet, ops::Range};

use super::graph::{Graph, Node};
use crate::workspace::Result;

/// What is called for a first look; by their beginnings, for the generator of the JavaScript ends some with a number.
const FIRST: [&str; 19] = [
    "__externref_",
    "__wbindgen_destroy_closure",
    "__wbindgen_exn_store",
    "__wbindgen_free",
    "__wbindgen_malloc",
    "__wbindgen_realloc",
    "__wbindgen_skip_interpret_calls",
    "__wbg_inputs_free",
    "inputs_add",
    "inputs_cloud",
    "inputs_enrollment",
    "inputs_inspect_",
    "inputs_mayHoldSecret",
    "inputs_new",
    "inputs_passphrase",
    "inputs_registrationId",
    "inputs_repair",
    "inputs_time",
    "speakAs",
];

/// Functions that are left to the second part with all that they alone need, by parts of their names: no plain file comes to
/// them. The compiler is told not to take them into others (`#[inline(never)]`).
const DOORS: [&str; 16] = [
    // The reader that looks for what was meant.
    "dps_x509_core::cert::file::contents::File>::read",
    "dps_x509_core::finding::say::AnotherFormat",
    // What is under a passphrase, and stores.
    "dps_x509_core::cert::secret::encryption::",
    "dps_x509_core::cert::secret::store::",
    // Keys and signatures that few have.
    "dps_x509_core::cert::x509::rare::",
    "dps_x509_core::cert::x509::signature::ecdsa::p384",
    "dps_x509_core::cert::x509::signature::ecdsa::p521",
    "dps_x509_core::cert::x509::signature::ed25519",
    "dps_x509_core::cert::x509::signature::pss::verify",
    "dps_x509_core::cert::x509::signature::scheme::PssParameters::read",
    "elliptic_curve::point::DecompressPoint<C>>::decompress",
    // Certificates of an unusual shape.
    "dps_x509_core::cert::x509::certificate::Certificate::ask_a_strict_reader",
    // What a panic says, and fractions, which no report has.
    "as core::fmt::Debug>::fmt",
    "core::str::slice_error_fail_rt",
    "serde_json::error::",
    "zmij::",
];

/// No doors: by these it is told which character a registration ID may not have.
const KEPT: [&str; 2] = ["<char as core::fmt::Debug>::fmt", "<&T as core::fmt::Debug>::fmt"];

/// A range of constants that is shorter stays with what is before it: a segment has a head of its own.
const SHORTEST: usize = 24;

/// What goes into the second part: functions by their names, constants by their addresses.
pub(super) struct Rest {
    pub(super) functions: HashSet<String>,
    pub(super) constants: Vec<Range<u32>>,
}

impl Rest {
    /// What is not reached from [`FIRST`] without going through a door.
    pub(super) fn of(graph: &Graph) -> Result<Self> {
        let is_called_first = |name: &str| FIRST.iter().any(|start| name.starts_with(start));
        let called = graph.exports.iter().filter(|(name, _)| is_called_first(name));
        let roots: Vec<u32> = called.map(|(_, index)| *index).collect();
        let doors = doors(graph)?;
        let first = graph.reach(roots, |index| doors.contains(&index));
        let is_first = |index: u32| first.contains(&Node::Function(index));
        let (mut functions, mut others) = (HashSet::new(), HashSet::new());
        for (index, name) in &graph.names {
            let names = if is_first(*index) { &mut others } else { &mut functions };
            names.insert(name.clone());
        }
        // What is exported loses the number behind its name on the way.
        for (name, _) in graph.exports.iter().filter(|(_, index)| !is_first(**index)) {
            functions.extend(name.rsplit_once('_').map(|(name, _)| name.to_owned()));
        }
        if let Some(name) = functions.intersection(&others).next() {
            return Err(format!("two functions are called {name}, one of each part").into());
        }
        Ok(Self { functions, constants: constants(graph, &first)? })
    }
}

/// The functions that are doors. One that no function is called by is a mistake here, or was taken into another.
fn doors(graph: &Graph) -> Result<HashSet<u32>> {
    let mut found = HashSet::new();
    for door in DOORS {
        let before = found.len();
        for (index, name) in &graph.names {
            let name = format!("{:#}", rustc_demangle::demangle(name));
            if name.contains(door) && !KEPT.contains(&&*name) {
                found.insert(*index);
            }
        }
        if found.len() == before {
            return Err(format!("no function is called {door}: where is the module to be cut?").into());
        }
    }
    Ok(found)
}

/// The ranges of what never changes and is not of the first part. What is between constants belongs to the one before.
fn constants(graph: &Graph, first: &HashSet<Node>) -> Result<Vec<Range<u32>>> {
    const READ_ONLY: &str = ".rodata";
    let found = graph.segments.iter().enumerate().find(|(_, segment)| segment.name == READ_ONLY);
    let (number, segment) = found.ok_or("the module has no constants")?;
    let mut is_first: Vec<Option<bool>> = vec![None; usize::try_from(segment.length()?)?];
    for (place, constant) in graph.constants.iter().enumerate().filter(|(_, one)| one.segment == number) {
        let of_first = first.contains(&Node::Constant(place));
        let range = usize::try_from(constant.range.start)?..usize::try_from(constant.range.end)?;
        for byte in is_first.iter_mut().skip(range.start).take(range.len()) {
            *byte = Some(of_first || *byte == Some(true));
        }
    }
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut last = true;
    for (at, byte) in is_first.into_iter().enumerate() {
        last = byte.unwrap_or(last);
        match ranges.last_mut() {
            _ if last => {}
            Some(range) if range.end == at => range.end = at + 1,
            _ => ranges.push(at..at + 1),
        }
    }
    let of_memory = |range: Range<usize>| {
        Ok(segment.address + u32::try_from(range.start)?..segment.address + u32::try_from(range.end)?)
    };
    ranges.into_iter().filter(|range| range.len() >= SHORTEST).map(of_memory).collect()
}
