//! A device of one's own making.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
};

type Client = StreamOwned<ClientConnection, TcpStream>;

pub(super) fn connect(endpoint: &str, root: &str, chain: &Path, key: &Path) -> Client {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(&fs::read(root).unwrap()) {
        roots.add(root.unwrap()).unwrap();
    }
    let chain = CertificateDer::pem_slice_iter(&fs::read(chain).unwrap()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(&fs::read(key).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_client_auth_cert(chain, key).unwrap();
    let tcp = TcpStream::connect(endpoint).unwrap();
    tcp.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    StreamOwned::new(
        ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap(),
        tcp,
    )
}

/// Whatever comes of it.
pub(super) fn say(client: &mut Client, bytes: &[u8]) {
    let _ = client.write_all(bytes);
    let _ = client.flush();
    let _ = client.read(&mut [0; 4096]);
    let _ = client.read(&mut [0; 4096]);
}

pub(super) fn connect_packet(client: &str, user: &str) -> Vec<u8> {
    let content = [b"\0\x04MQTT\x04\x82\0\x3c".to_vec(), text(client), text(user)].concat();
    packet(0x10, &content)
}

pub(super) fn publish(topic: &str, body: &str) -> Vec<u8> {
    packet(0x30, &[text(topic), body.as_bytes().to_vec()].concat())
}

fn text(text: &str) -> Vec<u8> {
    [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
}

fn packet(head: u8, content: &[u8]) -> Vec<u8> {
    let mut packet = vec![head];
    let mut length = content.len();
    while length > 127 {
        packet.push(u8::try_from(length % 128).unwrap() | 0x80);
        length /= 128;
    }
    packet.push(u8::try_from(length).unwrap());
    packet.extend(content);
    packet
}
