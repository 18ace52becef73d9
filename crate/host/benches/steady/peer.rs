//! A process that is the service: it assigns at once, or holds devices until as many are there as it was told.

use std::{
    cell::{Cell, RefCell},
    fs,
    io::BufRead as _,
    net::{IpAddr, Ipv4Addr, TcpListener as StdListener},
    rc::Rc,
    sync::Arc,
};

use tokio::{
    net::TcpListener,
    runtime,
    sync::{Notify, mpsc},
    task::{LocalSet, spawn_local, yield_now},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        server::WebPkiClientVerifier,
    },
};

use crate::{bare, stand};

/// How many addresses it listens on: each has ports of its own for devices.
pub(crate) const ADDRESSES: usize = 8;

pub(crate) fn addresses() -> impl Iterator<Item = Ipv4Addr> {
    (1..).take(ADDRESSES).map(|last| Ipv4Addr::new(127, 0, 0, last))
}

/// Those that wait for each other.
struct Hold {
    /// How many; none are held where it is 0.
    wanted: Cell<usize>,
    held: Cell<usize>,
    go: RefCell<Rc<Notify>>,
}

impl Hold {
    async fn wait(&self) {
        if self.wanted.get() == 0 {
            return;
        }
        let go = Rc::clone(&self.go.borrow());
        self.held.set(self.held.get() + 1);
        if self.held.get() == self.wanted.get() {
            println!("held");
        }
        go.notified().await;
    }

    /// From now on so many are held; those that were go on.
    fn set(&self, wanted: usize) {
        self.wanted.set(wanted);
        self.held.set(0);
        self.go.replace(Rc::new(Notify::new())).notify_waiters();
    }
}

/// Prints its port, then serves until its standard input ends; a number there is how many it holds from now on.
pub(crate) fn run() {
    stand::allow_many_files();
    let tls = TlsAcceptor::from(Arc::new(config()));
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let hold =
        Rc::new(Hold { wanted: Cell::new(0), held: Cell::new(0), go: RefCell::new(Rc::new(Notify::new())) });
    LocalSet::new().block_on(&runtime, async {
        let mut port = 0;
        for ip in addresses() {
            let listener = StdListener::bind((ip, port)).unwrap();
            port = listener.local_addr().unwrap().port();
            listener.set_nonblocking(true).unwrap();
            let (listener, tls, hold) =
                (TcpListener::from_std(listener).unwrap(), tls.clone(), Rc::clone(&hold));
            spawn_local(async move {
                loop {
                    let (tcp, _) = listener.accept().await.unwrap();
                    tcp.set_nodelay(true).unwrap();
                    let (tls, hold) = (tls.clone(), Rc::clone(&hold));
                    spawn_local(async move {
                        if let Ok(mut stream) = tls.accept(tcp).await {
                            // Ends with the client.
                            let _ = bare::answer(&mut stream, async || hold.wait().await).await;
                        }
                    });
                }
            });
        }
        // It never sleeps: a system charges what it costs to wake a process to whoever wakes it, and the slower a client is, the
        // more often it would find this one asleep.
        spawn_local(async {
            loop {
                yield_now().await;
            }
        });
        println!("{port}");
        let mut told = lines();
        while let Some(wanted) = told.recv().await {
            hold.set(wanted);
            println!("{wanted}");
        }
    });
}

fn lines() -> mpsc::UnboundedReceiver<usize> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            sender.send(line.unwrap().parse().unwrap()).unwrap();
        }
    });
    receiver
}

fn config() -> ServerConfig {
    let read = |name: &str| fs::read(stand::folder().join(name)).unwrap();
    let der = |name: &str| CertificateDer::from_pem_slice(&read(name)).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(der("root.pem")).unwrap();
    let provider = Arc::new(ring::default_provider());
    let devices =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let key = PrivateKeyDer::from_pem_slice(&read("server-key.pem")).unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(devices)
        .with_single_cert(vec![der("server.pem")], key)
        .unwrap()
}

/// The names that the server's certificate needs.
pub(crate) fn names() -> impl Iterator<Item = rcgen::SanType> {
    addresses().map(|ip| rcgen::SanType::IpAddress(IpAddr::V4(ip)))
}
