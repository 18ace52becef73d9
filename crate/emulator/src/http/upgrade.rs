//! Faults by script in the answer to a request for WebSocket. They are beneath HTTP: nothing that speaks it sends half an answer.

use bytes::{Bytes, BytesMut};
use hyper::{Request, StatusCode};
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::{sleep, timeout},
};

use super::{Answer, MAX_HEAD, websocket};
use crate::{
    connection::Shared,
    event::{CloseReason, EventSender, What},
    fault::{Action, Happening, Stage},
};

/// How long the end of the connection may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// What came of a request.
pub(super) enum Met<S> {
    /// Nothing is to go wrong with it; the stream, and what was read of it.
    Spared(S, Bytes),
    /// It is answered; the stream of frames, and what was read of it.
    Answered(S, Vec<u8>),
    /// That was the end.
    Ended(CloseReason),
}

/// Reads a request, and answers it if it is one for WebSocket that something is to go wrong with.
pub(super) async fn meet<S>(mut stream: S, first: Bytes, shared: &Shared, events: &EventSender) -> Met<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut head = BytesMut::from(first.as_ref());
    let length = loop {
        if let Some(position) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            break position + 4;
        }
        if head.len() > MAX_HEAD {
            return Met::Spared(stream, head.freeze());
        }
        match timeout(shared.limits.connect, stream.read_buf(&mut head)).await {
            Ok(Ok(1..)) => {}
            Ok(_) => return Met::Ended(CloseReason::ClosedByClient),
            Err(_) => return Met::Ended(CloseReason::TooSlow),
        }
    };
    let rest = head.split_off(length);
    let request =
        parse(&head).filter(|request| websocket::is_for(request) && !websocket::is_for_amqp(request));
    let answer = request.as_ref().map(websocket::accept);
    let happenings = match &answer {
        Some(answer) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => {
            shared.dps.faults(Stage::Upgrade, "")
        }
        _ => Vec::new(),
    };
    let (Some(request), Some(answer), false) = (request, answer, happenings.is_empty()) else {
        head.unsplit(rest);
        return Met::Spared(stream, head.freeze());
    };
    events.tell(|| What::Asked {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        body: String::new(),
    });
    match suffer(&mut stream, &written(&answer), &happenings, shared, events).await {
        Ok(()) => {
            events.tell(|| What::Answered { status: answer.status().as_u16(), body: String::new() });
            Met::Answered(stream, rest.to_vec())
        }
        Err(reason) => {
            timeout(FAREWELL, stream.shutdown()).await.map(drop).unwrap_or_default();
            Met::Ended(reason)
        }
    }
}

/// Sends the answer as well as the faults let it; an error is the end.
async fn suffer<S>(
    stream: &mut S,
    answer: &[u8],
    happenings: &[Happening],
    shared: &Shared,
    events: &EventSender,
) -> Result<(), CloseReason>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut copies, mut pause) = (1, None);
    for happening in happenings {
        events.tell(|| What::Fault { happening: happening.clone() });
        let end = || CloseReason::Fault(happening.action.to_string());
        match happening.action {
            Action::Delay(delay) => sleep(delay).await,
            Action::Trickle(delay) => pause = Some(delay),
            Action::Duplicate => copies = 2,
            Action::Close => return Err(end()),
            Action::Half => {
                send(stream, answer.get(..answer.len() / 2).unwrap_or_default(), shared).await?;
                return Err(end());
            }
            Action::Drop => return Err(silence(stream, shared, end()).await),
            Action::Garbage => {
                send(stream, &[&[0], &happening.dice[..]].concat(), shared).await?;
                return Err(silence(stream, shared, end()).await);
            }
            Action::Oversize => {
                // A header that does not end.
                let much =
                    [&b"HTTP/1.1 101 Switching Protocols\r\nMuch: "[..], &[b'a'; 2 * MAX_HEAD]].concat();
                send(stream, &much, shared).await?;
                return Err(silence(stream, shared, end()).await);
            }
            Action::Reset => {
                if let Some(reset) = &shared.reset {
                    reset.notify_one();
                }
                std::future::pending().await
            }
            _ => {}
        }
    }
    let answer = answer.repeat(copies);
    let Some(pause) = pause else { return send(stream, &answer, shared).await };
    for byte in answer {
        send(stream, &[byte], shared).await?;
        if !pause.is_zero() {
            sleep(pause).await;
        }
    }
    Ok(())
}

async fn send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    bytes: &[u8],
    shared: &Shared,
) -> Result<(), CloseReason> {
    let write = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    match timeout(shared.limits.write, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(CloseReason::Lost(error.to_string())),
        Err(_) => Err(CloseReason::NotReading),
    }
}

/// Nothing more, until the client has had enough.
async fn silence<S: AsyncRead + Unpin>(stream: &mut S, shared: &Shared, end: CloseReason) -> CloseReason {
    let mut nowhere = tokio::io::sink();
    let rest = tokio::io::copy(stream, &mut nowhere);
    timeout(shared.limits.packet, async { rest.await.map(drop).unwrap_or_default() })
        .await
        .unwrap_or_default();
    end
}

/// The head of a request (RFC 9112 section 3).
fn parse(head: &[u8]) -> Option<Request<()>> {
    let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let mut request = Request::builder().method(words.next()?).uri(words.next()?);
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        request = request.header(name, value.trim());
    }
    request.body(()).ok()
}

/// The head of an answer that has no body.
fn written(answer: &Answer) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {}\r\n", answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes
}
