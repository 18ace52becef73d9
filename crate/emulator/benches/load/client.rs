//! The clients' process: as little MQTT as a registration needs, over full TLS handshakes.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
    version::TLS12,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

pub(crate) const SCOPE: &str = "0ne00000000";
/// In a count, each failed conversation adds this much.
pub(crate) const FAILED: u64 = 1_000_000_000;
const PATIENCE: Duration = Duration::from_secs(30);

type Stream = TlsStream<TcpStream>;

/// WORK ADDRESS FOLDER FIRST AT_ONCE AMOUNT. Prints 0 when ready, waits for a line, and prints what was done.
pub(crate) async fn run(arguments: &[String]) {
    let [work, address, folder, first, at_once, amount] = arguments else { panic!("{arguments:?}") };
    let number = |text: &str| text.parse::<u64>().unwrap();
    let (first, at_once, amount) = (number(first), number(at_once), number(amount));
    let devices: Vec<Arc<Device>> = (first..first + at_once)
        .map(|number| Arc::new(Device::load(Path::new(folder), number, address)))
        .collect();
    if work == "idle" {
        hold(&devices, amount).await;
        return;
    }
    println!("0");
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await.unwrap().unwrap();
    let end = Instant::now() + Duration::from_secs(amount);
    let mut conversations = JoinSet::new();
    for device in devices {
        let keeps_connection = work == "register";
        conversations.spawn(async move { device.register_until(end, keeps_connection).await });
    }
    let mut done = 0;
    while let Some(count) = conversations.join_next().await {
        done += count.unwrap();
    }
    println!("{done}");
}

/// Holds as many connections as are wanted, until the end of the process.
async fn hold(devices: &[Arc<Device>], amount: u64) {
    let mut held = Vec::new();
    let mut numbers = 0..amount;
    loop {
        let mut opening = JoinSet::new();
        for (number, device) in numbers.by_ref().take(devices.len()).zip(devices) {
            let (device, id) = (Arc::clone(device), format!("{}-{number}", device.id));
            opening.spawn(async move { device.open(&id).await });
        }
        if opening.is_empty() {
            break;
        }
        while let Some(stream) = opening.join_next().await {
            held.extend(stream.unwrap());
        }
    }
    println!("{}", held.len());
    std::future::pending().await
}

struct Device {
    id: String,
    address: String,
    tls: TlsConnector,
}

impl Device {
    fn load(folder: &Path, number: u64, address: &str) -> Self {
        let id = format!("device-{number}");
        let pem = std::fs::read(folder.join(format!("{id}.pem"))).unwrap();
        let root = std::fs::read(folder.join("root.pem")).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&root).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS12])
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(&pem).unwrap()],
                PrivateKeyDer::from_pem_slice(&pem).unwrap(),
            )
            .unwrap();
        // Every device is a new one.
        config.resumption = Resumption::disabled();
        Self { id, address: address.to_owned(), tls: TlsConnector::from(Arc::new(config)) }
    }

    async fn register_until(&self, end: Instant, keeps_connection: bool) -> u64 {
        let (mut done, mut open) = (0, None);
        while Instant::now() < end {
            let mut stream = match open.take() {
                Some(stream) => stream,
                None => match self.open(&self.id).await {
                    Some(stream) => stream,
                    None => {
                        done += FAILED;
                        continue;
                    }
                },
            };
            done += if self.register(&mut stream).await.is_some() { 1 } else { FAILED };
            if keeps_connection {
                open = Some(stream);
            }
        }
        done
    }

    /// TLS, CONNECT, SUBSCRIBE.
    async fn open(&self, id: &str) -> Option<Stream> {
        let opened = async {
            let tcp = TcpStream::connect(&self.address).await.ok()?;
            tcp.set_nodelay(true).ok()?;
            let name = ServerName::try_from("localhost").unwrap();
            let mut stream = self.tls.connect(name, tcp).await.ok()?;
            let user_name = format!("{SCOPE}/registrations/{id}/api-version=2019-03-31");
            let connect = [b"\x00\x04MQTT\x04\x82\x00\x00", &string(id)[..], &string(&user_name)].concat();
            stream.write_all(&packet(0x10, &connect)).await.ok()?;
            let filter = [&[0, 1], &string("$dps/registrations/res/#")[..], &[0]].concat();
            stream.write_all(&packet(0x82, &filter)).await.ok()?;
            let mut answers = [0; 9];
            stream.read_exact(&mut answers).await.ok()?;
            (answers == [0x20, 2, 0, 0, 0x90, 3, 0, 1, 0]).then_some(stream)
        };
        timeout(PATIENCE, opened).await.ok()?
    }

    async fn register(&self, stream: &mut Stream) -> Option<()> {
        let registered = async {
            let body = string("$dps/registrations/PUT/iotdps-register/?$rid=1");
            stream.write_all(&packet(0x30, &body)).await.ok()?;
            let mut answer = vec![0; 2048];
            let mut length = 0;
            while !answer[..length].ends_with(b"}}") {
                match stream.read(&mut answer[length..]).await {
                    Ok(read @ 1..) => length += read,
                    _ => return None,
                }
            }
            let text = String::from_utf8_lossy(&answer[..length]);
            text.contains("\"status\":\"assigned\"").then_some(())
        };
        timeout(PATIENCE, registered).await.ok()?
    }
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len()).unwrap();
    let header = if length < 128 { vec![first, length] } else { vec![first, length, 1] };
    [header, body.to_vec()].concat()
}

fn string(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
}
