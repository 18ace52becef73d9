//! `explain`: what a log, an answer of the service or a code means, and the page of a finding.

mod naming;
mod subject;

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
};

use clap::CommandFactory as _;
use dps_x509_core::{
    cert::{self, Purpose},
    explain::{self, Explanation},
    finding::Naming,
    name::RegistrationId,
};
pub(crate) use naming::definition;
use subject::Subject;

use crate::{
    check::Files,
    exit::Exit,
    flag::{self, Situation},
    input, refusal, terminal,
};

const EXAMPLES: &str = "\
Examples:
  dps-x509 explain device.log
  dps-x509 explain device.log --with device-full-chain.pem device-key.pem --enrollment group
  mosquitto_sub -d … 2>&1 | dps-x509 explain
  dps-x509 explain 401002
  dps-x509 explain '$dps/registrations/res/404/?$rid=1'
  dps-x509 explain 'ssl.SSLError: [SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca'
  dps-x509 explain -- -0x2700
  dps-x509 explain DX401 leaf-alone
  dps-x509 explain --all | less

Exit codes:
  0    explained
  1    nothing in it is known
  2    it cannot be read, is a certificate or a key, or there is no such code, name or file

Logs of MQTT.fx, MQTTX, Mosquitto, Paho, Microsoft's SDKs, ESP-IDF, curl, openssl and others are read as they are,
whole or in part. Nothing is sent anywhere; passwords, keys and signatures in the text are masked and never shown.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A code or name of a finding (DX401), a code of the service (401002), a file, - for standard input, or text itself
    /// [default: standard input]
    #[arg(value_name = "WHAT", conflicts_with = "all")]
    what: Vec<String>,
    /// The device's certificates and key: says which of the causes they show, and which they rule out
    #[arg(long, value_name = "FILES", num_args = 1..)]
    with: Vec<PathBuf>,
    /// Registration ID that the device uses [default: what the text says]
    #[arg(long, value_name = "ID", value_parser = flag::registration_id)]
    registration_id: Option<RegistrationId>,
    #[command(flatten)]
    situation: Situation,
    /// File whose first line is the passphrase of the key or store
    #[arg(long, value_name = "FILE")]
    key_passphrase_file: Option<PathBuf>,
    /// Print one JSON object for each WHAT that is no finding
    #[arg(long)]
    json: bool,
    /// Every page, in the order of the codes
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args) -> Exit {
    if args.what.is_empty() && !args.all && io::stdin().is_terminal() {
        // Nobody piped anything: waiting would look like hanging.
        if args.json {
            refusal::say("explain", "there is nothing to explain; give a file, a code, or text", true);
            return Exit::Usage;
        }
        let help = crate::Cli::command().find_subcommand_mut("explain").map(clap::Command::render_help);
        let help = help.map(|help| help.to_string()).unwrap_or_default();
        terminal::err(&help).unwrap_or_default();
        return Exit::Usage;
    }
    answer(args).unwrap_or_else(|message| {
        refusal::say("explain", message, args.json);
        Exit::Usage
    })
}

fn answer(args: &Args) -> Result<Exit, String> {
    if args.all {
        let pages: Vec<_> =
            explain::pages(Naming::CommandLine).map(|(_, page)| page.trim_end().to_owned()).collect();
        print(&pages, false);
        return Ok(Exit::Done);
    }
    let subjects = subject::resolve(&args.what)?;
    let files = files(args)?;
    let mut findings = Vec::new();
    let passphrase =
        args.key_passphrase_file.as_deref().and_then(|path| input::passphrase_of_file(path, &mut findings));
    if let Some(finding) = findings.first() {
        return Err(finding.to_string());
    }
    let inputs = cert::Inputs {
        files: files.all().to_vec(),
        registration_id: args.registration_id.clone(),
        at: Some(args.situation.at.unwrap_or_else(input::now)),
        expires_within: None,
        cloud: args.situation.cloud.0,
        enrollment: args.situation.enrollment.into(),
        passphrase,
        ..cert::Inputs::default()
    };
    let mut exit = Exit::Done;
    let mut blocks = Vec::new();
    for subject in &subjects {
        // Each of them may spend what one may.
        let inputs = cert::Inputs { budget: cert::Budget::default(), ..inputs.clone() };
        let explanation = match subject {
            Subject::Page(definition) if args.json => {
                return Err(format!("--json is for explanations; {} is a page of Markdown", definition.code));
            }
            Subject::Page(definition) => {
                let page = explain::page(definition.code, Naming::CommandLine).unwrap_or_default();
                blocks.push(page.trim_end().to_owned());
                continue;
            }
            Subject::Code(code) => Explanation::of_code(*code, &inputs),
            Subject::Text { bytes, place } => {
                let explanation = Explanation::of_text(bytes, place, &inputs);
                if explanation.is_empty() && subject::is_certificate(bytes) {
                    let from = place.path.as_deref().unwrap_or("the text");
                    return Err(format!(
                        "{from} is a certificate or a key: `dps-x509 check FILE` looks at it"
                    ));
                }
                explanation
            }
        };
        if explanation.is_empty() {
            exit = Exit::Refused;
        }
        blocks.push(if args.json {
            format!("{:#}", explanation.to_json(Naming::CommandLine))
        } else {
            explanation.to_text(Naming::CommandLine).trim_end().to_owned()
        });
    }
    print(&blocks, args.json);
    Ok(exit)
}

/// The files of `--with`, `--group-ca` and `--trust`.
fn files(args: &Args) -> Result<Files, String> {
    let mut files = Files::default();
    files.read(args.with.iter().map(|path| (Purpose::Any, "--with", path.as_path())));
    files.read_situation(&args.situation);
    match files.unreadable().first() {
        Some(finding) => Err(format!("{finding} ({})", finding.place)),
        None => Ok(files),
    }
}

/// Blocks with an empty line between them. Whoever does not read on, as `head` does, has read enough.
fn print(blocks: &[String], json: bool) {
    let text = blocks.join("\n\n");
    let shown = if json { terminal::json(text) } else { terminal::out(&(text + "\n")) };
    shown.unwrap_or_default();
}
