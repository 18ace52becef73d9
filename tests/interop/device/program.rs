//! A device's program in another language, and the emulator that it talks to: both are processes of their own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use dps_x509_emulator::control::{Client, Token};
use dps_x509_tests::{cli, environment, loopback::own_address};
use serde_json::Value;
use tempfile::TempDir;

use crate::stand::dial_folder;

/// No step takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// An emulator that has provisioned a device.
pub(super) struct Hub {
    folder: TempDir,
    child: Child,
    ready: Value,
}

impl Hub {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Made where it listens on localhost, the example has that for its hub, which every client can name.
        let (mut first, _) = emulate(folder.path(), "127.0.0.1:0");
        first.kill().unwrap();
        first.wait().unwrap();
        // Its port is given back and taken again: nobody else may have taken it meanwhile.
        let (child, ready) = emulate(folder.path(), &format!("{}:8883", own_address()));
        let hub = Self { folder, child, ready };
        let mut provision = Command::new(cli::binary());
        provision.args([
            "provision",
            "--id-scope",
            hub.text("/idScope"),
            "--endpoint",
            hub.text("/endpoint"),
        ]);
        provision.args(["--cert", hub.text("/example/fullChain"), "--key", hub.text("/example/key")]);
        provision.args(["--trust", hub.text("/root"), "--only-trust"]);
        let run = crate::stand::run(provision).await;
        assert_eq!(run.code, 0, "{run:?}");
        hub
    }

    pub(super) fn text(&self, pointer: &str) -> &str {
        self.ready.pointer(pointer).unwrap().as_str().unwrap()
    }

    pub(super) fn control(&self) -> Client {
        let token = Token::read(Path::new(self.text("/controlToken"))).unwrap();
        Client::new(self.text("/control").parse().unwrap(), Some(token))
    }

    /// Kills it without a warning, and starts another one in its folder, at its port.
    pub(super) async fn kill_and_start_again(mut self) -> Self {
        let address = self.text("/endpoint").to_owned();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (self.child, self.ready) = emulate(self.folder.path(), &address);
        self
    }

    /// A device's program that runs once, to its end.
    pub(super) fn once(&self, sdk: Sdk) -> Command {
        let mut command = sdk.command(self);
        command.args(["--host", "localhost", "--device-id", self.text("/example/registrationId")]);
        command.args(["--cert", self.text("/example/fullChain"), "--key", self.text("/example/key")]);
        command
    }

    /// A service's program with its connection strings. Those have no port: the SDKs know 443 only.
    pub(super) async fn service(&self, sdk: Sdk) -> Command {
        let strings = self.control().connection_strings().await.unwrap();
        let port = format!(":{}", self.ready["port"]);
        let without_port = |string: &str| string.replacen(&port, "", 1);
        let (hub, provisioning) =
            (without_port(&strings.hubs["localhost"]), without_port(&strings.provisioning));
        // Any CA certificate that is not enrolled yet.
        let certificate = self.folder.path().join("intermediate.pem");
        let mut command = sdk.command(self);
        command.args(sdk.service.contains(&Side::Hub).then_some(hub));
        command.args(sdk.service.contains(&Side::Provisioning).then_some(provisioning));
        command.arg(self.text("/example/registrationId"));
        command.args(sdk.service.contains(&Side::Provisioning).then_some(certificate));
        command
    }

    /// A program in C, with Debian's library for MQTT.
    fn compiled(&self, source: &Path) -> PathBuf {
        let header = "/usr/include/MQTTClient.h";
        assert!(Path::new(header).exists(), "{header} is missing: apt-get install libpaho-mqtt-dev");
        let binary = self.folder.path().join("program");
        let mut gcc = Command::new(environment::program("gcc"));
        gcc.args(["-Wall", "-Wextra", "-Werror", "-o"]).arg(&binary).arg(source);
        let run = cli::finish({
            gcc.args(["-lpaho-mqtt3cs", "-lpthread"]);
            gcc
        });
        assert_eq!(run.code, 0, "{run:?}");
        binary
    }

    pub(super) async fn until_connected(&self) {
        self.until("the device is not back", |entry| entry.connected).await;
    }

    pub(super) async fn until_no_message_waits(&self) {
        self.until("a message still waits", |entry| entry.waiting_messages == 0).await;
    }

    async fn until(&self, otherwise: &str, is_so: impl Fn(&dps_x509_emulator::control::DeviceEntry) -> bool) {
        let start = Instant::now();
        while !self.control().devices().await.unwrap().first().is_some_and(&is_so) {
            assert!(start.elapsed() < PATIENCE, "{otherwise}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn emulate(folder: &Path, address: &str) -> (Child, Value) {
    let mut command = Command::new(cli::binary());
    command.args(["emulate", "--json", "--quiet", "--control", "0", "--listen", address, "--folder"]);
    command.arg(folder).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
}

/// What a service's program talks to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Hub,
    Provisioning,
}

/// Which client, in which language.
#[derive(Clone, Copy)]
pub(super) struct Sdk {
    script: &'static str,
    /// The Python environment or the npm project that has it; nothing for C.
    environment: &'static str,
    websocket: bool,
    /// Nothing for a device.
    service: &'static [Side],
}

impl Sdk {
    pub(super) const PYTHON: Self = Self::device("program.py", "azure-iot-device");
    pub(super) const PYTHON_ASYNC: Self = Self::device("program_async.py", "azure-iot-device");
    pub(super) const PYTHON_3: Self = Self::device("program_session.py", "azure-iot-device-3");
    pub(super) const NODE: Self = Self::device("program.js", "azure-iot-device");
    pub(super) const PAHO: Self = Self::device("program_paho.py", "paho");
    pub(super) const PAHO_C: Self = Self::device("program_paho.c", "");
    pub(super) const AIOMQTT: Self = Self::device("program_aiomqtt.py", "paho");
    pub(super) const PYTHON_SERVICE: Self = Self::service("service.py", "azure-iot-hub", &[Side::Hub]);
    pub(super) const PYTHON_PROVISIONING_SERVICE: Self = Self::service(
        "service_provisioning.py",
        "azure-iothub-provisioningserviceclient",
        &[Side::Provisioning],
    );
    /// It is a device, but asks and answers as a service does: once, to its end.
    pub(super) const NODE_HTTPS: Self = Self::device("https.js", "azure-iot-device");
    pub(super) const NODE_SERVICE: Self =
        Self::service("service.js", "azure-iothub", &[Side::Hub, Side::Provisioning]);

    const fn device(script: &'static str, environment: &'static str) -> Self {
        Self { script, environment, websocket: false, service: &[] }
    }

    const fn service(script: &'static str, environment: &'static str, service: &'static [Side]) -> Self {
        Self { script, environment, websocket: false, service }
    }

    pub(super) const fn over_websocket(self) -> Self {
        Self { websocket: true, ..self }
    }

    /// The ports of the SDKs are fixed: every connection is led to the emulator.
    fn command(self, hub: &Hub) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/device").join(self.script);
        if self.script.ends_with(".c") {
            let mut command = Command::new(hub.compiled(&script));
            command.env("DIAL", hub.text("/endpoint"));
            return command;
        }
        let mut command = if self.script.ends_with(".js") {
            let mut command = Command::new(environment::program("node"));
            command.arg("--require").arg(dial_folder().join("dial.js"));
            command.env("NODE_PATH", environment::npm_project(self.environment).join("node_modules"));
            command.env("NODE_EXTRA_CA_CERTS", hub.text("/root"));
            command
        } else {
            let mut command = Command::new(environment::python(self.environment));
            command.env("REQUESTS_CA_BUNDLE", hub.text("/root"));
            command.env("PYTHONPATH", dial_folder());
            command
        };
        command.arg(script).env("DIAL", hub.text("/endpoint"));
        command
    }
}

/// A device's program that runs.
pub(super) struct Program {
    child: Child,
    commands: Option<ChildStdin>,
    events: Receiver<Value>,
    /// What came while something else was waited for.
    earlier: Vec<Value>,
}

impl Program {
    pub(super) async fn start(hub: &Hub, sdk: Sdk) -> Self {
        let mut command = sdk.command(hub);
        command.args(["--host", "localhost", "--device-id", hub.text("/example/registrationId")]);
        command.args(["--cert", hub.text("/example/fullChain"), "--key", hub.text("/example/key")]);
        command.args(["--root", hub.text("/root")]);
        command.args(sdk.websocket.then_some("--websocket"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, events) = channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        Self { commands: child.stdin.take(), child, events, earlier: Vec::new() }
    }

    /// Has it do something, and returns what came of it.
    pub(super) async fn done(&mut self, command: Value) -> Value {
        writeln!(self.commands.as_mut().unwrap(), "{command}").unwrap();
        let mut event =
            self.next(|event| ["done", "failed"].map(Value::from).contains(&event["event"])).await;
        assert_eq!(event["event"], "done", "{command}: {event}");
        event["result"].take()
    }

    /// The next event of a kind.
    pub(super) async fn event(&mut self, kind: &str) -> Value {
        self.next(|event| event["event"] == kind).await
    }

    /// The next event that is it.
    pub(super) async fn next(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.earlier.iter().position(&is_it) {
            return self.earlier.remove(place);
        }
        let start = Instant::now();
        loop {
            match self.events.try_recv() {
                Ok(event) if is_it(&event) => return event,
                Ok(event) => self.earlier.push(event),
                Err(_) => {
                    assert!(
                        start.elapsed() < PATIENCE,
                        "it does not come; but these did: {:?}",
                        self.earlier
                    );
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }

    /// Nothing more is asked of it: it ends by itself.
    pub(super) async fn end(mut self) {
        drop(self.commands.take());
        let start = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "it does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
