//! The emulator from outside: whatever a device or a caller sends, the next one is served.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream},
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant},
};

use dps_x509_emulator::{Config, Emulator, Running};
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
};

/// Longest that an answer may take, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(30);

struct Stand {
    running: Running,
    client: Arc<ClientConfig>,
    token: String,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

static STAND: LazyLock<Stand> = LazyLock::new(Stand::new);

impl Stand {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "device-1");
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(folder.path().join("device-cert.pem"), certificate.pem()).unwrap();
        let toml = "id-scope = \"0ne00111111\"\n[[individual]]\nregistration-id = \"device-1\"\ncertificate = \"device-cert.pem\"\n";
        let config = Config::from_toml(toml, &folder.path().join("enrollments.toml")).unwrap();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let emulator = Emulator::new(config).listen(anywhere).control(anywhere).folder(folder.path());
        let running = runtime.block_on(emulator.start()).unwrap();
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_file_iter(running.root_path().unwrap_or(Path::new(""))).unwrap() {
            roots.add(root.unwrap()).unwrap();
        }
        let provider = Arc::new(ring::default_provider());
        let client =
            ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS12]);
        let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
        let chain = vec![certificate.der().clone()];
        let client = client.unwrap().with_root_certificates(roots).with_client_auth_cert(chain, key).unwrap();
        let token = running.control_token().unwrap().as_str().to_owned();
        Self { running, client: Arc::new(client), token, _runtime: runtime, _folder: folder }
    }

    fn connect(&self) -> StreamOwned<ClientConnection, TcpStream> {
        let tcp = TcpStream::connect(self.running.addr()).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        tcp.set_nodelay(true).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        StreamOwned::new(ClientConnection::new(Arc::clone(&self.client), name).unwrap(), tcp)
    }
}

/// Bytes inside of TLS: MQTT of a device or of a device at its hub, HTTP, WebSocket.
pub(super) fn device(bytes: &[u8]) {
    let begun = Instant::now();
    let mut stream = STAND.connect();
    // Whether it is taken to its end is the emulator's to decide.
    let _ = stream.write_all(bytes);
    stream.conn.send_close_notify();
    let _ = stream.flush();
    let _ = stream.sock.shutdown(Shutdown::Write);
    drain(&mut stream);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    let mut good = STAND.connect();
    good.write_all(&connect("device-1", "0ne00111111/registrations/device-1/api-version=2019-03-31"))
        .unwrap();
    let mut connack = [0; 4];
    good.read_exact(&mut connack).unwrap();
    assert_eq!(connack, [0x20, 2, 0, 0]);
}

/// CONNECT with a clean session.
fn connect(client: &str, user: &str) -> Vec<u8> {
    let mut content = b"\0\x04MQTT\x04\x82\0\x3c".to_vec();
    for text in [client, user] {
        content.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        content.extend(text.bytes());
    }
    [&[0x10, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
}

/// A request to the control interface: its first line and body are the input's. What stops it is left out.
pub(super) fn control(bytes: &[u8]) {
    let address = STAND.running.control_addr().unwrap();
    let (line, body) =
        bytes.iter().position(|byte| *byte == b'\n').map_or((bytes, &[][..]), |at| bytes.split_at(at));
    if line.windows(4).any(|window| window == b"stop") {
        return;
    }
    let connect = || {
        let tcp = TcpStream::connect(address).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        tcp
    };
    // A wait for messages takes as long as it is told to.
    if !line.windows(4).any(|window| window == b"wait") {
        let body = body.get(1..).unwrap_or_default();
        let head = head(&format!("Connection: close\r\nContent-Length: {}\r\n", body.len()));
        let mut tcp = connect();
        let _ = tcp.write_all(&[line, head.as_bytes(), body].concat());
        drain(&mut tcp);
    }
    let mut caller = CALLER.lock().unwrap();
    let known = caller.take().and_then(told_the_status);
    // Who says nothing for long is sent away, and comes again.
    *caller = known.or_else(|| told_the_status(connect()));
    assert!(caller.is_some(), "a good caller is not served");
}

/// Keeps its connection: the system remembers each for a minute, and has no more ports than are used up in one.
static CALLER: Mutex<Option<TcpStream>> = Mutex::new(None);

/// What stands behind the method and the path of a request.
fn head(more: &str) -> String {
    format!(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n{more}\r\n", STAND.token)
}

/// The connection, if the whole answer comes.
fn told_the_status(mut tcp: TcpStream) -> Option<TcpStream> {
    tcp.write_all(format!("GET /status{}", head("")).as_bytes()).ok()?;
    let (mut answer, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let length = tcp.read(&mut buffer).ok().filter(|length| *length > 0)?;
        answer.push_str(str::from_utf8(&buffer[..length]).ok()?);
        let Some((head, body)) = answer.split_once("\r\n\r\n") else { continue };
        let length = head.to_ascii_lowercase().split_once("content-length: ")?.1.lines().next()?.parse();
        if length.is_ok_and(|length: usize| body.len() >= length) {
            return head.starts_with("HTTP/1.1 200").then_some(tcp);
        }
    }
}

fn drain(stream: &mut impl std::io::Read) -> Vec<u8> {
    let (mut answer, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(1..) = stream.read(&mut buffer).inspect(|length| answer.extend(&buffer[..*length])) {}
    answer
}
