//! `emulate`: a local DPS, from a file of enrollments or with a ready-made example.

mod example;
mod token_file;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use dps_x509_core::text::{Lines, Quoted};
use dps_x509_emulator::{Emulator, Event, Events, Running, ServerKey, StartError, What};

use crate::{exit::Exit, input::shown, refusal, terminal};
use example::Example;
use token_file::TokenFile;

const EXIT_CODES: &str = "\
Exit codes:
  0    stopped by Ctrl-C, SIGTERM, `dps-x509 emulator stop`, or the end of standard input where that is asked for
  2    the enrollments, the folder or the address cannot be used

Examples:
  dps-x509 emulate                                       # an example, and the command to try with it
  dps-x509 emulate enrollments.toml --folder state       # keeps its root and the registrations
  dps-x509 emulate --listen 0 --json                     # a free port; the first line says which
  dps-x509 emulate --control 9000                        # then `dps-x509 emulator status` and more

The enrollments are read again when the file or a certificate that it names changes, and at SIGHUP; a mistake \
leaves the old ones in force, and an event says where it is.

Without a file of enrollments an example is made: an enrolled root, an intermediate below it and one device; \
`dps-x509 generate` makes others. With --folder the example and the server's root stay there between starts; without, \
they are gone when the emulator stops. It listens on loopback unless --listen says otherwise.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// TOML file with ID scope, hubs and enrollments [default: an example]
    #[arg(value_name = "ENROLLMENTS")]
    enrollments: Option<PathBuf>,
    /// Folder for the server's root and the example; made if it is not there
    #[arg(long, value_name = "DIR", env = "DPS_X509_EMULATOR_FOLDER")]
    folder: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS[:PORT]",
        env = "DPS_X509_EMULATOR_LISTEN",
        default_value = "127.0.0.1:8883",
        value_parser = address
    )]
    listen: SocketAddr,
    /// Listen here too, with the same protocols (MQTT, MQTT over WebSocket, HTTPS); may be repeated
    #[arg(long, value_name = "ADDRESS[:PORT]", value_parser = address)]
    also_listen: Vec<SocketAddr>,
    /// Open the control interface (HTTP, loopback only, for this user only) for `dps-x509 emulator`
    #[arg(long, value_name = "[ADDRESS:]PORT", value_parser = control_address)]
    control: Option<SocketAddr>,
    /// Give the server an RSA key, for clients that have no ECDSA
    #[arg(long)]
    rsa: bool,
    /// Speak TLS 1.3 too; DPS documents 1.2 only
    #[arg(long)]
    tls13: bool,
    /// Stop when standard input ends: with the program that holds its other end, however that ends
    #[arg(long)]
    until_stdin_ends: bool,
    /// Print one JSON object when ready, then one for every event
    #[arg(long)]
    json: bool,
    /// Print nothing but where it listens
    #[arg(long, short)]
    quiet: bool,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 8883)))
        .or_else(|_| text.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
        .map_err(|_| format!("{} is no address such as 127.0.0.1:8883, [::1]:0 or 0", Quoted(text)))
}

/// An address of a control interface.
pub(crate) fn control_address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))))
        .map_err(|_| format!("{} is no address such as 127.0.0.1:9000, [::1]:9000 or 9000", Quoted(text)))
}

pub(crate) async fn run(args: Args) -> Exit {
    match serve(&args).await {
        Ok(()) => Exit::Done,
        Err(message) => {
            if args.json {
                // Standard output belongs to a program that waits for the ready line; a person looks here.
                terminal::say("emulate", &message);
            }
            refusal::say("emulate", message, args.json);
            Exit::Usage
        }
    }
}

/// Every connection needs a descriptor, and the usual limit is 1,024 where more are allowed.
fn raise_descriptor_limit() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let maximum = getrlimit(Resource::Nofile).maximum;
        // Where that is not possible, there are fewer connections; an event says so then.
        setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap_or_default();
    }
}

async fn serve(args: &Args) -> Result<(), String> {
    raise_descriptor_limit();
    // Kept until the end: it removes its files when it is dropped.
    let temporary = match &args.folder {
        Some(_) => None,
        None => {
            Some(tempfile::tempdir().map_err(|error| format!("cannot make a temporary folder: {error}"))?)
        }
    };
    let folder =
        args.folder.as_deref().or(temporary.as_ref().map(tempfile::TempDir::path)).unwrap_or(Path::new("."));
    let example = match &args.enrollments {
        Some(_) => None,
        None => Some(Example::in_folder(folder, args.listen.ip())?),
    };
    let example_enrollments = example.as_ref().map(|example| example.enrollments.as_path());
    let enrollments = args.enrollments.as_deref().or(example_enrollments).unwrap_or(Path::new("."));
    // Before the port is open, so that nobody can stop it too early to be noticed.
    let signals = Signals::new()?;
    let mut emulator = Emulator::from_file(enrollments).map_err(|error| error.to_string())?;
    emulator = emulator.listen(args.listen).folder(folder).tls13(args.tls13);
    emulator = args.also_listen.iter().fold(emulator, |emulator, address| emulator.also_listen(*address));
    if let Some(address) = args.control {
        emulator = emulator.control(address);
    }
    if args.rsa {
        emulator = emulator.server_key(ServerKey::Rsa2048);
    }
    let running = emulator.start().await.map_err(|error| match &error {
        StartError::Listen { address, error: reason } => {
            let next = instead(args, *address, reason.kind()).map(|next| format!("; {next}"));
            format!("{error}{}", next.unwrap_or_default())
        }
        _ => error.to_string(),
    })?;
    // Before anybody is told that it is ready, so that no event is missed.
    let events = running.events();
    let token = TokenFile::of(&running, folder)?;
    let ready = Ready { running: &running, example: example.as_ref(), token: token.as_ref() };
    ready.print(args).map_err(|error| error.to_string())?;
    for hub in running.hubs().iter().filter(|hub| leads_elsewhere(hub, running.addrs())) {
        let here = running.addr().ip();
        terminal::say(
            "emulate",
            format!(
                "the hub {hub} does not lead devices here; hubs = [\"{here}\"] in {} does",
                shown(enrollments)
            ),
        );
    }
    show_until_stopped(&running, events, args, enrollments, signals).await;
    running.shutdown().await;
    if !args.json && !args.quiet {
        terminal::out("Stopped.\n").unwrap_or_default();
    }
    Ok(())
}

/// What can be done where an address cannot be listened on.
fn instead(args: &Args, address: SocketAddr, reason: io::ErrorKind) -> Option<String> {
    let port = address.port();
    let flag = if args.control == Some(address) {
        "--control"
    } else if args.also_listen.contains(&address) {
        "--also-listen"
    } else {
        "--listen"
    };
    match reason {
        io::ErrorKind::AddrInUse => {
            Some(format!("{flag} 127.0.0.1:0 takes a free port, {flag} 127.0.0.2:{port} another address"))
        }
        io::ErrorKind::PermissionDenied if cfg!(target_os = "linux") => Some(format!(
            "an ordinary user has it after `sudo sysctl net.ipv4.ip_unprivileged_port_start={port}`"
        )),
        _ => None,
    }
}

/// Whether a hub that is an address of this machine is one at which it does not listen. Where other names lead is not known.
fn leads_elsewhere(hub: &str, endpoints: &[SocketAddr]) -> bool {
    let ip = if hub == "localhost" { Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)) } else { hub.parse() };
    let Ok(ip @ IpAddr::V4(_)) = ip else { return false };
    let is_it = |endpoint: &SocketAddr| match endpoint.ip() {
        IpAddr::V6(listens) => listens.is_unspecified() || (hub == "localhost" && listens.is_loopback()),
        listens => listens == ip || listens.is_unspecified(),
    };
    !endpoints.iter().any(is_it)
}

/// Shows events until somebody wants it to end, or nobody reads them any more.
async fn show_until_stopped(
    running: &Running,
    mut events: Events,
    args: &Args,
    enrollments: &Path,
    mut signals: Signals,
) {
    let mut stdin = std::pin::pin!(end_of_stdin(args.until_stdin_ends));
    loop {
        let event = tokio::select! {
            signal = signals.next() => match signal {
                Signal::Stop => return,
                Signal::Reload => {
                    // A bad file leaves the old one in force; either is an event.
                    running.reload(enrollments).unwrap_or_default();
                    continue;
                }
            },
            () = running.stopping() => return,
            () = &mut stdin => return,
            event = events.next() => event,
        };
        match event {
            Some(event) if !args.quiet => {
                if show(&event, args.json).is_err() {
                    return;
                }
            }
            // Nobody can be served: that is said to whoever wants to hear nothing else.
            Some(event) if matches!(event.what, What::StateFailed { .. } | What::StateRecovered) => {
                terminal::say("emulate", &event.what);
            }
            Some(_) => {}
            None => return,
        }
    }
}

/// The end of standard input, for whoever asked for it.
async fn end_of_stdin(is_wanted: bool) {
    if !is_wanted {
        return std::future::pending().await;
    }
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own, which may still read when the program ends; tokio's would keep it from that.
    std::thread::spawn(move || {
        io::copy(&mut io::stdin().lock(), &mut io::sink()).unwrap_or_default();
        drop(ended);
    });
    end.await.unwrap_or_default();
}

fn show(event: &Event, json: bool) -> io::Result<()> {
    match event.what {
        _ if json => terminal::json(event.to_json()),
        What::Opened { .. } => Ok(()),
        _ => terminal::out(&format!("{event}\n")),
    }
}

/// What a signal asks for.
enum Signal {
    Stop,
    #[cfg_attr(not(unix), allow(dead_code, reason = "there is no SIGHUP"))]
    Reload,
}

/// Ctrl-C, and SIGTERM and SIGHUP where there are such things; listened to from the moment it is made.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> Result<Self, String> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(|error| format!("cannot listen to signals: {error}"));
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.hang_up.recv() => Signal::Reload,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> Result<Self, String> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        // Without the signal the process ends by itself.
        let _ = tokio::signal::ctrl_c().await;
        Signal::Stop
    }
}

/// What somebody needs to know to use it.
struct Ready<'a> {
    running: &'a Running,
    example: Option<&'a Example>,
    token: Option<&'a TokenFile>,
}

impl Ready<'_> {
    fn print(&self, args: &Args) -> io::Result<()> {
        let address = self.running.addr();
        let root = self.running.root_path().map(|path| path.display().to_string()).unwrap_or_default();
        if args.json {
            let ready = serde_json::json!({
                "event": "ready",
                "endpoint": address.to_string(),
                "host": address.ip().to_string(),
                "port": address.port(),
                "endpoints": self.running.addrs().iter().map(ToString::to_string).collect::<Vec<_>>(),
                "control": self.running.control_addr().map(|address| address.to_string()),
                "controlToken": self.token.map(|token| token.path().display().to_string()),
                "idScope": self.running.id_scope().as_str(),
                "root": root,
                "hubs": self.running.hubs(),
                "serverNames": self.running.server_names(),
                "example": self.example.map(Example::to_json),
            });
            return terminal::json(ready);
        }
        let mut out = Lines::new();
        out.line(format_args!("A local DPS listens."));
        for address in self.running.addrs() {
            out.line(format_args!("  endpoint       {address}"));
        }
        if let Some(control) = self.running.control_addr() {
            out.line(format_args!("  control        http://{control}"));
        }
        if let Some(token) = self.token {
            out.line(format_args!("  its token      {}", shown(token.path())));
        }
        out.line(format_args!("  ID scope       {}", self.running.id_scope()));
        out.line(format_args!("  root to trust  {root}"));
        out.line(format_args!("  hubs           {}", self.running.hubs().join(", ")));
        out.line(format_args!("  server names   {}", self.running.server_names().join(", ")));
        if let Some(example) = self.example {
            let command = example.command(self.running.id_scope().as_str(), &address.to_string(), &root);
            out.empty();
            out.line(format_args!("Try it from another terminal:"));
            out.line(format_args!("  {command}"));
        }
        out.empty();
        out.line(format_args!("Ctrl-C stops it."));
        out.empty();
        terminal::out(out.as_str())
    }
}
