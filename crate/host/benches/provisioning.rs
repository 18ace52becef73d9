//! What a provisioning costs through the component and by the client, against a peer that answers at once, beside a bare rustls client that sends the
//! same packets. Prints; judges nothing. `cargo bench -p dps-x509-host`, after `cargo xtask component`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may fail by panicking"
)]

#[path = "../../net/tests/net/certificates.rs"]
mod certificates;
#[path = "../../../xtask/src/bench/note.rs"]
mod note;

use std::{
    fs, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
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
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime,
};
use tokio_rustls::{
    TlsAcceptor, TlsConnector,
    rustls::{
        ClientConfig, RootCertStore, ServerConfig, client::Resumption, crypto::ring, pki_types::ServerName,
    },
};

const DEVICES: u32 = 500;
const BODY: &str = r#"{"operationId":"4.op","status":"assigned","registrationState":{"registrationId":"device-1","assignedHub":"hub.example","deviceId":"device-1","status":"assigned"}}"#;

fn main() {
    let authority = Authority::new("bench root");
    let device = authority.device("device-1");
    let address = SanType::IpAddress(Ipv4Addr::LOCALHOST.into());
    let port = serve(&authority.server(|params| params.subject_alt_names.push(address)));
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();

    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(target).join("component");
    let read = |name: &str| fs::read(folder.join(name)).expect("run `cargo xtask component` first");
    let (component, code) = (read("provisioner.wasm"), read("provisioner.cwasm"));

    let begun = Instant::now();
    Provisioner::from_component(&component).unwrap();
    println!("compiled from {} bytes of component in {:?}", component.len(), begun.elapsed());
    let begun = Instant::now();
    let provisioner = load(&code);
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

    let cancellation = Cancellation::new();
    measure("through the component", || {
        let through = runtime.block_on(provisioner.provision(&settings, &access, |_, _| {}, &cancellation));
        through.unwrap().result.unwrap();
    });
    measure("by the client", || {
        let (config, _) = settings.parse().unwrap();
        runtime.block_on(dps_x509_host::net::provision(config, &access, |_, _| {}, &cancellation)).unwrap();
    });
    let config = bare_config(&authority, &device);
    measure("a bare rustls client", || runtime.block_on(bare(&config, port)).unwrap());
}

#[expect(unsafe_code, reason = "the code was made by `cargo xtask component` of this workspace")]
fn load(code: &[u8]) -> Provisioner {
    // SAFETY: written by `precompile` in this build.
    unsafe { Provisioner::from_precompiled(code) }.unwrap()
}

fn measure(what: &str, mut run: impl FnMut()) {
    run();
    let (begun, cpu) = (Instant::now(), cpu_time());
    for _ in 0..DEVICES {
        run();
    }
    let wall = begun.elapsed() / DEVICES;
    let us = |time: Duration| [time.as_secs_f64() * 1_000_000.0];
    note::note("a device more in the same process", &format!("{what}, wall time"), "us", &us(wall));
    match cpu_time().zip(cpu) {
        Some((after, before)) => {
            let cpu = (after - before) / DEVICES;
            println!("{what}: {wall:?} a device, {cpu:?} of CPU on its thread");
            note::note("a device more in the same process", &format!("{what}, CPU time"), "us", &us(cpu));
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
                    let _ = converse(&mut stream).await;
                }
            }
        });
    });
    port
}

async fn converse(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    loop {
        let (kind, body) = packet(stream).await?;
        let answer = match kind >> 4 {
            1 => vec![0x20, 2, 0, 0],
            8 => vec![0x90, 3, body[0], body[1], 1],
            3 => {
                let length = usize::from(u16::from_be_bytes([body[0], body[1]]));
                let topic = String::from_utf8_lossy(&body[2..2 + length]).into_owned();
                let rid = topic.split("$rid=").nth(1).unwrap_or_default();
                let mut answer = vec![0x40, 2, body[2 + length], body[3 + length]];
                answer.extend(publish(0x30, &format!("$dps/registrations/res/200/?$rid={rid}"), &[], BODY));
                answer
            }
            _ => continue,
        };
        stream.write_all(&answer).await?;
        stream.flush().await?;
    }
}

fn bare_config(authority: &Authority, device: &Leaf) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![device.der()], device.key_der())
        .unwrap();
    config.resumption = Resumption::disabled();
    Arc::new(config)
}

/// The same packets without a component.
async fn bare(config: &Arc<ClientConfig>, port: u16) -> io::Result<()> {
    let tcp = TcpStream::connect(("127.0.0.1", port)).await?;
    tcp.set_nodelay(true)?;
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await?;
    let connect =
        [&b"\x10\x4c\x00\x04MQTT\x04\x82\x00\x3c\x00\x08device-1\x00\x36"[..], &[b'x'; 54]].concat();
    let subscribe = b"\x82\x1d\x00\x01\x00\x18$dps/registrations/res/#\x01";
    let register = publish(
        0x32,
        "$dps/registrations/PUT/iotdps-register/?$rid=1",
        &[0, 2],
        r#"{"registrationId":"device-1"}"#,
    );
    for (question, answers) in [(connect.as_slice(), 1), (subscribe.as_slice(), 1), (&register, 2)] {
        stream.write_all(question).await?;
        stream.flush().await?;
        for _ in 0..answers {
            packet(&mut stream).await?;
        }
    }
    stream.write_all(&[0xe0, 0]).await?;
    stream.shutdown().await
}

fn publish(kind: u8, topic: &str, packet_id: &[u8], body: &str) -> Vec<u8> {
    let mut rest = u16::try_from(topic.len()).unwrap().to_be_bytes().to_vec();
    rest.extend([topic.as_bytes(), packet_id, body.as_bytes()].concat());
    let length = u8::try_from(rest.len() % 0x80).unwrap();
    match u8::try_from(rest.len() / 0x80).unwrap() {
        0 => [&[kind, length], rest.as_slice()].concat(),
        more => [&[kind, length | 0x80, more], rest.as_slice()].concat(),
    }
}

async fn packet(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<(u8, Vec<u8>)> {
    let kind = stream.read_u8().await?;
    let first = stream.read_u8().await?;
    let mut length = usize::from(first & 0x7f);
    if first & 0x80 != 0 {
        length += usize::from(stream.read_u8().await?) * 0x80;
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok((kind, body))
}
