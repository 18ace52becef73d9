//! What a provisioning costs through the component and by the client, against a peer that answers at once, beside a bare rustls client that sends the
//! same packets. Prints; judges nothing. `cargo bench -p dps-x509-host`, after `cargo xtask component`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may fail by panicking"
)]

#[path = "steady/bare.rs"]
mod bare;
#[path = "../../net/tests/net/certificates.rs"]
mod certificates;
#[path = "../../../xtask/src/bench/note.rs"]
mod note;
#[path = "steady/precompiled.rs"]
mod precompiled;

use std::{
    fs,
    net::Ipv4Addr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use certificates::{Authority, Leaf};
use dps_x509_host::{
    Provisioner,
    net::{
        Access, Cancellation, Identity, Trust,
        core::session::{Event, Settings},
    },
};
use rcgen::SanType;
use tokio::{net::TcpListener, runtime};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring},
};
use wasmtime::Config;

const DEVICES: u32 = 500;

fn main() {
    let authority = Authority::new("bench root");
    let device = authority.device("device-1");
    let address = SanType::IpAddress(Ipv4Addr::LOCALHOST.into());
    let port = serve(&authority.server(|params| params.subject_alt_names.push(address)));
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let (component, code) = (precompiled::read("provisioner.wasm"), precompiled::read("provisioner.cwasm"));

    let begun = Instant::now();
    Provisioner::from_component(&component).unwrap();
    println!("compiled from {} bytes of component in {:?}", component.len(), begun.elapsed());
    let begun = Instant::now();
    let provisioner = precompiled::load(Config::new(), &code);
    println!("loaded from {} bytes of machine code in {:?}", code.len(), begun.elapsed());

    let begun = Instant::now();
    let trust = Trust::empty().add_pem(authority.pem().as_bytes()).unwrap();
    let identity = Identity::from_pem(device.pem().as_bytes(), device.key_pem().as_bytes(), None).unwrap();
    let access = Access::new(identity, &trust).unwrap().allow("127.0.0.1", port);
    println!("identity, roots and TLS prepared in {:?}", begun.elapsed());
    let mut settings = Settings::new("0ne00000001", "device-1");
    settings.endpoint = Some(format!("127.0.0.1:{port}"));

    let begun = Instant::now();
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = Arc::clone(&told);
    let events = move |_, event: Event<'_>| sink.lock().unwrap().push((begun.elapsed(), event.to_string()));
    let through = runtime.block_on(provisioner.provision(&settings, &access, events, &Cancellation::new()));
    through.unwrap().result.unwrap();
    println!("the first device, by event:");
    for (at, event) in told.lock().unwrap().iter() {
        println!("  {at:>12?}  {}", event.chars().take(60).collect::<String>());
    }
    println!("  {:>12?}  done", begun.elapsed());

    let config = bare::config(authority.der(), vec![device.der()], device.key_der());
    let address = (Ipv4Addr::LOCALHOST, port).into();
    measure("a bare rustls client", || {
        runtime.block_on(bare::provision(&config, address, bare::SOME_USER)).unwrap()
    });
    let cancellation = Cancellation::new();
    measure("through the component", || {
        let through = runtime.block_on(provisioner.provision(&settings, &access, |_, _| {}, &cancellation));
        through.unwrap().result.unwrap();
    });
    measure("by the client", || {
        let (config, _) = settings.parse().unwrap();
        runtime.block_on(dps_x509_host::net::provision(config, &access, |_, _| {}, &cancellation)).unwrap();
    });
}

fn measure(what: &str, mut run: impl FnMut()) {
    run();
    let (begun, cpu) = (Instant::now(), cpu_time());
    for _ in 0..DEVICES {
        run();
    }
    let wall = begun.elapsed() / DEVICES;
    let us = |time: Duration| [time.as_secs_f64() * 1_000_000.0];
    note::note("a device more in the same process: wall time", what, "us", &us(wall));
    match cpu_time().zip(cpu) {
        Some((after, before)) => {
            let cpu = (after - before) / DEVICES;
            println!("{what}: {wall:?} a device, {cpu:?} of CPU on its thread");
            note::note("a device more in the same process: CPU time", what, "us", &us(cpu));
        }
        None => println!("{what}: {wall:?} a device"),
    }
}

/// What this thread has computed so far, where the system tells (Linux).
fn cpu_time() -> Option<Duration> {
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    statistics.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// A peer on a thread of its own, which assigns at the first request.
fn serve(leaf: &Leaf) -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der()], leaf.key_der())
        .unwrap();
    let tls = TlsAcceptor::from(Arc::new(config));
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                tcp.set_nodelay(true).unwrap();
                if let Ok(mut stream) = tls.accept(tcp).await {
                    // Ends with the client.
                    let _ = bare::answer(&mut stream, async || {}).await;
                }
            }
        });
    });
    port
}
