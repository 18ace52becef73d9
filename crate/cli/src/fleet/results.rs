//! `fleet results` and `fleet summary`: what a journal says.

use std::io;

use dps_x509_fleet::{
    journal::{self, Entry, JournalError, Standing},
    summary::{Summary, cell},
};

use super::{
    args::{Only, ResultFormat, ResultsArgs, SummaryArgs, SummaryFormat},
    refuse, unusable,
};
use crate::{
    exit::Exit,
    input::{reason, shown},
    output, terminal,
};

/// Prints the last result of each device, from a journal or a queue.
pub(super) async fn results(args: &ResultsArgs) -> Exit {
    #[cfg(feature = "nats")]
    if let Some(queue) = args.from.open(false).await {
        return match queue {
            Ok(queue) => match of_queue(args, &queue).await {
                Ok(()) => Exit::Done,
                Err(error) => super::queue::failed(&error, false),
            },
            Err(exit) => exit,
        };
    }
    match of_journal(args) {
        Ok(()) => Exit::Done,
        Err(error) => unusable(&[error.finding()], false),
    }
}

fn of_journal(args: &ResultsArgs) -> Result<(), JournalError> {
    let Some(journal) = &args.journal else { return Ok(()) };
    header(args.format);
    for entry in journal::latest(journal)? {
        let (entry, json) = entry?;
        // Whoever reads no further has read enough.
        if print(args, &entry, &json).is_err() {
            break;
        }
    }
    Ok(())
}

#[cfg(feature = "nats")]
async fn of_queue(
    args: &ResultsArgs,
    queue: &dps_x509_fleet::queue::Queue,
) -> Result<(), dps_x509_fleet::queue::QueueError> {
    if args.dead {
        let mut letters = queue.dead().await?;
        while let Some(letter) = letters.next_text().await? {
            if terminal::json(letter).is_err() {
                break;
            }
        }
        return Ok(());
    }
    let mut results = queue.results().await?;
    header(args.format);
    while let Some((entry, json)) = results.next().await? {
        if print(args, &entry, &json).is_err() {
            break;
        }
    }
    Ok(())
}

fn header(format: ResultFormat) {
    if format == ResultFormat::Csv {
        terminal::data(HEADER).unwrap_or_default();
    }
}

fn print(args: &ResultsArgs, entry: &Entry, json: &str) -> io::Result<()> {
    let is_wanted = match args.only {
        Only::All => true,
        Only::Assigned => entry.standing() == Standing::Assigned,
        Only::Failed => entry.standing() != Standing::Assigned,
    };
    match args.format {
        _ if !is_wanted => Ok(()),
        ResultFormat::Jsonl => terminal::json(json),
        ResultFormat::Csv => terminal::data(&row(entry)),
    }
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

/// Prints what journals come to, or a queue.
pub(super) async fn summary(args: &SummaryArgs) -> Exit {
    let is_json = args.format == SummaryFormat::Json;
    #[cfg(feature = "nats")]
    if let Some(queue) = args.from.open(is_json).await {
        let counted = async { count(&queue?).await.map_err(|error| super::queue::failed(&error, is_json)) };
        return match counted.await {
            Ok(summary) => show(args, &summary),
            Err(exit) => exit,
        };
    }
    let mut summary = Summary::default();
    for path in &args.journals {
        if let Err(error) = summary.read(path) {
            return unusable(&[error.finding()], is_json);
        }
    }
    show(args, &summary)
}

#[cfg(feature = "nats")]
async fn count(queue: &dps_x509_fleet::queue::Queue) -> Result<Summary, dps_x509_fleet::queue::QueueError> {
    let mut summary = Summary::default();
    let mut results = queue.results().await?;
    while let Some((entry, _)) = results.next().await? {
        summary.add(&entry);
    }
    Ok(summary)
}

fn show(args: &SummaryArgs, summary: &Summary) -> Exit {
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
            if let Err(error) = output::write_new(path, &text) {
                let why = match error.kind() {
                    io::ErrorKind::AlreadyExists => {
                        "it is there already, and nothing is overwritten".to_owned()
                    }
                    _ => reason(&error),
                };
                let is_json = args.format == SummaryFormat::Json;
                return refuse("summary", format!("{} cannot be written: {why}", shown(path)), is_json);
            }
        }
    }
    Exit::Done
}
