//! A run: the devices of a list, so many at once, at a pace, each to one result that lasts.

mod door;
mod floor;

use std::{num::NonZeroUsize, sync::Arc};

use dps_x509_net::Cancellation;
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use crate::{
    device::{self, Name},
    journal::{Journal, JournalError},
    key::Key,
    list::{List, ListError, Row, RowFault},
    pace::Pace,
    plan::Plan,
    shard::Shard,
};
use floor::Floor;
#[cfg(feature = "nats")]
pub(crate) use floor::{Busy, chance, provision};

/// What is to be done, and within which limits.
#[derive(Debug)]
#[non_exhaustive]
pub struct Run {
    /// The devices.
    pub list: List,
    /// What they share.
    pub plan: Arc<Plan>,
    /// The part of the list.
    pub shard: Shard,
    /// How fast.
    pub pace: Pace,
    /// Most devices under way at once, those included that wait to be tried again.
    pub at_once: NonZeroUsize,
    /// How often a device is tried whose failure may pass, from 1.
    pub attempts: u32,
    /// Whether those that failed in an earlier run are tried again.
    pub does_retry_failed: bool,
    /// After how many devices without a hub no more are begun.
    pub stop_after_errors: Option<u64>,
    /// When no more are begun.
    pub until: Option<Instant>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// Devices that an earlier run has done.
    pub done_before: u64,
    /// Rows with a device that stands in the list already.
    pub twice: u64,
    /// Devices that have got their hub.
    pub assigned: u64,
    /// Devices that the service refuses.
    pub refused: u64,
    /// Devices that came to nothing else, tried as often as was asked for.
    pub failed: u64,
    /// Rows that nothing can be dialled for.
    pub unusable: u64,
    /// Messages of a queue that no worker could make anything of.
    pub dead: u64,
    /// Devices of a queue that were given back, for their files cannot be used here.
    pub not_here: u64,
    /// Devices under way.
    pub under_way: u64,
    /// Devices that wait for their turn, or to be tried again.
    pub waiting: u64,
    /// How often the service said that it is busy.
    pub busy: u64,
    /// The slowest ID scope's share of the full rate, in hundredths.
    pub share: u32,
    /// Whether no more are begun.
    pub is_ending: bool,
}

impl Progress {
    /// Devices with a result of this run.
    #[must_use]
    pub const fn results(&self) -> u64 {
        self.assigned + self.errors()
    }

    /// Devices of this run without a hub.
    #[must_use]
    pub const fn errors(&self) -> u64 {
        self.refused + self.failed + self.unusable + self.dead
    }
}

/// Why a run is over.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever runs has to have an answer to each")]
pub enum Ended {
    /// Every device of the list has its result.
    Done,
    /// It was stopped.
    Stopped,
    /// Its time was over.
    TimeOver,
    /// As many devices as were allowed have no hub.
    TooManyErrors,
    /// Results cannot be kept any more; those that were not, were not reported.
    NotKept(JournalError),
    /// The list cannot be read any further.
    NotRead(ListError),
}

/// Rows that wait between the thread that reads and the run.
const ROWS: usize = 256;

impl Run {
    /// Everything as it is by default.
    #[must_use]
    pub fn new(list: List, plan: Plan, pace: Pace) -> Self {
        Self {
            list,
            plan: Arc::new(plan),
            shard: Shard::WHOLE,
            pace,
            at_once: NonZeroUsize::MIN.saturating_add(99),
            attempts: 5,
            does_retry_failed: false,
            stop_after_errors: None,
            until: None,
        }
    }

    /// Runs to the end of the list, or until one of the limits or `stop`: then no more are begun, and those under way
    /// come to their end. Dropping the future gives them up; they have no result then.
    pub async fn run(
        self,
        journal: &mut Journal,
        stop: &Cancellation,
        progress: &watch::Sender<Progress>,
    ) -> Ended {
        let rows = read(self.list.clone());
        let (floor, heard) = Floor::new(self, journal);
        floor.go(rows, heard, stop, progress).await
    }

    /// How many devices of the list are in this part of it; an estimate where the rows do not say their names.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn count(list: &List, plan: &Plan, shard: Shard) -> Result<u64, ListError> {
        let (mut sure, mut unsure) = (0_u64, 0_u64);
        for row in list.rows()? {
            let key = match row? {
                Err(_) => continue,
                Ok(row) => named(&row, plan),
            };
            match key {
                Some(key) => sure += u64::from(shard.contains(&key)),
                None => unsure += 1,
            }
        }
        Ok(sure + unsure / u64::from(shard.of()))
    }
}

/// What a row's device is remembered by, if the row says it.
fn named(row: &Row, plan: &Plan) -> Option<Key> {
    let mut name = Name::of(row);
    device::given(row, plan, &mut name).ok()?;
    name.device.is_some().then(|| name.key())
}

type ReadRow = Result<Result<Row, RowFault>, ListError>;

/// Reads the list on a thread of its own, as far ahead as there is room.
fn read(list: List) -> mpsc::Receiver<ReadRow> {
    let (sender, rows) = mpsc::channel(ROWS);
    // Whoever does not listen any more needs no more rows. A thread that waits for standard input ends with the program.
    std::thread::spawn(move || match list.rows() {
        Ok(mut all) => while all.next().is_some_and(|row| sender.blocking_send(row).is_ok()) {},
        Err(error) => drop(sender.blocking_send(Err(error))),
    });
    rows
}
