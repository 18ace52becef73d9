//! The component, loaded once, and one store for each device.

use std::{fmt, sync::Arc, time::Duration};

use dps_x509_net::{
    Access, Cancellation, Identity,
    core::session::{Config, Event, ProvisioningReport, Settings},
};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};
use wasmtime::{
    Engine, PoolConcurrencyLimitError, Store,
    component::{Component, Linker, Resource, ResourceTable},
};

#[cfg(feature = "compile")]
use crate::weight;
use crate::{
    HostError, LoadError,
    bindings::{ProvisionerPre, exports::dps_x509::device::provisioning},
    device::{self, Beside, Device},
    engine::{self, Metered, Ticker},
    limits::{self, Account, Limits},
    mapping, precompiled,
};

/// The provisioner component, ready for any number of devices at once. Clones are the same component.
#[derive(Clone)]
pub struct Provisioner {
    pre: ProvisionerPre<Device>,
    ticker: Ticker,
    limits: Limits,
    /// How many more may be under way.
    places: Arc<Semaphore>,
    at_once: usize,
}

impl Provisioner {
    /// Compiles a component; takes about a tenth of a second.
    ///
    /// # Errors
    /// It is not a component of the world `provisioner`, or larger than [`Provisioner::LARGEST`], or there is more in it than
    /// such a component ever has.
    #[cfg(feature = "compile")]
    pub fn from_component(component: &[u8]) -> Result<Self, LoadError> {
        Self::from_component_with(wasmtime::Config::new(), component)
    }

    /// The same with other settings of wasmtime: [`pool()`](crate::pool()) for many devices, or an embedder's own. The type is
    /// wasmtime's, of the version that this crate is built with, because only wasmtime knows what can be set.
    ///
    /// # Errors
    /// As [`Provisioner::from_component`], or wasmtime does not take the settings.
    #[cfg(feature = "compile")]
    pub fn from_component_with(config: wasmtime::Config, component: &[u8]) -> Result<Self, LoadError> {
        if component.len() > Self::LARGEST {
            return Err(LoadError::TooLarge { size: component.len(), limit: Self::LARGEST });
        }
        weight::judge(component)?;
        let engine = engine::engine(config)?;
        let component = Component::from_binary(&engine, component)
            .map_err(|error| LoadError::NotAComponent { reason: format!("{error:#}") })?;
        Self::new(engine, &component)
    }

    /// Takes what `precompile` has made; takes about a millisecond. With the feature `pulley` it may be code for
    /// wasmtime's interpreter.
    ///
    /// # Errors
    /// The code is of another wasmtime, for another processor, or not of the world `provisioner`.
    ///
    /// # Safety
    /// `code` comes unchanged from `precompile`. It is machine code: wasmtime's checks find honest mistakes,
    /// but whoever can choose these bytes chooses what the processor runs. Bytes that were built into the
    /// program (`include_bytes!`) are as trustworthy as the program.
    #[allow(
        unsafe_code,
        reason = "passes the duty on to the embedder, who alone knows where the bytes come from"
    )]
    pub unsafe fn from_precompiled(code: &[u8]) -> Result<Self, LoadError> {
        // SAFETY: forwarded to the caller.
        unsafe { Self::from_precompiled_with(wasmtime::Config::new(), code) }
    }

    /// The same with other settings of wasmtime: [`pool()`](crate::pool()) for many devices, or an embedder's own, as far as code
    /// that `precompile` made fits them.
    ///
    /// # Errors
    /// As [`Provisioner::from_precompiled`], or wasmtime does not take the settings.
    ///
    /// # Safety
    /// As [`Provisioner::from_precompiled`].
    #[allow(
        unsafe_code,
        reason = "passes the duty on to the embedder, who alone knows where the bytes come from"
    )]
    pub unsafe fn from_precompiled_with(config: wasmtime::Config, code: &[u8]) -> Result<Self, LoadError> {
        #[cfg(feature = "pulley")]
        let interpreted = config.clone();
        let engine = engine::engine(config)?;
        // SAFETY: forwarded to the caller.
        match unsafe { precompiled::load(&engine, code) } {
            Ok(component) => Self::new(engine, &component),
            #[cfg(feature = "pulley")]
            Err(LoadError::OtherProcessor { .. }) => {
                let engine = engine::engine(precompiled::interpreter(interpreted)?)?;
                // SAFETY: forwarded to the caller.
                let component = unsafe { precompiled::load(&engine, code) }?;
                Self::new(engine, &component)
            }
            Err(error) => Err(error),
        }
    }

    fn new(engine: Engine, component: &Component) -> Result<Self, LoadError> {
        let other_world = |error: wasmtime::Error| LoadError::OtherWorld { reason: format!("{error:#}") };
        let mut linker = Linker::new(&engine);
        device::add_to_linker(&mut linker).map_err(other_world)?;
        let pre = linker.instantiate_pre(component).and_then(ProvisionerPre::new).map_err(other_world)?;
        let places = Arc::new(Semaphore::new(Self::AT_ONCE));
        let ticker = Ticker::start(engine)?;
        Ok(Self { pre, ticker, limits: Limits::default(), places, at_once: Self::AT_ONCE })
    }

    /// Most bytes of a component that is compiled here. Compiling cannot be stopped: what it takes in time and memory is
    /// bounded by this, and by how many functions, types, instances and the like a component may come to. The real component is a third of this; what is larger is precompiled
    /// elsewhere, by somebody who trusts it.
    pub const LARGEST: usize = 1024 * 1024;

    /// Most devices under way at once, of all clones together, unless [`Provisioner::at_once`] says another number.
    ///
    /// Each takes seven mappings, and Linux allows a process 65,530 of them (`vm.max_map_count`): past some 9,000 devices
    /// the system refuses memory, to whoever asks for it next.
    pub const AT_ONCE: usize = 5000;

    /// Sets how many devices may be under way at once, in this and its clones from now on. Whoever needs more than
    /// [`Provisioner::AT_ONCE`] raises `vm.max_map_count` as well, by seven for each.
    #[must_use]
    pub fn at_once(mut self, at_once: usize) -> Self {
        self.at_once = at_once.min(Semaphore::MAX_PERMITS);
        self.places = Arc::new(Semaphore::new(self.at_once));
        self
    }

    /// Sets other limits.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Provisions one device, in a store of its own.
    ///
    /// `events` is told what happens while it happens, with the time since the start. Dropping the future
    /// ends everything at once; `cancellation` ends it politely. The guest parses the settings; what is wrong with them
    /// is in the report.
    ///
    /// # Errors
    /// The guest broke down or had to be stopped, or too many are under way. That DPS refuses, or cannot be reached, is a
    /// [`ProvisioningReport`].
    pub async fn provision(
        &self,
        settings: &Settings,
        access: &Access,
        events: impl FnMut(Duration, Event<'_>) + Send + 'static,
        cancellation: &Cancellation,
    ) -> Result<ProvisioningReport, HostError> {
        let too_many = |_| HostError::TooMany { at_once: self.at_once };
        let _place = self.places.try_acquire().map_err(too_many)?;
        let (limit, grace) = (settings.timeout.unwrap_or(Config::DEFAULT_TIMEOUT), self.limits.grace);
        let _ticking = self.ticker.guard();
        let mut call = self.call(settings, access, events, cancellation);
        // One after the other: where the process was stopped, both would be over at once, and the guest would have had no
        // moment to say that its time is.
        let ended = match timeout(limit, &mut call).await {
            Ok(ended) => Ok(ended),
            Err(_) => timeout(grace, call).await,
        };
        match ended {
            Ok(Ok(Ok(outcome))) => {
                mapping::report::read(outcome).map_err(|unread| HostError::NotUnderstood { what: unread.0 })
            }
            Ok(Ok(Err(error))) if error.is::<PoolConcurrencyLimitError>() => {
                let others = self.at_once.saturating_sub(self.places.available_permits() + 1);
                Err(HostError::TooMany { at_once: others })
            }
            Ok(Ok(Err(error))) => Err(HostError::Trap { reason: format!("{error:#}") }),
            Ok(Err(engine::Spun)) => Err(HostError::Spinning { limit: self.limits.computing }),
            Err(_) => Err(HostError::Overdue { limit: limit.saturating_add(grace) }),
        }
    }

    /// Prepares the guest. What that takes is not in the future, for whose size each device pays that waits.
    fn call(
        &self,
        settings: &Settings,
        access: &Access,
        events: impl FnMut(Duration, Event<'_>) + Send + 'static,
        cancellation: &Cancellation,
    ) -> Metered<impl Future<Output = wasmtime::Result<Outcome>>> {
        let beside = Beside::default();
        let store = self.store(Device {
            table: ResourceTable::new(),
            account: Account::new(&self.limits),
            access: access.clone(),
            beside: beside.clone(),
            events: Box::new(events),
            cancellation: cancellation.clone(),
            origin: Instant::now(),
        });
        let settings = Box::new(mapping::settings::write(settings.clone(), dps_x509_net::seed()));
        let call = async move {
            let (mut store, identity) = store?;
            let instance = self.pre.instantiate_async(&mut store).await?;
            let provisioning = instance.dps_x509_device_provisioning();
            provisioning.call_provision(&mut store, &settings, identity).await
        };
        Metered::new(call, self.limits.computing, beside)
    }

    /// A store, and the identity in it.
    fn store(&self, mut device: Device) -> wasmtime::Result<(Store<Device>, Resource<Identity>)> {
        device.table.set_max_capacity(limits::HANDLES);
        let identity = device.table.push(device.access.identity().clone())?;
        let mut store = Store::new(self.pre.engine(), device);
        store.limiter(|device| &mut device.account);
        store.set_hostcall_fuel(limits::CALL);
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        Ok((store, Resource::new_borrow(identity.rep())))
    }
}

/// What a guest says in the end.
type Outcome = Result<provisioning::Assignment, provisioning::Failure>;

impl fmt::Debug for Provisioner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provisioner").field("limits", &self.limits).finish_non_exhaustive()
    }
}
