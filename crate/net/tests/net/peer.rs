//! A peer that plays DPS, or plays it badly. Every wait in it is bounded by the client: it ends with the test.

use std::{net::Ipv4Addr, sync::Arc};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig, SupportedProtocolVersion, crypto::ring, server::WebPkiClientVerifier,
        version::TLS13,
    },
};

use crate::certificates::{Authority, Leaf};

/// What the peer does when it has read as many packets of the client as the stage says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Goes on reading and says nothing more.
    Hang,
    /// Closes TLS and TCP in order.
    Close,
    /// Lets TCP go without a word.
    Vanish,
    /// Sends bytes that are no MQTT.
    Garbage,
    /// Sends messages that ask for an acknowledgement each, and reads none.
    Flood,
}

/// How far the conversation goes as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Until {
    /// TCP is up, TLS is not answered.
    Tcp,
    /// TLS is up.
    Tls,
    /// CONNACK was sent.
    Connack,
    /// SUBACK was sent.
    Suback,
    /// 202 was sent.
    Registered,
    /// Everything was sent.
    Assigned,
}

/// The body of the last response.
pub(crate) const ASSIGNED: &str = r#"{"operationId":"4.op","status":"assigned","registrationState":{"registrationId":"device-on-the-bench","assignedHub":"hub.example","deviceId":"device-on-the-bench","status":"assigned","substatus":"initialAssignment"}}"#;

/// A TLS server for tests.
pub(crate) fn server(leaf: &Leaf, versions: &[&'static SupportedProtocolVersion]) -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der()], leaf.key_der())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A TLS server that takes clients of one authority only.
pub(crate) fn strict_server(
    leaf: &Leaf,
    clients: &Authority,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsAcceptor {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(clients.der()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![leaf.der()], leaf.key_der())
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A listener on the loopback and its port.
pub(crate) async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A port of the loopback at which nobody listens, and which nobody else can have as long as the socket is there.
pub(crate) fn unused() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// A peer that does with each connection what `serve` does; gives its port.
pub(crate) async fn spawn<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> (u16, JoinHandle<()>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (listener, port) = listen().await;
    let peer = tokio::spawn(async move {
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(tcp));
        }
    });
    (port, peer)
}

/// A peer that plays DPS as far as `until`, then falls into `manner`.
pub(crate) async fn dps(tls: TlsAcceptor, until: Until, manner: Manner) -> u16 {
    let (port, _) = spawn(move |mut tcp| {
        let tls = tls.clone();
        async move {
            if until == Until::Tcp {
                return misbehave(&mut tcp, manner).await;
            }
            let Ok(mut stream) = tls.accept(tcp).await else { return };
            if converse(&mut stream, until).await.is_some() {
                match manner {
                    Manner::Close => drop(stream.shutdown().await),
                    manner => misbehave(&mut stream, manner).await,
                }
            }
        }
    })
    .await;
    port
}

async fn misbehave(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), manner: Manner) {
    match manner {
        Manner::Hang => while packet(stream).await.is_some() {},
        Manner::Close | Manner::Vanish => {}
        Manner::Flood => {
            // QoS 1, topic "x", packet identifier 1, empty.
            let many = b"\x32\x05\x00\x01x\x00\x01".repeat(1000);
            while stream.write_all(&many).await.is_ok() {}
        }
        Manner::Garbage => {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = stream.flush().await;
            while packet(stream).await.is_some() {}
        }
    }
}

/// The DPS dialogue with one poll; `None` when the client goes before `until`.
async fn converse(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), until: Until) -> Option<()> {
    let mut reached = Until::Tls;
    while reached < until {
        let (kind, body) = packet(stream).await?;
        let (answer, next) = match kind >> 4 {
            1 => (vec![0x20, 2, 0, 0], Until::Connack),
            8 => (vec![0x90, 3, body[0], body[1], 1], Until::Suback),
            3 => {
                let length = usize::from(u16::from_be_bytes([body[0], body[1]]));
                let topic = std::str::from_utf8(&body[2..2 + length]).unwrap();
                let rid = topic.split("$rid=").nth(1).unwrap().split('&').next().unwrap();
                let (status, body_text, next) = if topic.contains("/PUT/iotdps-register/") {
                    ("202", r#"{"operationId":"4.op","status":"assigning"}"#, Until::Registered)
                } else {
                    ("200", ASSIGNED, Until::Assigned)
                };
                let hint = if status == "202" { "&retry-after=0" } else { "" };
                let topic = format!("$dps/registrations/res/{status}/?$rid={rid}{hint}");
                let mut answer = vec![0x40, 2, body[2 + length], body[3 + length]];
                answer.extend(publish(&topic, body_text));
                (answer, next)
            }
            _ => continue,
        };
        if next > until {
            break;
        }
        stream.write_all(&answer).await.ok()?;
        stream.flush().await.ok()?;
        reached = next;
    }
    Some(())
}

/// A PUBLISH of quality of service 0.
fn publish(topic: &str, body: &str) -> Vec<u8> {
    let mut rest = u16::try_from(topic.len()).unwrap().to_be_bytes().to_vec();
    rest.extend(topic.as_bytes());
    rest.extend(body.as_bytes());
    let mut packet = vec![0x30];
    let mut length = rest.len();
    while length >= 0x80 {
        packet.push(u8::try_from(length % 0x80).unwrap() | 0x80);
        length /= 0x80;
    }
    packet.push(u8::try_from(length).unwrap());
    packet.extend(rest);
    packet
}

/// The next packet of the client: its first byte and what follows the length; `None` at the end.
async fn packet(stream: &mut (impl AsyncRead + Unpin)) -> Option<(u8, Vec<u8>)> {
    let kind = stream.read_u8().await.ok()?;
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let byte = stream.read_u8().await.ok()?;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 21 {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((kind, body))
}

/// DPS as it should be.
pub(crate) async fn good(authority: &Authority) -> u16 {
    dps(server(&authority.server(|_| {}), &[&TLS13]), Until::Assigned, Manner::Hang).await
}
