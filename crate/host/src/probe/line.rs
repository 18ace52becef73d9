//! A TLS connection to a verified server, for a conversation that somebody else leads.

use std::{io, time::Duration, time::SystemTime};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::client::TlsStream;

use crate::{dial, failure, tls::TransportFailure};

/// A TLS connection to a server whose certificate was verified.
#[derive(Debug)]
pub struct Line(Box<TlsStream<TcpStream>>);

/// How long what a peer said before it went may take to be read.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long close_notify may take to leave.
const CLOSING: Duration = Duration::from_millis(500);
/// The longest head of an answer, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// The most fields of an answer.
const MAX_FIELDS: usize = 100;

impl Line {
    pub(super) fn new(stream: TlsStream<TcpStream>) -> Self {
        Self(Box::new(stream))
    }

    /// The TLS version, such as `TLSv1.2`.
    #[must_use]
    pub fn tls_version(&self) -> Option<String> {
        dial::tls_version(&self.0)
    }

    /// The cipher suite by its IANA name.
    #[must_use]
    pub fn cipher_suite(&self) -> Option<String> {
        dial::cipher_suite(&self.0)
    }

    /// Waits for bytes; none are the end of the stream.
    ///
    /// # Errors
    /// The connection failed.
    pub async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, TransportFailure> {
        self.0.read(buffer).await.map_err(|error| of_stream(&error))
    }

    /// Sends bytes.
    ///
    /// # Errors
    /// The connection failed. A peer that refuses often says why before it goes: its alert comes before the mere end.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), TransportFailure> {
        let written = match self.0.write_all(bytes).await {
            Ok(()) => self.0.flush().await,
            Err(error) => Err(error),
        };
        let Err(error) = written else { return Ok(()) };
        let mut rest = [0; 1024];
        match timeout(LAST_WORDS, self.0.read(&mut rest)).await {
            Ok(Err(said)) => Err(of_stream(&said)),
            _ => Err(of_stream(&error)),
        }
    }

    /// Says close_notify and goes.
    pub async fn close(mut self) {
        let _ = timeout(CLOSING, self.0.shutdown()).await;
    }

    /// Asks for `/` by HTTP/1.1 and gives the time that the answer bears (RFC 9110 section 6.6.1), if it bears one.
    /// Whatever the answer is, its Date is the server's clock.
    ///
    /// # Errors
    /// The connection failed.
    pub async fn date(mut self, authority: &str) -> Result<Option<SystemTime>, TransportFailure> {
        let request = format!("GET / HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        self.write(request.as_bytes()).await?;
        let mut head = Vec::new();
        let mut buffer = [0; 2048];
        while head.len() < MAX_HEAD {
            let length = self.read(&mut buffer).await?;
            head.extend_from_slice(buffer.get(..length).unwrap_or_default());
            let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
            let mut answer = httparse::Response::new(&mut fields);
            match answer.parse(&head) {
                Ok(httparse::Status::Partial) if length > 0 => {}
                Ok(httparse::Status::Complete(_)) => {
                    let date = answer.headers.iter().find(|field| field.name.eq_ignore_ascii_case("date"));
                    let text = date.and_then(|field| str::from_utf8(field.value).ok());
                    return Ok(text.and_then(|text| httpdate::parse_http_date(text).ok()));
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

fn of_stream(error: &io::Error) -> TransportFailure {
    failure::of_stream(error, Vec::new())
}
