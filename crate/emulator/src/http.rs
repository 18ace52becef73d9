//! HTTP/1.1 on the port of MQTT: the REST calls of DPS, and the way to MQTT over WebSocket.

mod device;
mod rest;
mod upgrade;
mod websocket;

use std::{
    io::Cursor,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header,
    server::conn::http1,
    service::service_fn,
    upgrade::OnUpgrade,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite},
    time::timeout,
};

use crate::{
    behaviour,
    certificate::Presented,
    connection::Shared,
    event::{CloseReason, EventSender, What},
    fault::Stage,
    mqtt::{Packet, PacketError},
    service,
};
use upgrade::Met;

/// How long one connection may go on with requests.
const LIFETIME: Duration = Duration::from_secs(3600);

/// What waits to be understood, in bytes: a request without its body.
const MAX_HEAD: usize = 16 * 1024;

pub(crate) type Answer = Response<Full<Bytes>>;

/// Serves a connection whose first bytes were read already.
pub(crate) async fn serve<S>(
    stream: S,
    first: Bytes,
    presented: Option<Presented>,
    shared: &Shared,
    events: &EventSender,
) -> CloseReason
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (stream, first) = if shared.dps.script().concerns(Stage::Upgrade) {
        match upgrade::meet(stream, first, shared, events).await {
            Met::Spared(stream, first) => (stream, first),
            Met::Answered(stream, first) => {
                return websocket::serve(stream, first, presented, shared, events).await;
            }
            Met::Ended(reason) => return reason,
        }
    } else {
        (stream, first)
    };
    let (read, write) = tokio::io::split(stream);
    let io = TokioIo::new(tokio::io::join(Cursor::new(first).chain(read), write));
    let upgrade = Mutex::new(None);
    let exchange = Exchange { presented: presented.as_ref(), shared, events, upgrade: &upgrade };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(shared.limits.connect)
        .max_buf_size(MAX_HEAD)
        .serve_connection(io, service_fn(|request| exchange.answer(request)))
        .with_upgrades();
    match timeout(LIFETIME, connection).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) if error.is_timeout() => return CloseReason::TooSlow,
        // A fault by script ends the connection in the place of an answer.
        Ok(Err(error)) if error.is_user() => return CloseReason::Fault("no answer".to_owned()),
        Ok(Err(error)) => return CloseReason::Lost(error.to_string()),
        Err(_) => return CloseReason::TooSlow,
    }
    let upgrade = upgrade.into_inner().unwrap_or_else(PoisonError::into_inner);
    match upgrade {
        Some(upgrade) => match upgrade.await {
            Ok(upgraded) => {
                websocket::serve(TokioIo::new(upgraded), Vec::new(), presented, shared, events).await
            }
            Err(error) => CloseReason::Lost(error.to_string()),
        },
        None => CloseReason::HttpDone,
    }
}

struct Exchange<'a> {
    presented: Option<&'a Presented>,
    shared: &'a Shared,
    events: &'a EventSender,
    /// Where the stream comes from once a request for WebSocket is answered.
    upgrade: &'a Mutex<Option<OnUpgrade>>,
}

/// There is no answer, by a scripted fault.
#[derive(Debug)]
struct Unanswered;

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fault by script: no answer")
    }
}

impl std::error::Error for Unanswered {}

impl Exchange<'_> {
    async fn answer(&self, mut request: Request<Incoming>) -> Result<Answer, Unanswered> {
        let (method, target) = (request.method().clone(), request.uri().to_string());
        if websocket::is_for(&request) {
            self.tell_asked(&method, &target, &[]);
            let answer = if websocket::is_for_amqp(&request) {
                let evidence = "the client wants AMQP over WebSocket, which is not emulated".to_owned();
                self.events.tell(|| What::Applied { behaviour: &behaviour::HUB_NOT_EMULATED, evidence });
                empty(StatusCode::NOT_IMPLEMENTED)
            } else {
                websocket::accept(&request)
            };
            if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
                let upgrade = hyper::upgrade::on(&mut request);
                *self.upgrade.lock().unwrap_or_else(PoisonError::into_inner) = Some(upgrade);
            }
            self.tell_answered(answer.status(), "");
            return Ok(answer);
        }
        let (uri, headers) = (request.uri().clone(), request.headers().clone());
        let announced = request.body().size_hint().upper().map(usize::try_from);
        let announced = announced.and_then(Result::ok).unwrap_or(PacketError::MAX_PACKET);
        let patience = self.shared.limits.packet;
        let Some(_room) = self.shared.room.take(announced.min(PacketError::MAX_PACKET), patience).await
        else {
            return Ok(self.plain(StatusCode::SERVICE_UNAVAILABLE));
        };
        let body = Limited::new(request.into_body(), PacketError::MAX_PACKET).collect();
        let body = match timeout(patience, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(_)) => return Ok(self.plain(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(_) => return Ok(self.plain(StatusCode::REQUEST_TIMEOUT)),
        };
        self.tell_asked(&method, &target, &body);
        let (path, query) = (uri.path(), uri.query().unwrap_or_default());
        let of_device =
            device::DeviceRequest { method: &method, path, query, headers: &headers, body: &body };
        if let Some(answer) = device::answer(of_device, &self.shared.dps, self.presented, self.events) {
            self.tell_answered(answer.status(), "");
            return Ok(answer);
        }
        if let Some(request) = service::ServiceRequest::parse(&method, path, query, &headers, &body) {
            let answer =
                service::answer(&request, &self.shared.service_key, &self.shared.dps, self.events).await;
            self.tell_answered(answer.status(), "");
            return Ok(answer);
        }
        let reply = rest::reply(&self.shared.dps, self.presented, self.events, &method, &uri, &body).await;
        let Some((reply, happenings)) = reply else { return Ok(self.plain(StatusCode::NOT_FOUND)) };
        rest::suffer(&happenings, self.events).await?;
        let answer = rest::response(&reply, &uri);
        self.tell_answered(answer.status(), &reply.body);
        Ok(answer)
    }

    fn plain(&self, status: StatusCode) -> Answer {
        self.tell_answered(status, "");
        empty(status)
    }

    fn tell_asked(&self, method: &Method, target: &str, body: &[u8]) {
        let shown =
            |bytes: &[u8]| String::from_utf8_lossy(bytes.get(..Packet::SHOWN).unwrap_or(bytes)).into_owned();
        self.events.tell(|| What::Asked {
            method: method.to_string(),
            target: shown(target.as_bytes()),
            body: shown(body),
        });
    }

    fn tell_answered(&self, status: StatusCode, body: &str) {
        self.events.tell(|| What::Answered { status: status.as_u16(), body: body.to_owned() });
    }
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

/// An answer with a JSON body.
pub(crate) fn json(status: StatusCode, body: String) -> Answer {
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    answer
}
