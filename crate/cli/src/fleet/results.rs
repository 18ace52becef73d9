//! `fleet results` and `fleet summary`: what a journal says.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
};

use dps_x509_fleet::{
    journal::{self, Entry, JournalError, Standing},
    summary::{Summary, cell},
};

use super::{
    args::{Only, ResultFormat, ResultsArgs, SummaryArgs, SummaryFormat},
    refuse,
};
use crate::{
    exit::Exit,
    input::{reason, shown},
    terminal,
};

/// Prints the last result of each device.
pub(super) fn results(args: &ResultsArgs) -> Exit {
    match print(args) {
        Ok(()) => Exit::Done,
        Err(error) => refuse("results", &error),
    }
}

fn print(args: &ResultsArgs) -> Result<(), JournalError> {
    if args.format == ResultFormat::Csv {
        terminal::data(HEADER).unwrap_or_default();
    }
    for entry in journal::latest(&args.journal)? {
        let (entry, json) = entry?;
        let is_wanted = match args.only {
            Only::All => true,
            Only::Assigned => entry.standing() == Standing::Assigned,
            Only::Failed => entry.standing() != Standing::Assigned,
        };
        if !is_wanted {
            continue;
        }
        let told = match args.format {
            ResultFormat::Jsonl => terminal::json(json),
            ResultFormat::Csv => terminal::data(&row(&entry)),
        };
        // Whoever reads no further has read enough.
        if told.is_err() {
            break;
        }
    }
    Ok(())
}

const HEADER: &str =
    "row,device,idScope,outcome,assignedHub,deviceId,finding,message,at,attempts,seconds\r\n";

fn row(entry: &Entry) -> String {
    let text = |value: &Option<String>| cell(value.as_deref().unwrap_or_default());
    let number = |value: Option<String>| value.unwrap_or_default();
    let finding = entry.findings.first();
    let cells = [
        number(entry.row.map(|row| row.to_string())),
        text(&entry.device),
        text(&entry.id_scope),
        cell(&entry.outcome),
        text(&entry.assigned_hub),
        text(&entry.device_id),
        finding.map_or_else(String::new, |finding| cell(&finding.code)),
        finding.map_or_else(String::new, |finding| cell(&finding.message)),
        text(&entry.at),
        number(entry.attempts.map(|attempts| attempts.to_string())),
        number(entry.tally.map(|took| format!("{:.3}", took.seconds))),
    ];
    cells.join(",") + "\r\n"
}

/// Prints what journals come to.
pub(super) fn summary(args: &SummaryArgs) -> Exit {
    let mut summary = Summary::default();
    for path in &args.journals {
        if let Err(error) = summary.read(path) {
            return refuse("summary", &error);
        }
    }
    let text = match args.format {
        SummaryFormat::Text => summary.to_text(),
        SummaryFormat::Json => format!("{:#}\n", summary.to_json()),
        SummaryFormat::Csv => summary.to_csv(),
        SummaryFormat::Html => summary.to_html(),
    };
    match &args.out {
        None if args.format == SummaryFormat::Json => terminal::json(text.trim_end()).unwrap_or_default(),
        None => terminal::data(&text).unwrap_or_default(),
        Some(path) => {
            let written = OpenOptions::new().write(true).create_new(true).open(path);
            if let Err(error) = written.and_then(|mut file| file.write_all(text.as_bytes())) {
                let why = match error.kind() {
                    io::ErrorKind::AlreadyExists => {
                        "it is there already, and nothing is overwritten".to_owned()
                    }
                    _ => reason(&error),
                };
                return refuse("summary", &format!("{} cannot be written: {why}", shown(path)));
            }
        }
    }
    Exit::Done
}
