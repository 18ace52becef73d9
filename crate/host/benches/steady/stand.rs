//! The processes of a measurement, and what is read of them.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::{certificates::Authority, client::Way, peer};

/// How long the peer may say nothing.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a device cost.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) cpu_us: f64,
    /// Devices a second.
    pub(crate) rate: f64,
    /// By how many bytes the process grew with each device, in the second half.
    pub(crate) growth: f64,
}

/// The peer, running.
pub(crate) struct Stand {
    peer: Child,
    commands: ChildStdin,
    told: mpsc::Receiver<String>,
    port: String,
}

impl Stand {
    pub(crate) fn start() -> Self {
        let authority = Authority::new("bench root");
        let (device, server) =
            (authority.device("device-1"), authority.server(|it| it.subject_alt_names.extend(peer::names())));
        fs::create_dir_all(folder()).unwrap();
        for (name, text) in [
            ("root.pem", authority.pem()),
            ("device.pem", device.pem()),
            ("device-key.pem", device.key_pem()),
            ("server.pem", server.pem()),
            ("server-key.pem", server.key_pem()),
        ] {
            fs::write(folder().join(name), text).unwrap();
        }
        let mut peer = again(&["peer"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (tell, told) = mpsc::channel();
        let lines = BufReader::new(peer.stdout.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let port = told.recv_timeout(PATIENCE).unwrap();
        Self { commands: peer.stdin.take().unwrap(), peer, told, port }
    }

    /// What one of `devices` costs, `at_once` of them under way.
    pub(crate) fn cost(&mut self, way: Way, at_once: usize, devices: usize) -> Cost {
        let ended = self.client(way, at_once, devices).wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", ended.status);
        let told = String::from_utf8(ended.stdout).unwrap();
        let numbers: Vec<f64> =
            told.lines().last().unwrap().split(' ').map(|number| number.parse().unwrap()).collect();
        Cost { cpu_us: numbers[0], rate: numbers[1], growth: numbers[2] }
    }

    /// How many kilobytes one takes while all wait for their answer.
    pub(crate) fn memory(&mut self, way: Way, at_once: usize) -> f64 {
        let mut client = self.client(way, at_once, at_once);
        let mut told = BufReader::new(client.stdout.take().unwrap()).lines();
        // After its first one, which is not held.
        let before: f64 = told.next().unwrap().unwrap().parse().unwrap();
        self.hold(at_once);
        // It waits for the word to begin.
        client.stdin.take();
        assert_eq!(self.told(), "held");
        let with_all = resident(client.id());
        self.hold(0);
        assert!(client.wait().unwrap().success());
        (with_all - before) / f64::from(u32::try_from(at_once).unwrap()) / 1000.0
    }

    fn client(&self, way: Way, at_once: usize, devices: usize) -> Child {
        let (at_once, devices) = (at_once.to_string(), devices.to_string());
        let mut command = again(&["client", way.name(), &self.port, &at_once, &devices]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    }

    fn hold(&mut self, count: usize) {
        writeln!(self.commands, "{count}").unwrap();
        assert_eq!(self.told(), count.to_string());
    }

    /// What the peer says next.
    fn told(&self) -> String {
        self.told.recv_timeout(PATIENCE).expect("not all devices came")
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.peer.kill().unwrap();
        self.peer.wait().unwrap();
    }
}

/// This program once more.
fn again(words: &[&str]) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(words);
    command
}

/// Where the certificates of a run are.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("steady")
}

/// The memory of a process that is not on the disk, in bytes (Linux).
pub(crate) fn resident(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it measures on Linux alone");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0
}

/// Takes as many files as the system gives, and says how many that are.
pub(crate) fn allow_many_files() -> usize {
    const WANTED: u64 = 65_536;
    let most = getrlimit(Resource::Nofile).maximum;
    let set = |limit| setrlimit(Resource::Nofile, Rlimit { current: limit, maximum: limit });
    // Who may raise it gets more than was set.
    let limit = if set(Some(WANTED)).is_ok() { Some(WANTED) } else { most };
    set(limit).unwrap();
    limit.and_then(|limit| limit.try_into().ok()).unwrap_or(usize::MAX)
}
