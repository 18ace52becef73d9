//! Starting.

mod accept;
mod error;
mod running;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::pki_types::ServerName;
use tokio::{net::TcpListener, sync::watch};

pub use error::StartError;
pub use running::Running;

use crate::{
    authority::{Authority, ServerKey},
    config::{Config, ConfigError},
    connection::{Limits, Room, Shared},
    control::{self, Owner, Token},
    dps::Dps,
    event::EventSender,
    issuance::Issuance,
    journal::Journal,
    presence::Presence,
    service::ServiceKey,
    source::Source,
    tls::Tls,
};

/// A local DPS, ready to be started.
#[derive(Debug, Clone)]
pub struct Emulator {
    config: Config,
    source: Option<Arc<Source>>,
    address: SocketAddr,
    more_addresses: Vec<SocketAddr>,
    control: Option<SocketAddr>,
    folder: Option<PathBuf>,
    tls13: bool,
    server_key: ServerKey,
    limits: Limits,
}

impl Emulator {
    /// An emulator with this configuration, on a free port of 127.0.0.1, with TLS 1.2 only, and with a root that
    /// lasts as long as the process.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            source: None,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            more_addresses: Vec::new(),
            control: None,
            folder: None,
            tls13: false,
            server_key: ServerKey::default(),
            limits: Limits::default(),
        }
    }

    /// An emulator with the configuration of this file; the same as [`Emulator::new`] otherwise. The file and
    /// the certificates that it names are watched: what changes is put in force within a second or two, and
    /// [`What::Configured`] tells of it; while they cannot be used, the old configuration stays in force, and
    /// [`What::ConfigurationRefused`] tells where the mistake is.
    ///
    /// [`What::Configured`]: crate::What::Configured
    /// [`What::ConfigurationRefused`]: crate::What::ConfigurationRefused
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        // Before it is read: what changes in between is seen.
        let source = Arc::new(Source::new(path));
        Ok(Self { source: Some(source), ..Self::new(Config::from_file(path)?) })
    }

    /// Where to listen; port 0 takes a free one.
    #[must_use]
    pub const fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// One more address to listen on, for clients whose port is fixed. Every address speaks every protocol.
    #[must_use]
    pub fn also_listen(mut self, address: SocketAddr) -> Self {
        self.more_addresses.push(address);
        self
    }

    /// Offers the control interface (see [`control`]) on a loopback address.
    #[must_use]
    pub const fn control(mut self, address: SocketAddr) -> Self {
        self.control = Some(address);
        self
    }

    /// Keeps the root's certificate (`root.pem`) and key (`root-key.pem`, readable by its owner only) in a folder,
    /// so that clients can go on trusting it, and registrations, operations and verified CA certificates
    /// (`state.journal`). The folder is made if it is not there. One emulator can use it at a time.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Whether TLS 1.3 is spoken too. DPS documents 1.2 only.
    #[must_use]
    pub const fn tls13(mut self, tls13: bool) -> Self {
        self.tls13 = tls13;
        self
    }

    /// The kind of the server's key. A root that is in the folder already stays what it is.
    #[must_use]
    pub const fn server_key(mut self, server_key: ServerKey) -> Self {
        self.server_key = server_key;
        self
    }

    /// Limits on time and number.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Starts listening. Needs a tokio runtime with time and I/O enabled.
    ///
    /// # Errors
    /// The address cannot be listened on, or the server's certificate cannot be made.
    pub async fn start(self) -> Result<Running, StartError> {
        let (listener, address) = listen(self.address).await?;
        let (mut listeners, mut addresses) = (vec![listener], vec![address]);
        for wanted in self.more_addresses {
            let (listener, address) = listen(wanted).await?;
            listeners.push(listener);
            addresses.push(address);
        }
        let control = match self.control {
            Some(wanted) if !wanted.ip().is_loopback() => return Err(StartError::ControlExposed(wanted)),
            Some(wanted) => Some(listen(wanted).await?),
            None => None,
        };
        let authority = match &self.folder {
            Some(folder) => Authority::in_folder(folder, self.server_key),
            None => Authority::in_memory(self.server_key),
        }
        .map_err(StartError::Certificate)?;
        let names = server_names(&self.config, &addresses);
        let tls = Arc::new(Tls::new(&authority, &names, self.tls13)?);

        let id_scope = self.config.id_scope.clone();
        let (end, ending) = watch::channel(false);
        let end = Arc::new(end);
        let events = EventSender::new();
        let dps = Dps::new(self.config);
        let dps = match &self.folder {
            Some(folder) => {
                let (journal, state) = Journal::open(folder, events.clone()).map_err(StartError::State)?;
                let issuance = Issuance::in_folder(folder).map_err(StartError::Certificate)?;
                dps.with_journal(journal, state).with_issuance(issuance)
            }
            None => dps,
        };
        let dps = Arc::new(dps);
        let service_key = match &self.folder {
            Some(folder) => ServiceKey::in_folder(folder).map_err(StartError::Certificate)?,
            None => ServiceKey::in_memory(),
        };
        let service_key = Arc::new(service_key);
        let shared = Shared {
            dps: Arc::clone(&dps),
            presence: Presence::default(),
            tls,
            limits: self.limits,
            room: Room::default(),
            service_key: Arc::clone(&service_key),
            ending,
            reset: None,
        };
        let control_address = control.as_ref().map(|(_, address)| *address);
        let token = Token::new();
        let owner = Arc::new(Owner {
            token: token.clone(),
            service_key: Arc::clone(&service_key),
            dps: Arc::clone(&dps),
            events: events.clone(),
            source: self.source.clone(),
            endpoints: addresses.clone(),
            server_names: names.clone(),
            root: authority.root_path.clone(),
            end: Arc::downgrade(&end),
        });
        let ending = shared.ending.clone();
        let control_task = control.map(|(listener, _)| tokio::spawn(control::serve(listener, owner, ending)));
        let source_task = self.source.clone().map(|source| {
            let (dps, events, ending) = (Arc::clone(&dps), events.clone(), shared.ending.clone());
            tokio::spawn(async move { source.follow(&dps, &events, ending).await })
        });
        let task = tokio::spawn(accept::all(listeners, shared, events.clone()));
        Ok(Running {
            address,
            addresses,
            control_token: control_address.map(|_| token),
            service_key,
            control_address,
            root_pem: authority.root_pem,
            root_path: authority.root_path,
            server_names: names,
            id_scope,
            source: self.source,
            dps,
            events,
            end,
            task,
            control_task,
            source_task,
        })
    }
}

/// The names of this machine, the address listened on, the configured ones, and the hubs', each once.
fn server_names(config: &Config, addresses: &[SocketAddr]) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    let listening = addresses.iter().map(SocketAddr::ip).filter(|ip| !ip.is_unspecified());
    let listening = listening.map(|ip| ip.to_string());
    // A hub's name may be one that no certificate can have; then nobody can connect to it by that name.
    let hubs = config.hubs.iter().filter(|hub| ServerName::try_from(hub.as_str()).is_ok()).cloned();
    for name in listening.chain(config.server_names.iter().cloned()).chain(hubs) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}
