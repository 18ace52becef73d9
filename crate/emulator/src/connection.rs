//! One connection from its first byte to its last.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rustls::server::Acceptor;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};

use crate::{
    certificate::Presented,
    dps::Dps,
    event::{CloseReason, EventSender, What},
    fault::{Action, Alert, Stage},
    mqtt::{self, Decoder},
    presence::{Place, Presence},
    session::{Now, Session, Step},
    tls::{HANDSHAKE_FAILURE, Tls},
};

/// How long a connection may take, and how many there may be.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at the same time; further ones are closed at once.
    pub connections: usize,
    /// From TCP to the end of the TLS handshake.
    pub handshake: Duration,
    /// From there to the end of CONNECT.
    pub connect: Duration,
    /// For the client to take what it is sent.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            handshake: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            write: Duration::from_secs(10),
        }
    }
}

/// How long a closing connection is listened to.
const FAREWELL: Duration = Duration::from_secs(1);
const FAREWELL_BYTES: u64 = 1024 * 1024;

/// What all connections share.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) dps: Arc<Dps>,
    pub(crate) presence: Presence,
    pub(crate) tls: Arc<Tls>,
    pub(crate) limits: Limits,
    /// Becomes true, or its sender goes, when everything has to end.
    pub(crate) ending: watch::Receiver<bool>,
}

/// Serves a connection until it ends, and tells why it did.
pub(crate) async fn serve(tcp: TcpStream, peer: SocketAddr, mut shared: Shared, events: EventSender) {
    events.tell(|| What::Opened { peer });
    let mut ending = shared.ending.clone();
    let reason = tokio::select! {
        reason = converse(tcp, &mut shared, &events) => reason,
        () = ended(&mut ending) => CloseReason::ShuttingDown,
    };
    events.tell(|| What::Closed { reason });
}

async fn ended(ending: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which says the same.
    ending.wait_for(|ending| *ending).await.map(drop).unwrap_or_default();
}

async fn converse(tcp: TcpStream, shared: &mut Shared, events: &EventSender) -> CloseReason {
    // Answers are small, and devices wait for them.
    tcp.set_nodelay(true).unwrap_or_default();
    let stream = match timeout(shared.limits.handshake, handshake(tcp, shared, events)).await {
        Ok(Some(stream)) => stream,
        Ok(None) => return CloseReason::TlsFailed,
        Err(_) => return CloseReason::TooSlow,
    };
    let presented = stream.get_ref().1.peer_certificates().and_then(Presented::new);
    let session = Session::new(Arc::clone(&shared.dps), presented, shared.limits.connect, Now::read());
    let mut conversation = Conversation { stream, session, shared, events, place: None };
    let reason = conversation.run().await;
    conversation.close().await;
    reason
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

/// MQTT over any stream.
struct Conversation<'a, S> {
    stream: S,
    session: Session,
    shared: &'a Shared,
    events: &'a EventSender,
    place: Option<Place>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Conversation<'_, S> {
    async fn run(&mut self) -> CloseReason {
        let mut decoder = Decoder::default();
        loop {
            let deadline = self.session.deadline();
            tokio::select! {
                read = self.stream.read_buf(decoder.buffer()) => match read {
                    Ok(0) => return CloseReason::ClosedByClient,
                    Ok(_) => {}
                    // Many clients close TCP without TLS's close_notify.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                        return CloseReason::ClosedByClient;
                    }
                    Err(error) => return CloseReason::Lost(error.to_string()),
                },
                () = reached(deadline) => return self.session.timed_out(),
                () = dismissed(self.place.as_ref()) => return CloseReason::TakenOver,
            }
            if let Err(reason) = self.take_packets(&mut decoder).await {
                return reason;
            }
        }
    }

    async fn take_packets(&mut self, decoder: &mut Decoder) -> Result<(), CloseReason> {
        loop {
            let steps = match decoder.next() {
                Ok(None) => return Ok(()),
                Ok(Some(packet)) => {
                    self.events.tell(|| What::Received { packet: packet.shown() });
                    self.session.handle(packet, Now::read())
                }
                Err(error) => self.session.bad_packet(error),
            };
            for step in steps {
                self.take(step).await?;
            }
        }
    }

    async fn take(&mut self, step: Step) -> Result<(), CloseReason> {
        match step {
            Step::TakeOver(client_id) => self.place = Some(self.shared.presence.enter(client_id)),
            Step::Tell(what) => self.events.tell(|| what),
            Step::Close(reason) => return Err(reason),
            Step::Send(packet) => {
                self.events.tell(|| What::Sent { packet: packet.shown() });
                let bytes = mqtt::encode(&packet).map_err(|_| {
                    CloseReason::NotAllowed("the answer does not fit into a packet".to_owned())
                })?;
                self.write(&bytes).await?;
            }
            Step::SendBytes(bytes) => self.write(&bytes).await?,
            Step::Pause(delay) => tokio::select! {
                () = tokio::time::sleep(delay) => {}
                () = dismissed(self.place.as_ref()) => return Err(CloseReason::TakenOver),
            },
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), CloseReason> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match timeout(self.shared.limits.write, write).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(CloseReason::Lost(error.to_string())),
            Err(_) => Err(CloseReason::NotReading),
        }
    }

    /// With TLS's close_notify, as far as the client takes it. What it still sends is read and dropped for a
    /// moment: closing over unread bytes would reset the connection and could take the last answer with it.
    async fn close(&mut self) {
        self.place = None;
        let farewell = async {
            self.stream.shutdown().await?;
            let mut rest = (&mut self.stream).take(FAREWELL_BYTES);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
        };
        timeout(FAREWELL, farewell).await.map(drop).unwrap_or_default();
    }
}

async fn reached(deadline: Option<std::time::Instant>) {
    match deadline {
        Some(deadline) => sleep_until(Instant::from_std(deadline)).await,
        None => std::future::pending().await,
    }
}

async fn dismissed(place: Option<&Place>) {
    match place {
        Some(place) => place.dismissed().await,
        None => std::future::pending().await,
    }
}
