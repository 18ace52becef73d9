//! The whole list before anything is dialled, on all cores.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    num::NonZeroUsize,
    sync::{Mutex, PoisonError, mpsc},
    thread,
    time::SystemTime,
};

use dps_x509_core::{
    cert,
    finding::{Finding, Input, Place, Severity, say},
    session::Settings,
};

use crate::{
    device::{self, Name, Unusable, unix_time},
    files::{self, Files},
    key::Key,
    list::{List, ListError, Row, Rows},
    plan::{From, Plan},
    shard::Shard,
};

/// What was found about a device of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspected {
    /// Which one.
    pub name: Name,
    /// What is wrong, and what is worth knowing.
    pub findings: Vec<Finding>,
}

impl Inspected {
    /// Whether it cannot be provisioned like this.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Looks at every device of a list: its row, its settings, its files, and whether it stands there twice. `each` is told
/// of them in the order of the list, and says whether to go on. Those that are not wanted are left out, and their files
/// are not read where the row says their name.
///
/// Programs that print an identity are not run: what they do, they may do once.
///
/// # Errors
/// The list cannot be read, or not to its end.
pub fn inspect(
    list: &List,
    plan: &Plan,
    shard: Shard,
    threads: NonZeroUsize,
    is_wanted: impl Fn(&Key) -> bool + Sync,
    mut each: impl FnMut(Inspected) -> bool,
) -> Result<(), ListError> {
    let rows = Mutex::new((0_u64, Some(list.rows()?)));
    let (at, mut seen) = (SystemTime::now(), HashMap::new());
    let (sender, results) = mpsc::sync_channel::<(u64, Result<Found, ListError>)>(256);
    thread::scope(|scope| {
        for _ in 0..threads.get() {
            let (rows, is_wanted, sender) = (&rows, &is_wanted, sender.clone());
            scope.spawn(move || {
                while let Some((number, row)) = next(rows) {
                    let found = row.map(|row| match row {
                        Ok(row) => look(&row, plan, at, |key| shard.contains(key) && is_wanted(key)),
                        Err(fault) => {
                            let Unusable { name, findings } = Unusable::row(&fault);
                            Found { name, leaf: None, findings }
                        }
                    });
                    if sender.send((number, found)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut early, mut turn) = (BTreeMap::new(), 1);
        for (number, found) in results {
            early.insert(number, found);
            while let Some(found) = early.remove(&turn) {
                turn += 1;
                let found = found?;
                let key = found.key();
                if !shard.contains(&key) || !is_wanted(&key) {
                    continue;
                }
                if !each(found.inspected(key, &mut seen)) {
                    return Ok(());
                }
            }
        }
        Ok(())
    })
}

type Counted = (u64, Result<Result<Row, crate::list::RowFault>, ListError>);

/// The next row with its place in the order of all; none behind the end or an error.
fn next(rows: &Mutex<(u64, Option<Rows>)>) -> Option<Counted> {
    let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
    let (number, all) = &mut *rows;
    let row = all.as_mut()?.next();
    if row.as_ref().is_none_or(Result::is_err) {
        *all = None;
    }
    *number += 1;
    row.map(|row| (*number, row))
}

struct Found {
    name: Name,
    /// The CN, for a row that does not say its name.
    leaf: Option<String>,
    findings: Vec<Finding>,
}

impl Found {
    fn key(&self) -> Key {
        let device = self.name.device.clone().or_else(|| self.leaf.clone());
        Name { device, ..self.name.clone() }.key()
    }

    fn inspected(mut self, key: Key, seen: &mut HashMap<Key, u64>) -> Inspected {
        self.name.device = self.name.device.or(self.leaf);
        match seen.entry(key) {
            Entry::Vacant(free) => {
                free.insert(self.name.row);
            }
            Entry::Occupied(first) => {
                let (row, first) = (self.name.row, first.get());
                let twice = say::DeviceRowInvalid::Twice { row: &row, first: &first };
                let finding = twice.finding().severity(Severity::Warning);
                let line = u32::try_from(self.name.line).unwrap_or(u32::MAX);
                self.findings.push(finding.at(Place::input(Input::List).line(line)));
            }
        }
        Inspected { name: self.name, findings: self.findings }
    }
}

fn look(row: &Row, plan: &Plan, at: SystemTime, is_wanted: impl Fn(&Key) -> bool) -> Found {
    let mut name = Name::of(row);
    let given = match device::given(row, plan, &mut name) {
        Ok(given) => given,
        Err(findings) => return Found { name, leaf: None, findings },
    };
    if name.device.is_some() && !is_wanted(&name.key()) {
        return Found { name, leaf: None, findings: Vec::new() };
    }
    let (mut findings, leaf) = match &given.from {
        From::Files { .. } | From::Token { .. } => match files::read_files(&given.from) {
            Ok(files) => {
                let report = check(&files, &name, plan, at);
                let certificate = report.chain.leaf.as_ref().map(|leaf| &leaf.certificate);
                let leaf = certificate.and_then(|leaf| device::common_name(&leaf.der));
                (report.findings, leaf)
            }
            Err(finding) => (vec![*finding], None),
        },
        From::Command(_) => (Vec::new(), None),
    };
    if let Some(registration_id) = name.device.clone().or_else(|| leaf.clone()) {
        let id_scope = name.id_scope.clone().unwrap_or_default();
        let settings =
            Settings { id_scope, registration_id, payload: given.payload, ..plan.settings.clone() };
        findings.extend(settings.parse().map_or_else(|wrong| wrong, |(_, doubtful)| doubtful));
    }
    Found { name, leaf, findings }
}

fn check(files: &Files, name: &Name, plan: &Plan, at: SystemTime) -> cert::Report {
    cert::check(&cert::Inputs {
        files: files.all(),
        // What is wrong with it, the settings say.
        registration_id: device::registration_id(name).ok().flatten(),
        at: Some(unix_time(at)),
        cloud: plan.cloud,
        enrollment: plan.enrollment,
        passphrase: plan.passphrase.clone(),
        ..cert::Inputs::default()
    })
}
