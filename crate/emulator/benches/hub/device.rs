//! As little of a device as it takes: DPS, CONNECT to the hub, and packets by hand.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use dps_x509_emulator::Running;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, pem::PemObject as _},
    version::TLS12,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

pub(crate) const SCOPE: &str = "0ne00000000";

/// An emulator, from another process or from its own.
#[derive(Clone)]
pub(crate) struct Service {
    address: SocketAddr,
    root: String,
}

impl Service {
    pub(crate) fn of(emulator: &Running) -> Self {
        Self { address: emulator.addr(), root: emulator.root_pem().to_owned() }
    }

    pub(crate) fn at(address: &str, folder: &Path) -> Self {
        let root = fs::read_to_string(folder.join("root.pem")).unwrap();
        Self { address: address.parse().unwrap(), root }
    }
}

/// A CA whose devices are enrolled; its key is in a folder, for other processes.
pub(crate) struct Factory {
    pub(crate) ca: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Factory {
    pub(crate) fn new(folder: &Path) -> Self {
        let file = folder.join("ca-key.pem");
        if !file.exists() {
            fs::write(&file, KeyPair::generate().unwrap().serialize_pem()).unwrap();
        }
        let key = KeyPair::from_pem(&fs::read_to_string(file).unwrap()).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "bench CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = params.self_signed(&key).unwrap().pem();
        Self { ca, issuer: Issuer::new(params, key) }
    }

    /// A device that is provisioned and connected to its hub, with all its subscriptions.
    pub(crate) async fn device(&self, service: &Service, id: &str) -> Device {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, id);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(service.root.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS12])
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(
                vec![leaf.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        let tls = TlsConnector::from(Arc::new(tls));
        let user_name = format!("{SCOPE}/registrations/{id}/api-version=2019-03-31");
        let mut dps = Device::open(service, &tls, id, &user_name, &["$dps/registrations/res/#"]).await;
        dps.publish("$dps/registrations/PUT/iotdps-register/?$rid=1", 0, b"").await;
        dps.packet().await;
        let user_name = format!("localhost/{id}/?api-version=2021-04-12");
        let bound = format!("devices/{id}/messages/devicebound/#");
        let filters = ["$iothub/twin/res/#", "$iothub/methods/POST/#", &bound];
        Device::open(service, &tls, id, &user_name, &filters).await
    }
}

/// A connected device.
pub(crate) struct Device {
    id: String,
    stream: TlsStream<TcpStream>,
}

impl Device {
    async fn open(
        service: &Service,
        tls: &TlsConnector,
        id: &str,
        user_name: &str,
        filters: &[&str],
    ) -> Self {
        let tcp = TcpStream::connect(service.address).await.unwrap();
        tcp.set_nodelay(true).unwrap();
        let stream = tls.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
        let mut device = Self { id: id.to_owned(), stream };
        let connect = [b"\x00\x04MQTT\x04\x82\x00\x00", &string(id)[..], &string(user_name)].concat();
        device.write(0x10, &connect).await;
        assert_eq!(device.packet().await, [0, 0]);
        for filter in filters {
            device.write(0x82, &[&[0, 1], &string(filter)[..], &[0]].concat()).await;
            assert_eq!(device.packet().await, [0, 1, 0]);
        }
        device
    }

    /// A reported PATCH, up to its answer.
    pub(crate) async fn report(&mut self, number: u64) {
        let body = format!(r#"{{"n":{number},"state":{{"on":true,"level":{number}}}}}"#);
        self.publish("$iothub/twin/PATCH/properties/reported/?$rid=1", 0, body.as_bytes()).await;
        let answer = self.packet().await;
        assert!(answer[2..].starts_with(b"$iothub/twin/res/204/"));
    }

    /// A message with QoS 1, up to its PUBACK.
    pub(crate) async fn send(&mut self, number: u64) {
        let topic = format!("devices/{}/messages/events/n={number}", self.id);
        self.publish(&topic, 1, br#"{"temperature":21.5}"#).await;
        assert_eq!(self.packet().await, [0, 1]);
    }

    /// Until it is aborted.
    pub(crate) async fn answer_methods(&mut self) {
        loop {
            let call = self.packet().await;
            let end = 2 + usize::from(u16::from_be_bytes([call[0], call[1]]));
            let topic = String::from_utf8_lossy(&call[2..end]).into_owned();
            let rid = topic.split_once("$rid=").unwrap().1;
            self.publish(&format!("$iothub/methods/res/200/?$rid={rid}"), 0, b"{}").await;
        }
    }

    /// Takes messages of the service, until it is aborted; QoS 0 takes them by itself.
    pub(crate) async fn receive(&mut self) {
        loop {
            self.packet().await;
        }
    }

    async fn publish(&mut self, topic: &str, qos: u8, body: &[u8]) {
        let id: &[u8] = if qos > 0 { &[0, 1] } else { &[] };
        self.write(0x30 | qos << 1, &[&string(topic), id, body].concat()).await;
    }

    async fn write(&mut self, first: u8, body: &[u8]) {
        // No packet here is longer than 16,383 bytes.
        let length = body.len();
        let low = u8::try_from(length % 128).unwrap();
        let header = match u8::try_from(length / 128).unwrap() {
            0 => vec![first, low],
            high => vec![first, low | 0x80, high],
        };
        self.stream.write_all(&[header, body.to_vec()].concat()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The body of the next packet.
    async fn packet(&mut self) -> Vec<u8> {
        self.stream.read_u8().await.unwrap();
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = self.stream.read_u8().await.unwrap();
            length |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        body
    }
}

fn string(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
}
