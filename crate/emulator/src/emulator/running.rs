//! An emulator that runs, and its end.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use dps_x509_core::name::IdScope;
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    config::{Config, ConfigError},
    control::Token,
    dps::Dps,
    event::{EventSender, Events},
    service::ServiceKey,
    source::{self, Source},
};

/// A local DPS that listens. Dropping it ends it too, without waiting.
#[derive(Debug)]
pub struct Running {
    pub(super) address: SocketAddr,
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) control_address: Option<SocketAddr>,
    pub(super) control_token: Option<Token>,
    pub(super) service_key: Arc<ServiceKey>,
    pub(super) root_pem: String,
    pub(super) root_path: Option<PathBuf>,
    pub(super) server_names: Vec<String>,
    pub(super) id_scope: IdScope,
    pub(super) source: Option<Arc<Source>>,
    pub(super) dps: Arc<Dps>,
    pub(super) events: EventSender,
    pub(super) end: Arc<watch::Sender<bool>>,
    pub(super) task: JoinHandle<()>,
    pub(super) control_task: Option<JoinHandle<()>>,
    pub(super) source_task: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens, with the port that was chosen.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Everywhere it listens, that address first.
    #[must_use]
    pub fn addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where the control interface listens, if it was asked for.
    #[must_use]
    pub const fn control_addr(&self) -> Option<SocketAddr> {
        self.control_address
    }

    /// What every call of the control interface needs.
    #[must_use]
    pub const fn control_token(&self) -> Option<&Token> {
        self.control_token.as_ref()
    }

    /// What a service needs to act on hubs and enrollments, for its connection string.
    #[must_use]
    pub fn service_key(&self) -> &ServiceKey {
        &self.service_key
    }

    /// The ID scope that it started with.
    #[must_use]
    pub const fn id_scope(&self) -> &IdScope {
        &self.id_scope
    }

    /// The root that clients have to trust.
    #[must_use]
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// The file of that root, where a folder was given.
    #[must_use]
    pub fn root_path(&self) -> Option<&Path> {
        self.root_path.as_deref()
    }

    /// The names in the server's certificate.
    #[must_use]
    pub fn server_names(&self) -> &[String] {
        &self.server_names
    }

    /// The hubs of the configuration, in lower case; those of enrollments are among them.
    #[must_use]
    pub fn hubs(&self) -> Vec<String> {
        self.dps.hub_names()
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> Events {
        self.events.subscribe()
    }

    /// Replaces ID scope, hubs, pace and enrollments. Connections and operations go on; the names in the server's
    /// certificate stay. [`crate::What::Configured`] tells of it.
    pub fn configure(&self, config: Config) {
        source::configure(config, &self.dps, &self.events);
    }

    /// Reads a configuration file and puts it in force, as after a change of the file or a signal.
    ///
    /// # Errors
    /// The file cannot be used: the old configuration stays in force, and [`crate::What::ConfigurationRefused`] tells so.
    pub fn reload(&self, path: &Path) -> Result<(), ConfigError> {
        match &self.source {
            Some(source) if source.file() == path => source.reload(&self.dps, &self.events),
            _ => source::reload(path, &self.dps, &self.events),
        }
    }

    /// Waits until somebody wants it to end, by the control interface. It is for the caller to shut it down then.
    pub async fn stopping(&self) {
        // There is an end as long as this is there.
        self.end.subscribe().wait_for(|ending| *ending).await.map(drop).unwrap_or_default();
    }

    /// Closes every connection and the port, and waits until all is gone.
    pub async fn shutdown(self) {
        self.end.send_replace(true);
        // It ends by itself; were it to panic, all would be gone as well.
        self.task.await.unwrap_or_default();
        for task in [self.control_task, self.source_task].into_iter().flatten() {
            task.await.unwrap_or_default();
        }
        let dps = self.dps;
        tokio::task::spawn_blocking(move || dps.close_journal()).await.unwrap_or_default();
    }
}
