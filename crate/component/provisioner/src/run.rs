//! The loop that every host of the core has: do what it says, wait, tell it what happened.

use std::time::Duration;

use dps_x509_core::session::{
    Config, ConnectionId, Input, Instant, Output, Provisioning, ProvisioningReport, Seed,
};

use crate::{
    bindings::{
        dps_x509::device::{cancellation, events, tls},
        exports::dps_x509::device::provisioning::{Assignment, Failure, Settings},
        wasi::{
            clocks::monotonic_clock,
            io::poll::{self, Pollable},
        },
    },
    link::{Fate, Link},
    mapping,
};

/// Provisions a device; returns when the core has an outcome.
pub(crate) fn provision(settings: &Settings, identity: &tls::Identity) -> Result<Assignment, Failure> {
    let clock = Clock::start();
    let seed = mapping::settings::seed(settings.seed);
    let (config, warnings) = match mapping::settings::read(settings.clone()).parse() {
        Ok(parsed) => parsed,
        Err(findings) => return Err(mapping::report::invalid(&findings)),
    };
    for warning in &warnings {
        events::emit(clock.elapsed(), &events::Event::Noticed(mapping::finding::write(warning)));
    }
    mapping::report::write(drive(config, seed, &clock, identity))
}

fn drive(config: Config, seed: Seed, clock: &Clock, identity: &tls::Identity) -> ProvisioningReport {
    let endpoint = config.endpoint.clone();
    // Every call of the host costs: the clock is read once for all that comes of an input.
    let mut now = clock.elapsed();
    let mut machine = Provisioning::new(config, seed, instant(now));
    let (mut link, mut timer) = (Link::default(), Timer::default());
    let cancelled = cancellation::subscribe();
    // Cancelled already: the host is not given the time to dial.
    if cancelled.ready() {
        machine.handle_input(instant(now), Input::Cancel);
    }
    loop {
        let wake = loop {
            match machine.poll_output() {
                Output::Connect(connection, endpoint) => link.dial(connection, endpoint, identity),
                Output::Transmit(bytes) => link.send(bytes),
                Output::Close => {
                    link.close();
                    // The last bytes may have taken their time.
                    now = clock.elapsed();
                }
                Output::Event(event) => events::emit(now, &mapping::event::write(&event)),
                Output::Wait(instant) => break instant,
                Output::Done(outcome) => return ProvisioningReport::new(outcome, &endpoint),
                // The core is of the same build: it says nothing that this version does not know.
                _ => {}
            }
        };
        let woken = wait(timer.set(clock, instant(now), wake), &cancelled, &mut link);
        now = clock.elapsed();
        match woken {
            Woken::Cancelled => machine.handle_input(instant(now), Input::Cancel),
            Woken::Link(connection, fate) => machine.handle_input(instant(now), fate.as_input(connection)),
            Woken::InTime => machine.handle_input(instant(now), Input::Timeout),
        }
    }
}

enum Woken {
    Cancelled,
    Link(ConnectionId, Fate),
    InTime,
}

/// Waits for the host's cancellation, the link, or the time; whichever comes first, in this order.
fn wait(timer: &Pollable, cancelled: &Pollable, link: &mut Link) -> Woken {
    let mut pollables = vec![cancelled, timer];
    pollables.extend(link.pollables());
    let ready = poll::poll(&pollables);
    if ready.contains(&0) {
        return Woken::Cancelled;
    }
    match link.proceed() {
        Some((connection, fate)) => Woken::Link(connection, fate),
        None => Woken::InTime,
    }
}

/// The host's monotonic clock, with the start of the provisioning as the core's origin.
struct Clock {
    started: monotonic_clock::Instant,
}

impl Clock {
    fn start() -> Self {
        Self { started: monotonic_clock::now() }
    }

    /// Nanoseconds since the start.
    fn elapsed(&self) -> monotonic_clock::Duration {
        monotonic_clock::now().saturating_sub(self.started)
    }

    fn timer(&self, instant: Instant) -> Pollable {
        let since_start = Duration::from_millis(instant.as_millis());
        monotonic_clock::subscribe_instant(self.started.saturating_add(mapping::nanos(since_start)))
    }
}

/// Nanoseconds since the start, as the core has them.
const fn instant(elapsed: monotonic_clock::Duration) -> Instant {
    Instant::from_millis(elapsed / 1_000_000)
}

/// The host's timer. It is kept until its time as long as none is wanted earlier: where it comes too early, the core finds
/// nothing to do.
#[derive(Default)]
struct Timer(Option<(Instant, Pollable)>);

impl Timer {
    fn set(&mut self, clock: &Clock, now: Instant, wake: Instant) -> &Pollable {
        let kept = self.0.take().filter(|(at, _)| now < *at && *at <= wake);
        let (_, timer) = self.0.insert(kept.unwrap_or_else(|| (wake, clock.timer(wake))));
        timer
    }
}
