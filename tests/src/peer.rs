//! Servers that do one thing wrong, on loopback.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject as _},
};

/// What a peer does with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misdeed {
    /// Says nothing, ever.
    Hang,
    /// Closes at once.
    Close,
    /// Answers with bytes that mean nothing.
    Garbage,
}

/// How far a peer behaves before its misdeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// TCP only.
    Tcp,
    /// TLS is done.
    Tls,
    /// CONNACK was sent.
    Connack,
    /// SUBACK was sent.
    Suback,
    /// The PUBACK of register was sent.
    Puback,
}

/// A listening peer; it ends when it is dropped.
pub struct Peer {
    /// Where it listens.
    pub address: SocketAddr,
    ending: Arc<AtomicBool>,
    misdeeds: Receiver<()>,
}

impl Peer {
    /// Waits until the first connection has come as far as the misdeed.
    ///
    /// # Panics
    /// That takes longer than half a minute.
    pub fn wait_until_misdeed(&self) {
        self.misdeeds.recv_timeout(Duration::from_secs(30)).unwrap();
    }

    /// A peer that behaves `until`, then does its `misdeed`, with this server certificate and key (PEM).
    #[must_use]
    pub fn start(until: Until, misdeed: Misdeed, certificate: &str, key: &str) -> Self {
        let config = server(certificate, key);
        Self::serve(move |stream, ending, reached| {
            misbehave(stream, until, misdeed, &config, ending, reached)
        })
    }

    /// A peer that answers whatever comes with plain text.
    #[must_use]
    pub fn plain(text: &'static str) -> Self {
        Self::serve(move |mut stream, _, _| {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(text.as_bytes());
        })
    }

    /// A server that answers whatever comes over TLS with plain text, with this certificate and key (PEM).
    #[must_use]
    pub fn says(text: String, certificate: &str, key: &str) -> Self {
        let config = server(certificate, key);
        let answer = move |stream| {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(text.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        };
        // A connection that is held open keeps nobody else waiting.
        Self::serve(move |stream, _, _| {
            drop(thread::spawn({
                let answer = answer.clone();
                move || answer(stream)
            }))
        })
    }

    /// A DPS that answers every question with this status and body, with this certificate and key (PEM).
    #[must_use]
    pub fn dps(status: u16, body: String, certificate: &str, key: &str) -> Self {
        let topic = format!("$dps/registrations/res/{status}/?$rid={{rid}}");
        Self::telling(vec![(topic, body)], certificate, key)
    }

    /// A DPS that answers the questions of a connection with these topics and bodies, the last of them for ever. `{rid}` in a
    /// topic is that of the question.
    ///
    /// # Panics
    /// There are no answers.
    #[must_use]
    pub fn telling(answers: Vec<(String, String)>, certificate: &str, key: &str) -> Self {
        assert!(!answers.is_empty(), "nothing to tell");
        let config = server(certificate, key);
        Self::serve(move |stream, _, _| {
            let mut asked = 0;
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            let mut packet = [0; 4096];
            // The client ends it.
            while let Ok(length @ 1..) = stream.read(&mut packet) {
                let answer = match packet[0] >> 4 {
                    1 => b"\x20\x02\x00\x00".to_vec(),
                    8 => vec![0x90, 3, packet[2], packet[3], 1],
                    3 => {
                        let (topic, body) = answers.get(asked).or(answers.last()).unwrap();
                        asked += 1;
                        answer(topic, body, &packet[..length])
                    }
                    _ => continue,
                };
                if stream.write_all(&answer).is_err() {
                    return;
                }
            }
        })
    }

    fn serve(handle: impl Fn(TcpStream, &AtomicBool, &Sender<()>) + Send + 'static) -> Self {
        let (reached, misdeeds) = mpsc::channel();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ending = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ending);
        thread::spawn(move || {
            for stream in listener.incoming().take(64) {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                handle(stream, &end, &reached);
            }
        });
        Self { address, ending, misdeeds }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

/// The PUBLISH that answers a question.
fn answer(topic: &str, body: &str, question: &[u8]) -> Vec<u8> {
    let question = String::from_utf8_lossy(question);
    let rid = question.split("$rid=").nth(1).unwrap_or_default();
    let rid: String = rid.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
    let topic = topic.replace("{rid}", &rid);
    let mut packet = vec![0x30];
    let mut length = 2 + topic.len() + body.len();
    while length > 127 {
        packet.push(u8::try_from(length % 128).unwrap() | 0x80);
        length /= 128;
    }
    packet.push(u8::try_from(length).unwrap());
    packet.extend(u16::try_from(topic.len()).unwrap().to_be_bytes());
    packet.extend(topic.bytes());
    packet.extend(body.bytes());
    packet
}

fn server(certificate: &str, key: &str) -> Arc<ServerConfig> {
    let chain = CertificateDer::pem_slice_iter(certificate.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from_pem_slice(key.as_bytes()).unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

/// Errors end the connection; the client is what is tested.
fn misbehave(
    stream: TcpStream,
    until: Until,
    misdeed: Misdeed,
    config: &Arc<ServerConfig>,
    ending: &AtomicBool,
    reached: &Sender<()>,
) {
    if until == Until::Tcp {
        // Nobody may be waiting for it.
        let _ = reached.send(());
        return commit(stream, misdeed, ending);
    }
    let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
    while stream.conn.is_handshaking() {
        if stream.conn.complete_io(&mut stream.sock).is_err() {
            return;
        }
    }
    let answers: [(Until, &[u8]); 3] = [
        (Until::Connack, b"\x20\x02\x00\x00"),
        (Until::Suback, b"\x90\x03\x00\x01\x01"),
        (Until::Puback, b"\x40\x02\x00\x02"),
    ];
    let steps = match until {
        Until::Tcp | Until::Tls => 0,
        Until::Connack => 1,
        Until::Suback => 2,
        Until::Puback => 3,
    };
    for (_, answer) in answers.iter().take(steps) {
        if stream.read(&mut [0; 4096]).is_err() || stream.write_all(answer).is_err() {
            return;
        }
    }
    let _ = reached.send(());
    commit(stream, misdeed, ending);
}

fn commit(mut stream: impl std::io::Read + std::io::Write, misdeed: Misdeed, ending: &AtomicBool) {
    match misdeed {
        Misdeed::Close => {}
        Misdeed::Garbage => {
            let _ = stream.write_all(b"\xf7\x03\x00\xff\x17\x99 garbage");
            let _ = stream.flush();
            let _ = stream.read(&mut [0; 4096]);
        }
        Misdeed::Hang => {
            while !ending.load(Ordering::Relaxed) {
                match stream.read(&mut [0; 4096]) {
                    Ok(0) => return,
                    Err(error)
                        if !matches!(
                            error.kind(),
                            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                        ) =>
                    {
                        return;
                    }
                    _ => {}
                }
            }
        }
    }
}
