//! Real NATS servers, one or three of a cluster, or a leaf node of another.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    ops::Range,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::environment::program;

/// A NATS server with JetStream, in a folder of its own.
pub struct Server {
    /// What it calls itself.
    pub name: String,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    monitor: u16,
    folder: TempDir,
    child: Option<Child>,
}

/// Ports that no system gives out by itself: a server that is killed and started anew finds its own free.
const PORTS: Range<u16> = 20_000..32_000;

/// A port that nothing listens on and that no other call here has got.
///
/// # Panics
/// There is none.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Programs of tests that run beside each other begin at different ones.
    let first = u16::try_from(std::process::id() % u32::from(PORTS.end - PORTS.start)).unwrap();
    let mut ports = PORTS.map(|_| {
        let place = (first + NEXT.fetch_add(1, Ordering::Relaxed)) % (PORTS.end - PORTS.start);
        PORTS.start + place
    });
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

impl Server {
    /// With more in its configuration, in which STORE stands for a folder of its own.
    ///
    /// # Panics
    /// It does not start.
    #[must_use]
    pub fn start(name: &str, more: &str) -> Self {
        let mut server = Self {
            name: name.to_owned(),
            port: free_port(),
            monitor: free_port(),
            folder: tempfile::tempdir().unwrap(),
            child: None,
        };
        let mut text = format!(
            "server_name: {name}\nlisten: \"127.0.0.1:{}\"\nhttp: \"127.0.0.1:{}\"\n",
            server.port, server.monitor
        );
        let store = server.path("store");
        if !more.contains("jetstream") {
            writeln!(text, "jetstream {{ store_dir: \"{}\" }}", store.display()).unwrap();
        }
        text.push_str(&more.replace("STORE", store.to_str().unwrap()));
        fs::write(server.path("nats.conf"), text).unwrap();
        server.run();
        server
    }

    /// Three servers that are one cluster.
    ///
    /// # Panics
    /// One does not start.
    #[must_use]
    pub fn cluster() -> Vec<Self> {
        let ports = [free_port(), free_port(), free_port()];
        let routes = ports.map(|port| format!("\"nats://127.0.0.1:{port}\"")).join(", ");
        let servers = ports.iter().zip(["one", "two", "three"]);
        servers
            .map(|(port, name)| {
                let cluster = format!("name: factory, listen: \"127.0.0.1:{port}\", routes: [{routes}]");
                Self::start(name, &format!("cluster {{ {cluster} }}\n"))
            })
            .collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts it, with whatever it has stored, and waits until it listens.
    ///
    /// # Panics
    /// It does not.
    pub fn run(&mut self) {
        let log = fs::File::create(self.path("log")).unwrap();
        let mut command = Command::new(program("nats-server"));
        command.arg("-c").arg(self.path("nats.conf")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            let log = || fs::read_to_string(self.path("log")).unwrap_or_default();
            let is_late = started.elapsed() > Duration::from_secs(20);
            assert!(ended.is_none() && !is_late, "{} does not listen ({ended:?}): {}", self.name, log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it without any warning.
    ///
    /// # Panics
    /// It cannot be ended.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The name of the server that leads a stream, as this one knows it.
    #[must_use]
    pub fn leader(&self, stream: &str) -> Option<String> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.monitor)).ok()?;
        connection.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
        connection.write_all(b"GET /jsz?accounts=1&streams=1 HTTP/1.0\r\n\r\n").ok()?;
        let mut text = String::new();
        connection.read_to_string(&mut text).ok()?;
        let all: Value = serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok()?;
        let streams = all["account_details"][0]["stream_detail"].as_array()?;
        let found = streams.iter().find(|it| it["name"] == stream)?;
        found["cluster"]["leader"].as_str().map(str::to_owned)
    }

    /// Publishes a message past everything that `fleet submit` looks at.
    ///
    /// # Panics
    /// The server does not answer.
    pub fn publish(&self, subject: &str, payload: &str) {
        self.request(subject, payload);
    }

    /// Publishes a message, and returns the first line of what is answered: what the stream says that takes it, or what JetStream
    /// says to a request of its own.
    ///
    /// # Panics
    /// Nobody answers.
    pub fn request(&self, subject: &str, payload: &str) -> String {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let bytes = payload.len();
        write!(
            connection,
            "CONNECT {{\"verbose\":false}}\r\nSUB inbox 1\r\nPUB {subject} inbox {bytes}\r\n{payload}\r\n"
        )
        .unwrap();
        let mut lines = BufReader::new(connection).lines().map(Result::unwrap);
        // What a consumer gives comes under the subject that it had.
        lines.find(|line| line.starts_with("MSG ")).unwrap();
        lines.next().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
