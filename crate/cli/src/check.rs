//! `check`: what certificate and key files are, what chain they make, and what is wrong with them.

mod args;
mod each;
mod files;
mod fixed;
mod folder;
mod parallel;
mod sorted;
mod text;
mod token;
mod verdict;
mod walk;

pub(crate) use args::Args;
use dps_x509_core::{
    cert, explain,
    finding::{self, Finding, Naming},
    text::Lines,
};
pub(crate) use files::Files;

use crate::{exit::Exit, input, refusal, terminal};
use args::Format;
use sorted::{Device, LeftOut};

/// Checks one device, or every device of a folder, and shows what came of it.
pub(crate) fn run(args: &Args) -> Exit {
    let shown = match &args.each {
        Some(folder) => each::run(args, folder),
        None if folder::is_wanted(args) => folder::run(args),
        None => one(args),
    };
    shown.unwrap_or_else(|message| {
        refusal::say("check", message, args.format() == Format::Json);
        Exit::Usage
    })
}

fn one(args: &Args) -> Result<Exit, String> {
    let mut files = Files::default();
    files.read_situation(&args.situation);
    files.read(args.key_file().map(|path| (cert::Purpose::DeviceKey, "--key", path.as_path())));
    files.read(args.files.iter().map(|path| (cert::Purpose::Any, "", path.as_path())));
    show(&files, args.question(), args, &[])
}

/// One device, whose files were sorted out of a folder.
fn one_of(args: &Args, question: &Question, device: &Device, left_out: &[LeftOut]) -> Result<Exit, String> {
    show(&device.files(args), device.question(question), args, left_out)
}

fn show(files: &Files, mut question: Question, args: &Args, left_out: &[LeftOut]) -> Result<Exit, String> {
    question.inputs.files = files.all().to_vec();
    let mut report = input::check(&mut question.inputs);
    report.findings.splice(0..0, question.findings_of(files));
    let verdict = verdict::of(&report, args);
    match args.format() {
        Format::Text => print(&text::report(&report, &question, &verdict, args, &sorted::tell(left_out))),
        Format::Json => {
            json(&format!("{:#}", cert::json::judged(&report, &verdict, Naming::CommandLine)));
        }
        Format::Sarif => json(&format!("{:#}", sarif(&report.findings))),
    }
    match &args.write_fixed {
        Some(folder) => {
            let outcome = fixed::write(files, &report, question.inputs.passphrase.as_ref(), (folder, None));
            // Behind a report, which is one document.
            let failure = say_fixed(&outcome).err();
            Ok(not_fixed(failure, false).unwrap_or_else(|| verdict::exit(verdict.word)))
        }
        None => Ok(verdict::exit(verdict.word)),
    }
}

/// What is asked of the files.
#[derive(Clone)]
pub(crate) struct Question {
    /// What the core is given.
    pub(crate) inputs: cert::Inputs,
    /// What is wrong with the flags.
    pub(crate) findings: Vec<Finding>,
}

impl Question {
    /// What is wrong with the flags, and with files that cannot be read.
    fn findings_of(&self, files: &Files) -> Vec<Finding> {
        self.findings.iter().chain(files.unreadable()).cloned().collect()
    }
}

/// The findings as one SARIF log.
fn sarif(findings: &[Finding]) -> serde_json::Value {
    let tool = finding::sarif::Tool { name: "dps-x509", version: env!("CARGO_PKG_VERSION") };
    finding::sarif::log(tool, findings, Naming::CommandLine, explain::page)
}

// Whoever does not read on has read enough.
fn print(lines: &str) {
    terminal::out(lines).unwrap_or_default();
}

fn json(text: &str) {
    terminal::json(text).unwrap_or_default();
}

/// What `--write-fixed` wrote, or what prevented it.
fn say_fixed(outcome: &fixed::Outcome) -> Result<(), String> {
    let mut lines = Lines::new();
    outcome.lines.iter().for_each(|line| lines.line(format_args!("{line}")));
    terminal::err(lines.as_str()).unwrap_or_default();
    outcome.failure.clone().map_or(Ok(()), Err)
}

/// That what was to be written is not, behind what was found.
fn not_fixed(failure: Option<String>, is_json: bool) -> Option<Exit> {
    failure.map(|message| {
        refusal::say("check", message, is_json);
        Exit::Usage
    })
}
