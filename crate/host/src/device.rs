//! One device in flight: what its guest holds, and what the host does for it.

mod beside;
mod clock;
mod tls;

use std::time::Duration;

use dps_x509_net::{Access, Cancellation, core::session::Event};
use tokio::time::Instant;
use wasmtime::{
    Result,
    component::{HasData, Linker, Resource, ResourceTable},
};
use wasmtime_wasi_io::{
    IoView, async_trait,
    bindings::wasi::io::poll,
    poll::{Pollable, subscribe},
};

use crate::{
    bindings::{
        self,
        dps_x509::device::{cancellation, events, findings, session, transcript, transport},
        wasi::clocks::monotonic_clock,
    },
    limits::Account,
    mapping,
};

#[expect(unreachable_pub, reason = "the generated code names it as if it were public")]
pub use tls::Connecting;

pub(crate) use beside::Beside;

/// Takes the events of one provisioning.
pub(crate) type EventSink = Box<dyn FnMut(Duration, Event<'_>) + Send>;

/// What a store holds.
pub(crate) struct Device {
    pub(crate) table: ResourceTable,
    pub(crate) account: Account,
    pub(crate) access: Access,
    pub(crate) beside: Beside,
    pub(crate) events: EventSink,
    pub(crate) cancellation: Cancellation,
    /// Zero of the guest's clock.
    pub(crate) origin: Instant,
}

/// Gives guests what their world imports, and nothing else.
pub(crate) fn add_to_linker(linker: &mut Linker<Device>) -> Result<()> {
    wasmtime_wasi_io::add_to_linker_async(linker)?;
    monotonic_clock::add_to_linker::<Device, Device>(linker, |device| device)?;
    cancellation::add_to_linker::<Device, Device>(linker, |device| device)?;
    events::add_to_linker::<Device, Device>(linker, |device| device)?;
    findings::add_to_linker::<Device, Device>(linker, |device| device)?;
    session::add_to_linker::<Device, Device>(linker, |device| device)?;
    transcript::add_to_linker::<Device, Device>(linker, |device| device)?;
    transport::add_to_linker::<Device, Device>(linker, |device| device)?;
    bindings::dps_x509::device::tls::add_to_linker::<Device, Device>(linker, |device| device)
}

impl HasData for Device {
    type Data<'a> = &'a mut Self;
}

impl IoView for Device {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

impl findings::Host for Device {}

impl session::Host for Device {}

impl transcript::Host for Device {}

impl transport::Host for Device {}

impl events::Host for Device {
    fn emit(&mut self, at: u64, event: events::Event) -> Result<()> {
        self.account.event()?;
        mapping::event::read(event, |event| (self.events)(Duration::from_nanos(at), event));
        Ok(())
    }
}

impl cancellation::Host for Device {
    fn subscribe(&mut self) -> Result<Resource<poll::Pollable>> {
        let cancelled = self.table.push(Cancelled(self.cancellation.clone()))?;
        subscribe(&mut self.table, cancelled)
    }
}

struct Cancelled(Cancellation);

#[async_trait]
impl Pollable for Cancelled {
    async fn ready(&mut self) {
        self.0.cancelled().await;
    }
}
