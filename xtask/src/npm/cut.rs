//! Where the module is cut: what a first look at plain files takes, the rest of what looks at files, and the machine.

use std::{collections::HashSet, ops::Range};

use super::graph::{Graph, Node};
use crate::workspace::Result;

/// What is called for the machine, by the beginnings of the names.
const SESSION: [&str; 5] = ["__wbg_machine_", "__wbg_settings_", "alertNumber", "machine_", "settings_"];

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

/// Functions that are left to the other parts with all that they alone need, by parts of their names: no plain file comes to
/// them. The compiler is told not to take them into others (`#[inline(never)]`).
const DOORS: [&str; 22] = [
    // The reader that looks for what was meant.
    "dps_x509_core::cert::file::contents::File>::read",
    "dps_x509_core::finding::say::AnotherFormat",
    // What is under a passphrase, and stores.
    "dps_x509_core::cert::secret::encryption::",
    "dps_x509_core::cert::secret::store::",
    // Keys and signatures that few have.
    "dps_x509_core::cert::repair::unusual_keys",
    "dps_x509_core::cert::rule::key::unusual_curve",
    "dps_x509_core::cert::secret::ec::unusual::",
    "dps_x509_core::cert::x509::rare::",
    "dps_x509_core::cert::x509::signature::ecdsa::p384",
    "dps_x509_core::cert::x509::signature::ecdsa::p521",
    "dps_x509_core::cert::x509::signature::ed25519",
    "dps_x509_core::cert::x509::signature::pss::verify",
    "dps_x509_core::cert::x509::signature::scheme::PssParameters::read",
    "elliptic_curve::point::DecompressPoint<C>>::decompress",
    // Certificates of an unusual shape, those that were renewed, and those that are there twice.
    "dps_x509_core::cert::rule::chain::twice",
    "dps_x509_core::cert::path::outlived::renewed",
    "dps_x509_core::cert::rule::validity::renewed",
    "dps_x509_core::cert::x509::certificate::Certificate::ask_a_strict_reader",
    // What a panic says, and fractions, which no report has.
    "as core::fmt::Debug>::fmt",
    "core::str::slice_error_fail_rt",
    "serde_json::error::",
    "zmij::",
];

/// No doors: by these it is told which character a registration ID may not have.
const KEPT: [&str; 2] = ["<char as core::fmt::Debug>::fmt", "<&T as core::fmt::Debug>::fmt"];

/// A piece between constants of the first part that is shorter stays there, whosever it is: a segment has a head of its own.
const SHORTEST: u32 = 24;

/// The same between constants of another part: about what the head of a segment takes.
const HEAD: u32 = 9;

/// The segment of what never changes.
const READ_ONLY: &str = ".rodata";

/// A part that joins the first one: its functions by their names, its constants by their addresses.
pub(super) struct Part {
    pub(super) functions: HashSet<String>,
    pub(super) constants: Vec<Range<u32>>,
}

/// Where a module is cut.
pub(super) struct Cut {
    /// The constants of the first part, which has all functions that are not mentioned here.
    pub(super) first: Vec<Range<u32>>,
    /// What joins it for everything else that looks at files, and what joins it for the machine. What those two share, both have.
    pub(super) others: Vec<Part>,
    /// Functions that nobody calls.
    pub(super) unused: HashSet<String>,
}

impl Cut {
    /// The first part is what is reached from [`FIRST`] without going through a door; each of the others, what is reached from
    /// its exports through all doors.
    pub(super) fn of(graph: &Graph) -> Result<Self> {
        let called = |is_wanted: &dyn Fn(&str) -> bool| {
            let exports = graph.exports.iter().filter(|(name, _)| is_wanted(name));
            exports.map(|(_, index)| *index).collect::<Vec<u32>>()
        };
        let begins = |name: &str, starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        let doors = doors(graph)?;
        let first = graph.reach(called(&|name| begins(name, &FIRST)), |index| doors.contains(&index));
        let files = graph.reach(called(&|name| !begins(name, &SESSION)), |_| false);
        let session = graph.reach(called(&|name| begins(name, &SESSION)), |_| false);
        let others: Vec<HashSet<Node>> = [files, session].iter().map(|part| part - &first).collect();
        let is_used = |node: &Node| first.contains(node) || others.iter().any(|part| part.contains(node));

        let names = |is_wanted: &dyn Fn(&Node) -> bool| {
            let is_wanted = |index: u32| is_wanted(&Node::Function(index));
            let named = graph.names.iter().filter(|(index, _)| is_wanted(**index));
            let mut names: HashSet<String> = named.map(|(_, name)| name.clone()).collect();
            // What is exported loses the number behind its name on the way.
            for (name, _) in graph.exports.iter().filter(|(_, index)| is_wanted(**index)) {
                names.extend(name.rsplit_once('_').map(|(name, _)| name.to_owned()));
            }
            names
        };
        let of_first = names(&|node| first.contains(node));
        let cut = Self {
            first: constants(graph, &first, &[])?,
            others: Vec::new(),
            unused: names(&|node| !is_used(node)),
        };
        let part = |nodes: &HashSet<Node>| {
            let constants = constants(graph, nodes, &cut.first)?;
            Result::Ok(Part { functions: names(&|node| nodes.contains(node)), constants })
        };
        let others = others.iter().map(part).collect::<Result<Vec<_>>>()?;
        let rest = others.iter().flat_map(|part| &part.functions).chain(&cut.unused);
        if let Some(name) = rest.into_iter().find(|name| of_first.contains(*name)) {
            return Err(format!("two functions are called {name}, one of each part").into());
        }
        Ok(Self { others, ..cut })
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

/// The constants of a part, as ranges of addresses without those of the first part; what changes is that one's. What is between
/// constants belongs to the one before, and what is shorter than the head of a segment goes with what is around it.
fn constants(graph: &Graph, part: &HashSet<Node>, first: &[Range<u32>]) -> Result<Vec<Range<u32>>> {
    let mut ranges = Vec::new();
    let is_first = first.is_empty();
    for (number, segment) in graph.segments.iter().enumerate() {
        let end = segment.address + segment.length()?;
        if segment.name != READ_ONLY {
            ranges.extend(is_first.then_some(segment.address..end));
            continue;
        }
        let mut owned: Vec<Option<bool>> = vec![None; usize::try_from(segment.length()?)?];
        for (place, constant) in graph.constants.iter().enumerate().filter(|(_, one)| one.segment == number) {
            let is_its = part.contains(&Node::Constant(place));
            let range = usize::try_from(constant.range.start)?..usize::try_from(constant.range.end)?;
            for byte in owned.iter_mut().skip(range.start).take(range.len()) {
                *byte = Some(is_its || *byte == Some(true));
            }
        }
        let least = if is_first { SHORTEST } else { HEAD };
        let mut last = false;
        let mut of_first = first.iter().filter(|range| range.end > segment.address).peekable();
        for (address, byte) in (segment.address..end).zip(owned) {
            last = byte.unwrap_or(last);
            while of_first.next_if(|range| range.end <= address).is_some() {}
            if !last || of_first.peek().is_some_and(|range| range.contains(&address)) {
                continue;
            }
            match ranges.last_mut() {
                Some(Range { end, .. }) if *end >= segment.address && address - *end < least => {
                    *end = address + 1
                }
                _ => ranges.push(address..address + 1),
            }
        }
    }
    Ok(ranges)
}
