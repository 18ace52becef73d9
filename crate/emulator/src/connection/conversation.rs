//! MQTT over a stream: bytes to packets, packets to the session, its steps to bytes.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

use super::{Shared, room::Taken};
use crate::{
    event::{CloseReason, EventSender, What},
    mqtt::{self, Decoder},
    presence::Place,
    session::{Now, Session, Step},
};

/// How long a closing connection is listened to.
const FAREWELL: Duration = Duration::from_secs(1);
const FAREWELL_BYTES: u64 = 1024 * 1024;

/// MQTT over any stream.
pub(crate) struct Conversation<'a, S> {
    stream: S,
    decoder: Decoder,
    session: Session,
    shared: &'a Shared,
    events: &'a EventSender,
    place: Option<Place>,
    /// Told when there is something for the client that it did not ask for.
    wake: Option<Arc<Notify>>,
    /// When there will be something, without anybody telling.
    alarm: Option<std::time::Instant>,
    /// The packet that has begun and is not whole yet.
    unfinished: Option<Unfinished>,
}

/// What a packet has until it is whole.
struct Unfinished {
    length: usize,
    deadline: std::time::Instant,
    _room: Taken,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Conversation<'a, S> {
    pub(crate) fn new(stream: S, session: Session, shared: &'a Shared, events: &'a EventSender) -> Self {
        Self {
            stream,
            decoder: Decoder::default(),
            session,
            shared,
            events,
            place: None,
            wake: None,
            alarm: None,
            unfinished: None,
        }
    }

    /// Takes bytes that were read already, and everything after them until the end.
    pub(crate) async fn run(mut self, first: &[u8]) -> CloseReason {
        self.decoder.buffer().extend_from_slice(first);
        let reason = self.talk().await;
        if let Some(what) = self.session.ended(Now::read()) {
            self.events.tell(|| what);
        }
        self.close().await;
        reason
    }

    async fn talk(&mut self) -> CloseReason {
        loop {
            if let Err(reason) = self.take_packets().await {
                return reason;
            }
            if let Err(reason) = self.make_room().await {
                return reason;
            }
            let deadline = self.session.deadline();
            let last_moment = self.unfinished.as_ref().map(|unfinished| unfinished.deadline);
            tokio::select! {
                read = self.stream.read_buf(self.decoder.buffer()) => match read {
                    Ok(0) => return CloseReason::ClosedByClient,
                    Ok(_) => {}
                    // Many clients close TCP without TLS's close_notify.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                        return CloseReason::ClosedByClient;
                    }
                    Err(error) => return CloseReason::Lost(error.to_string()),
                },
                () = reached(deadline) => return self.session.timed_out(),
                () = reached(last_moment) => return CloseReason::Unfinished,
                () = dismissed(self.place.as_ref()) => return CloseReason::TakenOver,
                () = woken(self.wake.as_deref(), self.alarm) => {
                    self.alarm = None;
                    let steps = self.session.deliver(Now::read());
                    if let Err(reason) = self.take_all(steps).await {
                        return reason;
                    }
                }
            }
        }
    }

    async fn take_all(&mut self, steps: Vec<Step>) -> Result<(), CloseReason> {
        for step in steps {
            self.take(step).await?;
        }
        Ok(())
    }

    /// Room and a deadline for the packet that has begun.
    async fn make_room(&mut self) -> Result<(), CloseReason> {
        let length = self.decoder.unfinished();
        if length == 0 {
            self.unfinished = None;
        } else if self.unfinished.as_ref().is_none_or(|unfinished| unfinished.length < length) {
            let patience = self.shared.limits.packet;
            let deadline = std::time::Instant::now() + patience;
            let deadline = self.unfinished.take().map_or(deadline, |unfinished| unfinished.deadline);
            let room = self.shared.room.take(length, patience).await.ok_or(CloseReason::NoRoom)?;
            self.unfinished = Some(Unfinished { length, deadline, _room: room });
        }
        Ok(())
    }

    async fn take_packets(&mut self) -> Result<(), CloseReason> {
        loop {
            let steps = match self.decoder.next() {
                Ok(None) => return Ok(()),
                Ok(Some(packet)) => {
                    self.unfinished = None;
                    self.events.tell(|| What::Received { packet: packet.shown() });
                    self.session.handle(packet, Now::read())
                }
                Err(error) => self.session.bad_packet(error),
            };
            self.take_all(steps).await?;
            if self.wake.is_none() {
                self.wake = self.session.wake();
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
            // What serves the connection drops this with everything else.
            Step::Reset => {
                if let Some(reset) = &self.shared.reset {
                    reset.notify_one();
                }
                std::future::pending().await
            }
            Step::Persist(ticket) => ticket.await.map_err(|_| CloseReason::StateFailed)?,
            Step::DeliverAt(instant) => self.alarm = Some(instant),
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

async fn woken(wake: Option<&Notify>, alarm: Option<std::time::Instant>) {
    let Some(wake) = wake else { return std::future::pending().await };
    tokio::select! {
        () = wake.notified() => {}
        () = reached(alarm) => {}
    }
}
