//! A load test: devices that register over and over, more and more of them, then as many as were asked for.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use dps_x509_core::session::ProvisioningReport;
use dps_x509_net::Cancellation;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{
    device::{Device, Unusable},
    journal::Entry,
    list::{List, ListError},
    plan::Plan,
    summary::Summary,
};

/// How a service is loaded.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Load {
    devices: Vec<Arc<Device>>,
    /// How long it takes until as many as asked for are under way.
    pub ramp: Duration,
    /// How long it stays so; this is what is measured.
    pub hold: Duration,
    /// How many are under way at once, each a device of its own.
    pub at_once: NonZeroUsize,
}

/// What a load came to.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Measured {
    /// What ended while it held.
    pub summary: Summary,
    /// How long it held.
    pub held: Duration,
    /// How many were under way meanwhile.
    pub at_once: usize,
    /// How many results came while it rose.
    pub in_ramp: u64,
}

/// How far a load is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Loading {
    /// How many are under way.
    pub under_way: u64,
    /// How many results have come.
    pub results: u64,
    /// How many of them without a hub.
    pub errors: u64,
    /// Whether it holds.
    pub does_hold: bool,
}

/// Why there can be no load.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever loads has to have an answer to each")]
pub enum LoadError {
    /// The list cannot be read.
    List(ListError),
    /// A device of it cannot be used.
    Device(Unusable),
    /// There are fewer devices than are to be under way at once: one device twice would end its own connections.
    TooFew {
        /// How many there are.
        devices: usize,
        /// How many are wanted.
        at_once: usize,
    },
}

/// How long those that are under way at the end may take.
const GRACE: Duration = Duration::from_secs(5);

impl Load {
    /// Reads as many devices of a list as are to be under way at once.
    ///
    /// # Errors
    /// There are fewer, or one cannot be used.
    pub async fn new(list: &List, plan: &Arc<Plan>, at_once: NonZeroUsize) -> Result<Self, LoadError> {
        let mut devices = Vec::new();
        for row in list.rows().map_err(LoadError::List)?.take(at_once.get()) {
            let row = row.map_err(LoadError::List)?;
            let row = row.map_err(|fault| LoadError::Device(Unusable::row(&fault)))?;
            let device = Device::prepare(&row, plan).await.map_err(LoadError::Device)?;
            devices.push(Arc::new(device));
        }
        if devices.len() < at_once.get() {
            return Err(LoadError::TooFew { devices: devices.len(), at_once: at_once.get() });
        }
        Ok(Self { devices, ramp: Duration::from_secs(10), hold: Duration::from_secs(30), at_once })
    }

    /// Loads the service until it has held, or `stop`.
    pub async fn run(self, stop: &Cancellation, progress: &watch::Sender<Loading>) -> Measured {
        let started = Instant::now();
        let (holds_from, ends) = (started + self.ramp, started + self.ramp + self.hold);
        let (sender, mut results) = mpsc::channel(1024);
        let (is_over, under_way) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let mut workers = JoinSet::new();
        let count = u32::try_from(self.devices.len()).unwrap_or(u32::MAX);
        for (number, device) in (0..).zip(self.devices) {
            let begins = started + self.ramp.saturating_mul(number) / count.max(1);
            let worker = Worker {
                device,
                results: sender.clone(),
                is_over: Arc::clone(&is_over),
                under_way: Arc::clone(&under_way),
            };
            workers.spawn(worker.work(begins));
        }
        drop(sender);
        let (mut summary, mut loading, mut in_ramp) = (Summary::default(), Loading::default(), 0);
        let mut stopped = None;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled(), if stopped.is_none() => stopped = Some(Instant::now()),
                () = sleep_until(stopped.unwrap_or(ends).min(ends)) => break,
                Some(entry) = results.recv() => {
                    let now = Instant::now();
                    loading.results += 1;
                    loading.errors += u64::from(entry.outcome != crate::summary::ASSIGNED);
                    loading.does_hold = now >= holds_from;
                    loading.under_way = under_way.load(Ordering::Relaxed);
                    progress.send_replace(loading);
                    if loading.does_hold { summary.add(&entry) } else { in_ramp += 1 }
                }
            }
        }
        let held = Instant::now().saturating_duration_since(holds_from);
        is_over.store(true, Ordering::Relaxed);
        // What comes now belongs to a falling load. Nobody waits for it longer than this, and then it is given up.
        let falling = async { while results.recv().await.is_some() {} };
        let _ = tokio::time::timeout(GRACE, falling).await;
        workers.abort_all();
        Measured { summary, held, at_once: self.at_once.get(), in_ramp }
    }
}

impl Measured {
    /// Devices that got their hub in a second of holding.
    #[must_use]
    pub fn assigned_per_second(&self) -> f64 {
        let assigned = f64::from(u32::try_from(self.summary.assigned()).unwrap_or(u32::MAX));
        let seconds = self.held.as_secs_f64();
        if seconds > 0.0 { assigned / seconds } else { 0.0 }
    }
}

/// One device, over and over.
struct Worker {
    device: Arc<Device>,
    results: mpsc::Sender<Entry>,
    is_over: Arc<AtomicBool>,
    under_way: Arc<AtomicU64>,
}

impl Worker {
    async fn work(self, begins: Instant) {
        sleep_until(begins).await;
        while !self.is_over.load(Ordering::Relaxed) {
            self.under_way.fetch_add(1, Ordering::Relaxed);
            let config = self.device.config().clone();
            let outcome =
                dps_x509_net::provision(config, &self.device.access, |_, _| {}, &Cancellation::new()).await;
            self.under_way.fetch_sub(1, Ordering::Relaxed);
            let report = ProvisioningReport::new(&outcome, &self.device.config().endpoint);
            if self.results.send(Entry::of(&self.device, &report, SystemTime::now())).await.is_err() {
                return;
            }
        }
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::List(error) => error.fmt(f),
            Self::Device(unusable) => {
                let why = unusable.findings.first().map_or_else(String::new, ToString::to_string);
                write!(f, "row {} of the list cannot be used: {why}", unusable.name.row)
            }
            Self::TooFew { devices, at_once } => write!(
                f,
                "the list has {devices} devices, and {at_once} are to be under way at once; a device that is under way \
                 twice ends its own connections"
            ),
        }
    }
}

impl std::error::Error for LoadError {}
