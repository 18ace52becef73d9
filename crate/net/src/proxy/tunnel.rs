//! HTTP CONNECT: a way through a proxy (RFC 9110 section 9.3.6).

use std::{io, time::Duration};

use dps_x509_core::session::{ProxyFault, TransportFailure, TransportFailureKind as Kind};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use zeroize::Zeroizing;

use super::{Proxy, authority};

/// How long a proxy may take for its answer. It resolves and dials before it gives one.
const ANSWER: Duration = Duration::from_secs(15);
/// How long the text behind a refusal may take, which only a person reads.
const WORDS: Duration = Duration::from_millis(500);
/// The longest head of an answer, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// The most fields of an answer.
const MAX_FIELDS: usize = 100;
/// As many bytes of a refusal's text are read, and as many characters of them are shown.
const MOST_WORDS: u64 = 4096;
const MAX_WORDS: usize = 300;
/// As many characters of what is no HTTP.
const MAX_BEGINNING: usize = 40;
/// Shown in the place of words that have the password in them.
const REPEATED: &str = "(it repeats the password, which is not shown)";

/// Asks the proxy at the end of `tcp` for a way to `host` and `port`.
pub(crate) async fn tunnel(
    mut tcp: TcpStream,
    proxy: &Proxy,
    host: &str,
    port: u16,
) -> Result<TcpStream, TransportFailure> {
    match timeout(ANSWER, ask(&mut tcp, proxy, &authority(host, port))).await {
        Ok(Ok(())) => Ok(tcp),
        Ok(Err((fault, words))) => Err(failure(proxy, fault, &words)),
        Err(_) => {
            let words = format!("no answer to CONNECT within {} s", ANSWER.as_secs());
            Err(failure(proxy, ProxyFault::TimedOut, &words))
        }
    }
}

/// A proxy's failure with its name and its words.
fn failure(proxy: &Proxy, fault: ProxyFault, words: &str) -> TransportFailure {
    let name = proxy.to_string();
    // A proxy that is an address has named itself where TCP failed.
    let detail = if words.starts_with(&name) { words.to_owned() } else { format!("{name}: {words}") };
    TransportFailure::new(Kind::Proxy(fault), detail)
}

/// What keeps TCP from a proxy, as the proxy's failure.
pub(crate) fn not_reached(proxy: &Proxy, failure: TransportFailure) -> TransportFailure {
    let fault = match failure.kind {
        Kind::NameNotFound => ProxyFault::NameNotFound,
        Kind::Refused => ProxyFault::Refused,
        Kind::TimedOut => ProxyFault::TimedOut,
        Kind::Unreachable | Kind::Other => ProxyFault::Unreachable,
        _ => return failure,
    };
    self::failure(proxy, fault, &failure.detail)
}

type Refusal = (ProxyFault, String);

async fn ask(tcp: &mut TcpStream, proxy: &Proxy, target: &str) -> Result<(), Refusal> {
    let mut request = Zeroizing::new(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"));
    if let Some(authorization) = &proxy.authorization {
        for part in ["Proxy-Authorization: ", authorization, "\r\n"] {
            request.push_str(part);
        }
    }
    request.push_str("\r\n");
    tcp.write_all(request.as_bytes()).await.map_err(|error| broken(&error))?;
    let answer = read_head(tcp, proxy).await?;
    match answer.status {
        200..300 => Ok(()),
        407 => {
            let offers = answer.offers.join(", ");
            let offers = if offers.is_empty() { offers } else { format!(" ({offers})") };
            Err((ProxyFault::AuthenticationRequired, format!("{}{offers}", answer.line())))
        }
        _ => {
            let mut words = answer.line();
            if answer.is_text {
                let mut text = Vec::new();
                // What has come by then will do.
                let _ = timeout(WORDS, tcp.take(MOST_WORDS).read_to_end(&mut text)).await;
                let text = String::from_utf8_lossy(&text);
                if !text.trim().is_empty() {
                    words = format!("{words}: {}", shown(proxy, text.trim(), MAX_WORDS));
                }
            }
            Err((ProxyFault::Denied, words))
        }
    }
}

fn broken(error: &io::Error) -> Refusal {
    (ProxyFault::Closed, error.to_string())
}

/// The head of an answer, as far as anybody asks, as it may be shown.
struct Answer {
    status: u16,
    reason: String,
    /// The kinds of authentication that it takes.
    offers: Vec<String>,
    /// Whether plain text follows.
    is_text: bool,
}

impl Answer {
    /// `403 Forbidden`.
    fn line(&self) -> String {
        format!("{} {}", self.status, self.reason).trim_end().to_owned()
    }
}

/// Reads up to the end of the head and not a byte further: what follows belongs to the server.
async fn read_head(tcp: &mut TcpStream, proxy: &Proxy) -> Result<Answer, Refusal> {
    let mut head = Vec::new();
    let mut ahead = [0; 2048];
    loop {
        let peeked = tcp.peek(&mut ahead).await.map_err(|error| broken(&error))?;
        let new = ahead.get(..peeked).unwrap_or_default();
        if new.is_empty() {
            return Err(match head.is_empty() {
                true => (ProxyFault::Closed, "it closed without an answer".to_owned()),
                false => (ProxyFault::NotHttp, "it closed within the head of its answer".to_owned()),
            });
        }
        let before = head.len();
        head.extend_from_slice(new);
        let parsed = parse(&head, proxy)?;
        let taken = parsed.as_ref().map_or(peeked, |(length, _)| length.saturating_sub(before));
        tcp.read_exact(ahead.get_mut(..taken).unwrap_or_default()).await.map_err(|error| broken(&error))?;
        match parsed {
            Some((_, answer)) => return Ok(answer),
            None if head.len() > MAX_HEAD => {
                return Err((ProxyFault::NotHttp, format!("its answer has a head of over {MAX_HEAD} bytes")));
            }
            None => {}
        }
    }
}

/// The length of a whole head and what is in it; `None` if there is more to come.
fn parse(head: &[u8], proxy: &Proxy) -> Result<Option<(usize, Answer)>, Refusal> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let not_http = |why: &dyn std::fmt::Display| {
        let beginning = shown(proxy, &String::from_utf8_lossy(head), MAX_BEGINNING);
        (ProxyFault::NotHttp, format!("{why}; its answer begins \"{beginning}\""))
    };
    match response.parse(head).map_err(|error| not_http(&error))? {
        httparse::Status::Partial => Ok(None),
        httparse::Status::Complete(length) => {
            let values = |name: &'static str| {
                let fitting =
                    response.headers.iter().filter(move |field| field.name.eq_ignore_ascii_case(name));
                fitting.map(|field| shown(proxy, &String::from_utf8_lossy(field.value), MAX_WORDS))
            };
            let answer = Answer {
                status: response.code.unwrap_or_default(),
                reason: shown(proxy, response.reason.unwrap_or_default(), MAX_WORDS),
                offers: values("proxy-authenticate").take(5).collect(),
                is_text: values("content-type").any(|kind| kind.starts_with("text/plain")),
            };
            Ok(Some((length, answer)))
        }
    }
}

/// So many characters at most, nothing that a terminal would act on, and not the password.
fn shown(proxy: &Proxy, text: &str, most: usize) -> String {
    if proxy.is_repeated_in(text) {
        return REPEATED.to_owned();
    }
    let mut shown = String::new();
    for character in text.chars().take(most) {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    shown
}
