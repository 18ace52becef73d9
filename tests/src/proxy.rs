//! An HTTP proxy that knows CONNECT and nothing else, on loopback.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// How a proxy answers.
#[derive(Debug, Clone)]
pub enum Conduct {
    /// Makes the way.
    Open,
    /// Makes the way for whoever brings this value of Proxy-Authorization.
    Guarded(&'static str),
    /// Gives this answer to everybody, and closes.
    Answers(&'static str),
    /// Gives an answer with the request in it, once for each `{request}`, and closes.
    Repeats(&'static str),
    /// Says nothing.
    Hangs,
}

/// A listening proxy; it ends when it is dropped.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    ending: Arc<AtomicBool>,
    targets: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts one. Names that end in `.invalid` are the loopback to it, and to nobody else.
    #[must_use]
    pub fn start(conduct: Conduct) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ending = Arc::new(AtomicBool::new(false));
        let targets = Arc::new(Mutex::new(Vec::new()));
        let (end, seen) = (Arc::clone(&ending), Arc::clone(&targets));
        thread::spawn(move || {
            for stream in listener.incoming().take(256) {
                if end.load(Ordering::Relaxed) {
                    return;
                }
                let (stream, conduct, seen) = (stream.unwrap(), conduct.clone(), Arc::clone(&seen));
                stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
                // The client is what is tested.
                thread::spawn(move || serve(stream, &conduct, &seen));
            }
        });
        Self { address, ending, targets }
    }

    /// The hosts and ports asked for so far.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut client: TcpStream, conduct: &Conduct, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && head.len() < 8192 {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    seen.lock().unwrap().push(target.to_owned());
    match conduct {
        Conduct::Answers(answer) => return client.write_all(answer.as_bytes()),
        Conduct::Repeats(answer) => {
            let request = head.replace("\r\n", " ");
            return client.write_all(answer.replace("{request}", &request).as_bytes());
        }
        Conduct::Hangs => {
            io::copy(&mut reader, &mut io::sink())?;
            return Ok(());
        }
        Conduct::Guarded(value) if !head.contains(&format!("\r\nProxy-Authorization: {value}\r\n")) => {
            let challenge = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n\
                             Content-Length: 0\r\n\r\n";
            return client.write_all(challenge.as_bytes());
        }
        Conduct::Guarded(_) | Conduct::Open => {}
    }
    let (host, port) = target.rsplit_once(':').unwrap_or_default();
    let host = if host.ends_with(".invalid") { "127.0.0.1" } else { host.trim_matches(['[', ']']) };
    let Ok(server) = TcpStream::connect((host, port.parse().unwrap_or(0))) else {
        return client.write_all(
            b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\n\r\nnobody there\x1b[31m\n",
        );
    };
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut back, mut forth) = (client.try_clone()?, server.try_clone()?);
    let mut server = server;
    let backwards = thread::spawn(move || {
        let _ = io::copy(&mut server, &mut back);
        let _ = back.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut reader, &mut forth);
    let _ = forth.shutdown(Shutdown::Write);
    let _ = backwards.join();
    Ok(())
}
