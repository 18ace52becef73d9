//! A client over rustls alone that sends the packets of a provisioning, and a peer that assigns at the first request: what the
//! benchmarks measure against.

use std::{io, net::SocketAddr, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        client::Resumption,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    },
};

const BODY: &str = r#"{"operationId":"4.op","status":"assigned","registrationState":{"registrationId":"device-1","assignedHub":"hub.example","deviceId":"device-1","status":"assigned"}}"#;

/// A client that trusts this root, and sends this chain.
pub(crate) fn config(
    root: CertificateDer<'static>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .unwrap();
    config.resumption = Resumption::disabled();
    Arc::new(config)
}

/// A user name as long as that of a device, for a peer that does not read it.
pub(crate) const SOME_USER: &str = "0ne00000000/registrations/device-1/api-version=xxxxxxx";

/// One provisioning: the packets that the machine sends, and nothing else.
pub(crate) async fn provision(
    config: &Arc<ClientConfig>,
    address: SocketAddr,
    user_name: &str,
) -> io::Result<()> {
    let tcp = TcpStream::connect(address).await?;
    tcp.set_nodelay(true)?;
    let name = ServerName::from(address.ip());
    let mut stream = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await?;
    let length = u8::try_from(user_name.len()).unwrap();
    let head = &b"\x00\x04MQTT\x04\x82\x00\x3c\x00\x08device-1\x00"[..];
    let connect = packet_of(0x10, &[head, &[length], user_name.as_bytes()].concat());
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

/// Answers a device until it goes: assigned, as soon as `hold` has ended.
pub(crate) async fn answer(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    hold: impl AsyncFn(),
) -> io::Result<()> {
    loop {
        let (kind, body) = packet(stream).await?;
        let answer = match kind >> 4 {
            1 => vec![0x20, 2, 0, 0],
            8 => vec![0x90, 3, body[0], body[1], 1],
            3 => {
                hold().await;
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

fn publish(kind: u8, topic: &str, packet_id: &[u8], body: &str) -> Vec<u8> {
    let mut rest = u16::try_from(topic.len()).unwrap().to_be_bytes().to_vec();
    rest.extend([topic.as_bytes(), packet_id, body.as_bytes()].concat());
    packet_of(kind, &rest)
}

fn packet_of(kind: u8, rest: &[u8]) -> Vec<u8> {
    let length = u8::try_from(rest.len() % 0x80).unwrap();
    match u8::try_from(rest.len() / 0x80).unwrap() {
        0 => [&[kind, length], rest].concat(),
        more => [&[kind, length | 0x80, more], rest].concat(),
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
