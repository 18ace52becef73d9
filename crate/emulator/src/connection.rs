//! One connection from its first byte to its last.

mod conversation;
mod room;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::BytesMut;
use rustls::server::Acceptor;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{Notify, watch},
    time::timeout,
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};

use crate::{
    behaviour,
    certificate::Presented,
    dps::Dps,
    event::{CloseReason, EventSender, What},
    fault::{Action, Alert, Stage},
    http,
    presence::Presence,
    service::ServiceKey,
    session::{Now, Session},
    tls::{HANDSHAKE_FAILURE, Tls},
};

pub(crate) use conversation::Conversation;
pub(crate) use room::Room;

/// How long a connection may take, and how many there may be.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at the same time; further ones are closed at once.
    pub connections: usize,
    /// From TCP to the end of the TLS handshake.
    pub handshake: Duration,
    /// From there to the end of CONNECT; with HTTP, for each request to come.
    pub connect: Duration,
    /// From the first byte of a packet to its last; the same for the body of a request.
    pub packet: Duration,
    /// For the client to take what it is sent.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            handshake: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            packet: Duration::from_secs(60),
            write: Duration::from_secs(10),
        }
    }
}

/// What all connections share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) dps: Arc<Dps>,
    pub(crate) presence: Presence,
    pub(crate) tls: Arc<Tls>,
    pub(crate) limits: Limits,
    pub(crate) room: Room,
    pub(crate) service_key: Arc<ServiceKey>,
    /// Becomes true, or its sender goes, when everything has to end.
    pub(crate) ending: watch::Receiver<bool>,
    /// Told when this one connection is to be reset, by a scripted fault.
    pub(crate) reset: Option<Arc<Notify>>,
}

/// Serves a connection until it ends, and tells why it did.
pub(crate) async fn serve(tcp: TcpStream, peer: SocketAddr, mut shared: Shared, events: EventSender) {
    events.tell(|| What::Opened { peer });
    let mut ending = shared.ending.clone();
    let (tcp, twin) = if shared.dps.script().resets() { twins(tcp) } else { (Ok(tcp), None) };
    let reset = twin.is_some().then(Arc::<Notify>::default);
    shared.reset.clone_from(&reset);
    let reason = match tcp {
        Ok(tcp) => tokio::select! {
            reason = converse(tcp, &shared, &events) => reason,
            () = ended(&mut ending) => CloseReason::ShuttingDown,
            () = told(reset.as_deref()) => {
                // Whoever closes last, with nothing to linger for, resets.
                if let Some(twin) = twin {
                    twin.set_zero_linger().unwrap_or_default();
                }
                CloseReason::Fault(Action::Reset.to_string())
            }
        },
        Err(error) => CloseReason::Lost(error.to_string()),
    };
    events.tell(|| What::Closed { reason });
}

/// The same connection twice: one to talk by, which TLS and HTTP take for themselves, and one to reset it with.
fn twins(tcp: TcpStream) -> (io::Result<TcpStream>, Option<TcpStream>) {
    let pair = tcp.into_std().and_then(|tcp| {
        let twin = tcp.try_clone()?;
        Ok((TcpStream::from_std(tcp)?, TcpStream::from_std(twin)?))
    });
    match pair {
        Ok((tcp, twin)) => (Ok(tcp), Some(twin)),
        Err(error) => (Err(error), None),
    }
}

async fn told(reset: Option<&Notify>) {
    match reset {
        Some(reset) => reset.notified().await,
        None => std::future::pending().await,
    }
}

async fn ended(ending: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which says the same.
    ending.wait_for(|ending| *ending).await.map(drop).unwrap_or_default();
}

async fn converse(tcp: TcpStream, shared: &Shared, events: &EventSender) -> CloseReason {
    // Answers are small, and devices wait for them.
    tcp.set_nodelay(true).unwrap_or_default();
    // What is only needed for a while, or by HTTP alone, stands in memory of its own: 10,000 devices wait in silence.
    let handshake = Box::pin(handshake(tcp, shared, events));
    let mut stream = match timeout(shared.limits.handshake, handshake).await {
        Ok(Some(stream)) => Box::new(stream),
        Ok(None) => return CloseReason::TlsFailed,
        Err(_) => return CloseReason::TooSlow,
    };
    let presented = stream.get_ref().1.peer_certificates().and_then(Presented::new);
    let mut first = BytesMut::new();
    match timeout(shared.limits.connect, stream.read_buf(&mut first)).await {
        Ok(Ok(1..)) => {}
        Ok(Ok(0)) => return CloseReason::ClosedByClient,
        // Many clients close TCP without TLS's close_notify.
        Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => return CloseReason::ClosedByClient,
        Ok(Err(error)) => return CloseReason::Lost(error.to_string()),
        Err(_) => return CloseReason::TooSlow,
    }
    if first.starts_with(b"AMQP") {
        let evidence = "the client speaks AMQP, which is not emulated".to_owned();
        events.tell(|| What::Applied { behaviour: &behaviour::HUB_NOT_EMULATED, evidence });
        return CloseReason::NotAllowed("AMQP is not emulated; use MQTT".to_owned());
    }
    // A CONNECT begins with 0x10, a request of HTTP with the capital letters of its method.
    if first.first().is_some_and(u8::is_ascii_uppercase) {
        return Box::pin(http::serve(stream, first.freeze(), presented, shared, events)).await;
    }
    let session = Session::new(Arc::clone(&shared.dps), presented, shared.limits.connect, Now::read());
    Conversation::new(stream, session, shared, events).run(&first).await
}

/// The client's hello is looked at first: it has the name that it wants, even if nothing comes of it.
async fn handshake(tcp: TcpStream, shared: &Shared, events: &EventSender) -> Option<TlsStream<TcpStream>> {
    let failed = |server_name: Option<String>, error: &io::Error| {
        let reason = error.to_string();
        events.tell(|| What::TlsFailed { server_name, reason });
    };
    let happenings = shared.dps.faults(Stage::Tls, "");
    let mut start = match LazyConfigAcceptor::new(Acceptor::default(), tcp).await {
        Ok(start) => start,
        Err(error) => {
            failed(None, &error);
            return None;
        }
    };
    let server_name = start.client_hello().server_name().map(str::to_owned);
    for happening in &happenings {
        events.tell(|| What::Fault { happening: happening.clone() });
        match happening.action {
            Action::Delay(delay) => tokio::time::sleep(delay).await,
            Action::Close => return None,
            Action::Reset => {
                start.io.set_zero_linger().unwrap_or_default();
                return None;
            }
            Action::TlsAlert(Alert::HandshakeFailure) => {
                // If it does not arrive, the end does.
                start.io.write_all(&HANDSHAKE_FAILURE).await.unwrap_or_default();
                start.io.shutdown().await.unwrap_or_default();
                return None;
            }
            _ => {}
        }
    }
    let tls = shared.tls.side(&happenings);
    match start.into_stream(Arc::clone(tls)).await {
        Ok(stream) => {
            tell_tls(&stream, events);
            Some(stream)
        }
        Err(error) => {
            failed(server_name, &error);
            None
        }
    }
}

fn tell_tls(stream: &TlsStream<TcpStream>, events: &EventSender) {
    let (_, tls) = stream.get_ref();
    events.tell(|| What::TlsDone {
        version: tls.protocol_version().map(|version| format!("{version:?}")).unwrap_or_default(),
        suite: tls.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite())).unwrap_or_default(),
        server_name: tls.server_name().map(str::to_owned),
        certificates: tls
            .peer_certificates()
            .and_then(Presented::new)
            .map(|presented| presented.summaries())
            .unwrap_or_default(),
    });
}
