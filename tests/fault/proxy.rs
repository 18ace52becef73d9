//! A proxy that does not do as it should: to the question for a way, and behind it.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use socket2::SockRef;

/// What it does with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conduct {
    /// Resets it.
    Reset,
    /// Closes it without an answer.
    Close,
    /// Says nothing.
    Stall,
    /// Makes the way, but later.
    Delay(Duration),
    /// Gives this answer, and closes.
    Answers(&'static [u8]),
    /// Gives this answer, and says nothing more.
    AnswersAndStalls(&'static [u8]),
    /// A head that does not end.
    Oversize,
    /// Makes the way byte by byte, with so long between two of them.
    Trickle(Duration),
    /// Makes the way twice.
    Duplicate,
    /// Makes the way, and resets it after so many bytes of the server.
    ResetAfter(usize),
    /// Makes the way, and closes it after so many bytes of the server.
    CloseAfter(usize),
    /// Makes the way, and passes no more than so many bytes of the server.
    StallAfter(usize),
    /// Makes the way, and passes what the server sends byte by byte.
    Bytes,
}

const WAY: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// A listening proxy; it ends when it is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    ending: Arc<AtomicBool>,
}

impl Proxy {
    /// Misbehaves for so many connections, and is right from then on.
    pub(crate) fn start(conduct: Conduct, times: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ending = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ending);
        thread::spawn(move || {
            let served = AtomicU32::new(0);
            for stream in listener.incoming() {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let conduct = (served.fetch_add(1, Ordering::Relaxed) < times).then_some(conduct);
                // The client is what is tested.
                thread::spawn(move || serve(stream?, conduct));
            }
        });
        Self { address, ending }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut client: TcpStream, conduct: Option<Conduct>) -> io::Result<()> {
    client.set_nodelay(true)?;
    // However long a client waits; then nobody does.
    client.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let mut until_it_closes = || io::copy(&mut reader, &mut io::sink()).map(drop);
    let mut most = usize::MAX;
    match conduct {
        Some(Conduct::Reset) => return reset(&client),
        Some(Conduct::Close) => return Ok(()),
        Some(Conduct::Stall) => return until_it_closes(),
        Some(Conduct::Answers(answer)) => {
            client.write_all(answer)?;
            client.shutdown(Shutdown::Write)?;
            return until_it_closes();
        }
        Some(Conduct::AnswersAndStalls(answer)) => {
            client.write_all(answer)?;
            return until_it_closes();
        }
        Some(Conduct::Oversize) => {
            client.write_all(
                &[&b"HTTP/1.1 200 Connection established\r\nMuch: "[..], &[b'a'; 1 << 18]].concat(),
            )?;
            return until_it_closes();
        }
        Some(Conduct::Delay(delay)) => {
            thread::sleep(delay);
            client.write_all(WAY)?;
        }
        Some(Conduct::Trickle(delay)) => {
            for byte in WAY {
                client.write_all(&[*byte])?;
                thread::sleep(delay);
            }
        }
        Some(Conduct::Duplicate) => client.write_all(&WAY.repeat(2))?,
        Some(Conduct::ResetAfter(length) | Conduct::CloseAfter(length) | Conduct::StallAfter(length)) => {
            most = length;
            client.write_all(WAY)?;
        }
        Some(Conduct::Bytes) | None => client.write_all(WAY)?,
    }
    let mut server = TcpStream::connect(target)?;
    server.set_nodelay(true)?;
    let mut forth = server.try_clone()?;
    thread::spawn(move || {
        let _ = io::copy(&mut reader, &mut forth);
        let _ = forth.shutdown(Shutdown::Write);
    });
    let step = if conduct == Some(Conduct::Bytes) { 1 } else { 1024 };
    let mut space = vec![0; step];
    let mut passed = 0;
    while passed < most {
        let wanted = step.min(most - passed);
        let length = server.read(&mut space[..wanted])?;
        if length == 0 {
            return client.shutdown(Shutdown::Write);
        }
        client.write_all(&space[..length])?;
        passed += length;
    }
    match conduct {
        Some(Conduct::ResetAfter(_)) => reset(&client),
        Some(Conduct::StallAfter(_)) => io::copy(&mut server, &mut io::sink()).map(drop),
        _ => client.shutdown(Shutdown::Both),
    }
}

/// The end of a connection that nobody lingers for is a reset.
fn reset(client: &TcpStream) -> io::Result<()> {
    SockRef::from(client).set_linger(Some(Duration::ZERO))?;
    // Another copy of it may still be read.
    client.shutdown(Shutdown::Read)
}
