//! `cargo xtask demo`: a device gets its hub through the component, and three times it does not.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::Value;

use crate::{
    build::Build,
    workspace::{self, Result},
};

/// Builds everything, starts the local DPS, and provisions a device through the component.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Runs the optimised command line.
    #[arg(long)]
    release: bool,
}

impl Demo {
    /// Fails if anything does not go as it is shown to.
    pub(crate) fn run(&self) -> Result<()> {
        let binary = Build { release: self.release }.binary()?;
        let started = Instant::now();
        let folder = workspace::target().join("demo");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let stage = Stage::set(&binary, &folder)?;
        stage.act(
            "A device is provisioned by the WASI component",
            "It sends its leaf and the intermediate; the group has the root above.",
            &stage.provision(&stage.full_chain, &["--trust", &stage.root, "--only-trust", "--trace"]),
            0,
        )?;
        stage.act(
            "Refused: the leaf is sent without its intermediate",
            "The same device, but the file of --cert holds the leaf alone.",
            &stage.provision(&stage.leaf, &["--trust", &stage.root, "--only-trust"]),
            1,
        )?;
        stage.act(
            "Refused: the registration ID is not the CN",
            "The leaf's CN is device-1. What DPS answers here is in no source; the emulator's answer is marked as assumed.",
            &stage.provision(
                &stage.full_chain,
                &["--registration-id", "device-2", "--trust", &stage.root, "--only-trust"],
            ),
            1,
        )?;
        stage.act(
            "Refused by the device: the server's root is not trusted",
            "Without --trust only Azure's own roots count, and the emulator's certificate has another.",
            &stage.provision(&stage.full_chain, &[]),
            3,
        )?;
        println!(
            "\nThe demo took {:.1} s. Its files are in {}.",
            started.elapsed().as_secs_f64(),
            folder.display()
        );
        Ok(())
    }
}

/// The emulator, and what its ready line says.
struct Stage {
    binary: PathBuf,
    emulator: Child,
    decisions: Receiver<String>,
    endpoint: String,
    id_scope: String,
    root: String,
    leaf: String,
    full_chain: String,
    key: String,
}

impl Stage {
    fn set(binary: &Path, folder: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(["emulate", "--listen", "127.0.0.1:0", "--json", "--folder"]).arg(folder);
        println!("\n$ {}", shown(&command));
        let mut emulator = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let out = emulator.stdout.take().ok_or("the emulator has no standard output")?;
        let mut lines = BufReader::new(out);
        let mut first = String::new();
        lines.read_line(&mut first)?;
        let ready: Value = serde_json::from_str(&first)
            .map_err(|error| format!("the emulator did not get ready: {error}"))?;
        let text = |pointer: &str| {
            let value = ready.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            value.ok_or_else(|| format!("the emulator's ready line lacks {pointer}: {first}"))
        };
        println!(
            "the local DPS listens at {}, ID scope {}, and is trusted by {}",
            text("/endpoint")?,
            text("/idScope")?,
            text("/root")?
        );
        Ok(Self {
            binary: binary.to_owned(),
            emulator,
            decisions: decisions(lines),
            endpoint: text("/endpoint")?,
            id_scope: text("/idScope")?,
            root: text("/root")?,
            leaf: text("/example/leaf")?,
            full_chain: text("/example/fullChain")?,
            key: text("/example/key")?,
        })
    }

    fn provision(&self, cert: &str, more: &[&str]) -> Vec<String> {
        let Self { endpoint, id_scope, key, .. } = self;
        let usual = [
            "provision",
            "--component",
            "--id-scope",
            id_scope,
            "--endpoint",
            endpoint,
            "--cert",
            cert,
            "--key",
            key,
        ];
        usual.iter().chain(more).map(|&word| word.to_owned()).collect()
    }

    fn act(&self, title: &str, about: &str, args: &[String], expected: i32) -> Result<()> {
        println!("\n== {title}\n   {about}\n");
        let mut command = Command::new(&self.binary);
        command.args(args).stdin(Stdio::null());
        println!("$ {}\n", shown(&command));
        let code = command.status()?.code();
        // The emulator says what it decided and how sure that is; a refused root never comes that far.
        while let Ok(decision) = self.decisions.recv_timeout(Duration::from_millis(200)) {
            println!("\nthe local DPS: {decision}");
        }
        println!("exit code {}", code.map_or_else(|| "none".to_owned(), |code| code.to_string()));
        if code == Some(expected) {
            Ok(())
        } else {
            Err(format!("the exit code should be {expected}").into())
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.emulator.kill();
        let _ = self.emulator.wait();
    }
}

/// The emulator's decisions, read from its event stream as they come.
fn decisions(lines: BufReader<ChildStdout>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.lines().map_while(std::result::Result::ok) {
            let Ok(event) = serde_json::from_str::<Value>(&line) else { continue };
            if let Some(decision) = decision(&event) {
                // Nobody listens any more: the demo is over.
                if sender.send(decision).is_err() {
                    return;
                }
            }
        }
    });
    receiver
}

/// `refused with 401000 "Unauthorized": CN of the leaf is not … (assumed; …)`
fn decision(event: &Value) -> Option<String> {
    let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    if text("/event") != "decided" {
        return None;
    }
    let verdict = match text("/verdict/verdict") {
        "assigned" => format!("assigned to {} as {}", text("/verdict/hub"), text("/verdict/device_id")),
        "disabled" => "disabled".to_owned(),
        word => {
            let code = event.pointer("/verdict/code").and_then(Value::as_u64).unwrap_or_default();
            format!("{word} with {code} \"{}\"", text("/verdict/message"))
        }
    };
    let (situation, standing, source) =
        (text("/behaviour/situation"), text("/behaviour/standing"), text("/behaviour/source"));
    Some(format!("{verdict}; {situation} ({standing}; {source})"))
}

/// A command as one would type it, in the workspace.
fn shown(command: &Command) -> String {
    let root = format!("{}/", workspace::root().display());
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words.map(|word| word.to_string_lossy().replace(&root, "")).collect();
    words.join(" ")
}
