//! MQTT over WebSocket (RFC 6455): the same conversation, in binary messages.

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::{
    HeaderMap, Method, Request, StatusCode, header,
    header::{HeaderName, HeaderValue},
};
use percent_encoding::percent_decode_str;
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use super::{Answer, empty};
use crate::{
    certificate::Presented,
    connection::{Conversation, Shared},
    event::{CloseReason, EventSender},
    mqtt::PacketError,
    session::{Now, Session},
};

const PATH: &str = "/$iothub/websocket";
/// Where MQTT is spoken too: the path of the Java SDK, whose Paho takes its own, and that of the .NET SDK, which names none.
const OTHER_PATHS: [&str; 2] = ["/mqtt", "/"];
const SUB_PROTOCOL: &str = "mqtt";
/// The SDKs' own, and the registered one.
const AMQP_SUB_PROTOCOLS: [&str; 2] = ["AMQPWSB10", "amqp"];
/// Between the frames and the packets, in bytes.
const BUFFER: usize = 4096;
/// What may wait for the client to read it, in bytes: one message of [`BUFFER`] and pongs.
const WRITE_BUFFER: usize = 16 * 1024;
/// How long the client may take to close as well.
const FAREWELL: Duration = Duration::from_secs(1);

/// Whether a request wants a path of WebSocket.
pub(super) fn is_for<B>(request: &Request<B>) -> bool {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    path == PATH
        || OTHER_PATHS.contains(&path.as_ref()) && has_token(request.headers(), header::UPGRADE, "websocket")
}

/// Whether AMQP is to be spoken over it.
pub(super) fn is_for_amqp<B>(request: &Request<B>) -> bool {
    AMQP_SUB_PROTOCOLS.iter().any(|word| has_token(request.headers(), header::SEC_WEBSOCKET_PROTOCOL, word))
}

/// The answer to a request for it: 101, or why not.
pub(super) fn accept<B>(request: &Request<B>) -> Answer {
    let headers = request.headers();
    let key = headers.get(header::SEC_WEBSOCKET_KEY);
    let (Some(key), true) = (key, is_handshake(request)) else { return empty(StatusCode::BAD_REQUEST) };
    let Ok(accept) = HeaderValue::try_from(derive_accept_key(key.as_bytes())) else {
        return empty(StatusCode::BAD_REQUEST);
    };
    let mut answer = empty(StatusCode::SWITCHING_PROTOCOLS);
    for (name, value) in [
        (header::CONNECTION, HeaderValue::from_static("Upgrade")),
        (header::UPGRADE, HeaderValue::from_static("websocket")),
        (header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUB_PROTOCOL)),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ] {
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// RFC 6455 section 4.2.1.
fn is_handshake<B>(request: &Request<B>) -> bool {
    let headers = request.headers();
    request.method() == Method::GET
        && has_token(headers, header::CONNECTION, "upgrade")
        && has_token(headers, header::UPGRADE, "websocket")
        && has_token(headers, header::SEC_WEBSOCKET_VERSION, "13")
        && has_token(headers, header::SEC_WEBSOCKET_PROTOCOL, SUB_PROTOCOL)
}

/// Whether a header lists a word.
fn has_token(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|token| token.trim().eq_ignore_ascii_case(word))
}

/// Serves the frames of a stream, of which the first may have been read already.
pub(super) async fn serve<S>(
    stream: S,
    first: Vec<u8>,
    presented: Option<Presented>,
    shared: &Shared,
    events: &EventSender,
) -> CloseReason
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let limits = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        // Every ping is answered; whoever sends them and does not read ends here.
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(Some(2 * PacketError::MAX_PACKET))
        .max_frame_size(Some(2 * PacketError::MAX_PACKET));
    let frames = WebSocketStream::from_partially_read(stream, first, Role::Server, Some(limits)).await;
    let (packets, other_end) = tokio::io::duplex(BUFFER);
    let session = Session::new(Arc::clone(&shared.dps), presented, shared.limits.connect, Now::read());
    let conversation = Conversation::new(packets, session, shared, events);
    let (reason, ()) = tokio::join!(conversation.run(&[]), carry(frames, other_end, shared.limits.write));
    reason
}

/// Carries bytes between frames and a plain stream until either ends, and then tells the other.
async fn carry<S>(frames: WebSocketStream<S>, bytes: DuplexStream, patience: Duration)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut sink, mut source) = frames.split();
    let (mut from, mut into) = tokio::io::split(bytes);
    let incoming = async move {
        while let Some(Ok(message)) = source.next().await {
            match message {
                Message::Binary(bytes) if into.write_all(&bytes).await.is_ok() => {}
                // Answered by the library.
                Message::Ping(_) | Message::Pong(_) => {}
                _ => break,
            }
        }
        into.shutdown().await.unwrap_or_default();
    };
    let outgoing = async move {
        let mut buffer = BytesMut::new();
        while let Ok(1..) = from.read_buf(&mut buffer).await {
            let message = Message::Binary(Bytes::from(buffer.split()));
            if !matches!(timeout(patience, sink.send(message)).await, Ok(Ok(()))) {
                return;
            }
        }
        timeout(patience, sink.close()).await.map(drop).unwrap_or_default();
    };
    tokio::pin!(incoming, outgoing);
    tokio::select! {
        () = &mut incoming => outgoing.await,
        () = &mut outgoing => timeout(FAREWELL, incoming).await.unwrap_or_default(),
    }
}
