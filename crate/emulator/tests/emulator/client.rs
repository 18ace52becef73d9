//! A raw MQTT client: bytes by hand, so that it shares no code with the emulator.

use std::{sync::Arc, time::Duration};

use dps_x509_emulator::{
    Config, Emulator, Event, Events, IdScope, Running, What, control::Client as Control,
};
use rustls::{
    ClientConfig, RootCertStore, SignatureScheme, SupportedProtocolVersion,
    client::ResolvesClientCert,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    sign::CertifiedKey,
    version::TLS12,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::pki::Device;

pub(crate) const SCOPE: &str = "0ne00000000";
pub(crate) const FILTER: &str = "$dps/registrations/res/#";
pub(crate) const REGISTER: &str = "$dps/registrations/PUT/iotdps-register/?$rid=1";

/// No wait in these tests is longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn scope() -> IdScope {
    IdScope::new(SCOPE).unwrap()
}

/// Answers at once, so that a register is one exchange.
pub(crate) fn at_once(mut config: Config) -> Config {
    config.pace.assigning_polls = 0;
    config
}

pub(crate) async fn start(config: Config) -> Running {
    Emulator::new(config).start().await.unwrap()
}

/// A client of its control interface.
pub(crate) fn control(emulator: &Running) -> Control {
    Control::new(emulator.control_addr().unwrap(), emulator.control_token().cloned())
}

/// The first event from now on that `pick` wants.
pub(crate) async fn event<T>(events: &mut Events, pick: impl Fn(Event) -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = pick(events.next().await.expect("the emulator is gone")) {
                return found;
            }
        }
    };
    timeout(PATIENCE, found).await.expect("the event did not come")
}

/// Why the next connection that ends did so.
pub(crate) async fn close_reason(events: &mut Events) -> String {
    event(events, |event| match event.what {
        What::Closed { reason } => Some(reason.to_string()),
        _ => None,
    })
    .await
}

/// Presents a chain without looking whether the key fits.
#[derive(Debug)]
struct Present(Arc<CertifiedKey>);

impl ResolvesClientCert for Present {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

pub(crate) async fn tls(
    emulator: &Running,
    device: Option<&Device>,
    version: &'static SupportedProtocolVersion,
    server_name: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(emulator.root_pem().as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots);
    let config = match device {
        Some(device) => {
            let key = provider.key_provider.load_private_key(device.key()).unwrap();
            let certified = Arc::new(CertifiedKey::new(device.chain.clone(), key));
            config.with_client_cert_resolver(Arc::new(Present(certified)))
        }
        None => config.with_no_client_auth(),
    };
    let tcp = TcpStream::connect(emulator.addr()).await?;
    let name = ServerName::try_from(server_name.to_owned()).unwrap();
    timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, tcp)).await.expect("no handshake")
}

pub(crate) struct Client {
    stream: TlsStream<TcpStream>,
}

impl Client {
    /// TLS only.
    pub(crate) async fn dial(emulator: &Running, device: Option<&Device>) -> Self {
        Self { stream: tls(emulator, device, &TLS12, "localhost").await.unwrap() }
    }

    /// TLS, CONNECT and SUBSCRIBE with QoS 1.
    pub(crate) async fn open(emulator: &Running, device: Option<&Device>, registration_id: &str) -> Self {
        Self::open_scope(emulator, device, SCOPE, registration_id).await
    }

    pub(crate) async fn open_scope(
        emulator: &Running,
        device: Option<&Device>,
        scope: &str,
        id: &str,
    ) -> Self {
        let mut client = Self::dial(emulator, device).await;
        client.send(&connect(id, &user_name(scope, id), 60)).await;
        assert_eq!(client.packet().await, Some((0x20, vec![0, 0])), "CONNACK");
        client.send(&subscribe(1, FILTER, 1)).await;
        assert_eq!(client.packet().await, Some((0x90, vec![0, 1, 1])), "SUBACK");
        client
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Fails once the server has closed.
    pub(crate) async fn try_send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// First byte and body of the next packet; `None` when the server has closed.
    pub(crate) async fn packet(&mut self) -> Option<(u8, Vec<u8>)> {
        timeout(PATIENCE, self.read_packet()).await.expect("no packet in time")
    }

    /// The end of the connection, as TLS wants it: an error if it is cut off.
    pub(crate) async fn end(&mut self) -> std::io::Result<()> {
        let rest = timeout(PATIENCE, self.stream.read(&mut [0; 16])).await.expect("not closed in time")?;
        assert_eq!(rest, 0, "something came instead of the end");
        Ok(())
    }

    /// Every byte until the end.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await;
        read.expect("not closed in time").unwrap();
        bytes
    }

    /// Sends nothing more.
    pub(crate) async fn finish(&mut self) {
        self.stream.shutdown().await.unwrap_or_default();
    }

    /// Every byte until the end, and whether that was cut off.
    pub(crate) async fn rest_until_cut_off(&mut self) -> (Vec<u8>, bool) {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await;
        (bytes, read.expect("not closed in time").is_err())
    }

    /// As many bytes.
    pub(crate) async fn exactly(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut bytes)).await;
        read.expect("no bytes in time").unwrap();
        bytes
    }

    /// Bytes up to and with an ending.
    pub(crate) async fn until(&mut self, ending: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(ending) {
            bytes.extend(self.exactly(1).await);
        }
        bytes
    }

    async fn read_packet(&mut self) -> Option<(u8, Vec<u8>)> {
        let first = self.stream.read_u8().await.ok()?;
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = self.stream.read_u8().await.ok()?;
            length |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.ok()?;
        Some((first, body))
    }

    /// The next PUBLISH with QoS 1: its topic and body.
    pub(crate) async fn response(&mut self) -> (String, Value) {
        let (first, body) = self.packet().await.expect("closed");
        assert_eq!(first, 0x32, "a PUBLISH with QoS 1");
        let topic_end = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
        assert_ne!(&body[topic_end..topic_end + 2], [0, 0], "packet identifier");
        self.send(&[0x40, 2, body[topic_end], body[topic_end + 1]]).await;
        let topic = String::from_utf8(body[2..topic_end].to_vec()).unwrap();
        (topic, serde_json::from_slice(&body[topic_end + 2..]).unwrap())
    }

    /// The next packet as a PUBLISH: first byte, topic, packet identifier, body.
    pub(crate) async fn publish(&mut self) -> (u8, String, u16, Vec<u8>) {
        let (first, body) = self.packet().await.expect("closed");
        assert_eq!(first & 0xF0, 0x30, "a PUBLISH");
        let topic_end = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
        let topic = String::from_utf8(body[2..topic_end].to_vec()).unwrap();
        let (id, start) = match first & 0x06 {
            0 => (0, topic_end),
            _ => (u16::from_be_bytes([body[topic_end], body[topic_end + 1]]), topic_end + 2),
        };
        (first, topic, id, body[start..].to_vec())
    }

    /// Publishes with QoS 0 and waits for the response.
    pub(crate) async fn ask(&mut self, topic: &str, body: &[u8]) -> (String, Value) {
        self.send(&publish(topic, 0, 0, body)).await;
        self.response().await
    }

    pub(crate) async fn poll(&mut self, operation_id: &str) -> (String, Value) {
        let topic =
            format!("$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId={operation_id}");
        self.ask(&topic, b"").await
    }
}

/// Opens a connection and registers: status and body of the answer.
pub(crate) async fn register(emulator: &Running, device: Option<&Device>, id: &str) -> (String, Value) {
    let mut client = Client::open(emulator, device, id).await;
    let (topic, body) = client.ask(REGISTER, format!(r#"{{"registrationId":"{id}"}}"#).as_bytes()).await;
    let status = topic.strip_prefix("$dps/registrations/res/").and_then(|rest| rest.split('/').next());
    (status.unwrap().to_owned(), body)
}

pub(crate) fn user_name(scope: &str, id: &str) -> String {
    format!("{scope}/registrations/{id}/api-version=2019-03-31&ClientVersion=test%2F1")
}

pub(crate) fn connect(client_id: &str, user_name: &str, keep_alive: u16) -> Vec<u8> {
    let mut body = b"\x00\x04MQTT\x04\x82".to_vec();
    body.extend(keep_alive.to_be_bytes());
    body.extend(string(client_id));
    body.extend(string(user_name));
    packet(0x10, &body)
}

/// CONNECT to a hub, with clean session or without, and with a will.
pub(crate) fn connect_to_hub(device_id: &str, is_clean: bool, will: Option<(&str, &[u8])>) -> Vec<u8> {
    let flags = 0x80 | if is_clean { 2 } else { 0 } | if will.is_some() { 4 } else { 0 };
    let mut body = b"\x00\x04MQTT\x04".to_vec();
    body.push(flags);
    body.extend(60_u16.to_be_bytes());
    body.extend(string(device_id));
    if let Some((topic, message)) = will {
        body.extend(string(topic));
        body.extend(u16::try_from(message.len()).unwrap().to_be_bytes());
        body.extend(message);
    }
    body.extend(string(&format!("localhost/{device_id}/?api-version=2021-04-12")));
    packet(0x10, &body)
}

pub(crate) fn subscribe(id: u16, filter: &str, qos: u8) -> Vec<u8> {
    packet(0x82, &[&id.to_be_bytes(), &string(filter)[..], &[qos]].concat())
}

pub(crate) fn publish(topic: &str, qos: u8, id: u16, body: &[u8]) -> Vec<u8> {
    let id = id.to_be_bytes();
    let id: &[u8] = if qos > 0 { &id } else { &[] };
    packet(0x30 | qos << 1, &[&string(topic), id, body].concat())
}

pub(crate) fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = body.len();
    loop {
        let more = if length > 127 { 0x80 } else { 0 };
        bytes.push((length % 128) as u8 | more);
        length /= 128;
        if length == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

fn string(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    [&length.to_be_bytes(), text.as_bytes()].concat()
}
