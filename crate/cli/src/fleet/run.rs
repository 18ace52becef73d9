//! `fleet run`: every device of a list to one result that lasts.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use dps_x509_fleet::{Ended, Journal, List, Pace, Progress, Run, Shard, journal::Standing, summary::Summary};
use dps_x509_net::Cancellation;
use indicatif::ProgressBar;
use serde_json::json;
use tokio::sync::watch;

use super::{
    NO_DEVICE,
    args::{Check, RunArgs},
    bar, check, descriptors,
    plan::{Planned, plan},
    refuse,
    report::Report,
    tally::{Tally, json_line, text_lines},
    unusable,
};
use crate::{exit::Exit, refusal, terminal};

/// Devices with errors that are told before it runs; `fleet check` tells of all.
const TOLD: u32 = 20;

/// Provisions every device of a list that has no result yet.
pub(super) async fn run(args: RunArgs) -> Exit {
    let planned = match plan(&args.devices) {
        Ok(planned) => planned,
        Err(findings) => return unusable(&findings, args.json),
    };
    if let Err(error) = descriptors::raise(args.limits.at_once) {
        return refuse("run", error, args.json);
    }
    let Some(path) = args.journal.clone().or_else(|| default_journal(&planned.list, planned.shard)) else {
        return refuse(
            "run",
            "a list from standard input has no name to call the journal by; give --journal FILE",
            args.json,
        );
    };
    let report = Report::new(args.json);
    let mut journal = match Journal::open(&path, report.results("the journal")) {
        Ok(journal) => journal,
        Err(error) => return unusable(&[error.finding()], args.json),
    };
    if let Some(exit) = checked(&args, &planned, &journal, &report.bar) {
        return exit;
    }
    let stop = Cancellation::new();
    if let Err(error) = report.listen(&stop) {
        return refuse("run", error, args.json);
    }
    count(&planned, &report.bar);
    let Planned { list, plan, shard } = planned;
    let pace = args.limits.rate.0.map_or_else(Pace::unlimited, |rate| Pace::new(rate, shard.of()));
    let mut run = Run::new(list, plan, pace);
    run.shard = shard;
    run.at_once = args.limits.at_once;
    run.attempts = args.limits.attempts.get();
    run.does_retry_failed = args.retry_failed;
    run.stop_after_errors = args.limits.stop_after_errors;
    run.until = args.limits.until();
    let (sender, progress) = watch::channel(Progress::default());
    let following = report.follow(progress.clone());
    let ended = run.run(&mut journal, &stop, &sender).await;
    let progress = *progress.borrow();
    drop(sender);
    // It only shows.
    let _ = following.await;
    let is_empty = progress.results() + progress.done_before + progress.twice == 0;
    // A list that can be read once is not looked at before it runs; nothing was dialled for this one either.
    if let Ended::NotRead(error) = &ended
        && is_empty
    {
        return unusable(&[error.finding()], args.json);
    }
    if matches!(ended, Ended::Done) && is_empty {
        if !shard.is_part() {
            return refuse("run", NO_DEVICE, args.json);
        }
        terminal::say(
            "fleet run",
            format!("there is nothing to do: no device of the list is in part {shard}"),
        );
    }
    let failed = journal.count(Standing::Failed);
    drop(journal);
    show(&args, &path, &ended, &progress);
    exit(&ended, failed > 0 || progress.unusable > 0)
}

/// `LIST.journal`, with shards `LIST.2-of-8.journal`; none of standard input.
fn default_journal(list: &List, shard: Shard) -> Option<PathBuf> {
    let path = match list {
        List::Standard => return None,
        List::File(path) | List::Folder(path) => path,
    };
    // A folder with a separator behind its name has the same name; that of `.` and `..` is another.
    let whole = path.file_name().is_none().then(|| path.canonicalize().ok()).flatten();
    let mut name = OsString::from(whole.as_deref().unwrap_or(path).components().as_path());
    if shard.is_part() {
        name.push(format!(".{}", shard.to_string().replace('/', "-of-")));
    }
    name.push(".journal");
    Some(name.into())
}

/// Looks at the list first; the exit code if nothing is to be dialled.
fn checked(args: &RunArgs, planned: &Planned, journal: &Journal, bar: &ProgressBar) -> Option<Exit> {
    if args.check == Check::Off || !planned.list.is_lasting() {
        return None;
    }
    // Where the run goes on all the same, JSON is of results alone.
    let in_json = args.json && args.check != Check::Lenient;
    let (mut tally, mut told) = (Tally::default(), 0);
    let is_wanted = |key: &_| journal.is_open(key, args.retry_failed);
    let looked = check::look(planned, None, bar, is_wanted, |inspected| {
        tally.add(&inspected);
        if inspected.has_errors() {
            told += 1;
            if in_json {
                terminal::json(json_line(&inspected)).unwrap_or_default();
            } else if told <= TOLD {
                bar.suspend(|| terminal::err(&text_lines(&inspected)).unwrap_or_default());
            }
        }
        true
    });
    bar.set_position(0);
    if let Err(error) = looked {
        return Some(unusable(&[error.finding()], args.json));
    }
    if tally.with_errors == 0 {
        return None;
    }
    let told = "Nothing was dialled. `dps-x509 fleet check` names every device; --check lenient leaves it to the service, which \
         is free to refuse them.";
    if in_json {
        bar.finish_and_clear();
        terminal::json(tally.json()).unwrap_or_default();
        refusal::say("fleet run", told, true);
        return Some(Exit::Refused);
    }
    bar.suspend(|| terminal::err(&format!("\n{}", tally.text())).unwrap_or_default());
    if args.check == Check::Lenient {
        return None;
    }
    bar.finish_and_clear();
    terminal::err(&format!("\n{told}\n")).unwrap_or_default();
    Some(Exit::Refused)
}

/// Counts the devices on a thread of its own, for the time that is left.
fn count(planned: &Planned, bar: &ProgressBar) {
    if bar.is_hidden() || !planned.list.is_lasting() {
        return;
    }
    let (list, plan, shard, bar) = (planned.list.clone(), planned.plan.clone(), planned.shard, bar.clone());
    std::thread::spawn(move || {
        // Whoever runs will be told what is wrong with the list.
        if let Ok(devices) = Run::count(&list, &plan, shard) {
            bar::set_length(&bar, devices);
        }
    });
}

/// The summary, of everything that is in the journal.
fn show(args: &RunArgs, path: &Path, ended: &Ended, progress: &Progress) {
    match ended {
        Ended::NotKept(error) if args.json => refusal::tell(&[error.finding()], true),
        Ended::NotRead(error) if args.json => refusal::tell(&[error.finding()], true),
        ended => {
            let why = why(ended);
            if !why.is_empty() {
                terminal::say("fleet run", why);
            }
        }
    }
    let summary = match Summary::of(path) {
        Ok(summary) => summary,
        Err(error) => return refusal::tell(&[error.finding()], args.json),
    };
    let text = if args.json {
        let mut object = json!({ "summary": summary.to_json() });
        if let Some(summary) = object.get_mut("summary").and_then(serde_json::Value::as_object_mut) {
            summary.insert("ended".to_owned(), json!(word(ended)));
            summary.insert("doneBefore".to_owned(), json!(progress.done_before));
            summary.insert("busy".to_owned(), json!(progress.busy));
        }
        format!("{object}\n")
    } else {
        let mut text = summary.to_text();
        let more = [
            (progress.done_before, "done before this run"),
            (progress.twice, "twice in the list, and done once"),
        ];
        for (count, what) in more.into_iter().filter(|(count, _)| *count > 0) {
            text += &format!("{count} {what}\n");
        }
        if progress.busy > 0 {
            text += &format!("the service was busy {} times, and was asked more slowly\n", progress.busy);
        }
        text
    };
    if args.json {
        terminal::json(text.trim_end()).unwrap_or_default();
    } else {
        terminal::out(&text).unwrap_or_default();
        let told = format!("The results are in {}.\n", crate::input::shown(path));
        terminal::err(&told).unwrap_or_default();
    }
}

fn why(ended: &Ended) -> String {
    match ended {
        Ended::Done => String::new(),
        Ended::Stopped => "interrupted; the same command goes on".to_owned(),
        Ended::TimeOver => "the time of --until is over; the same command goes on".to_owned(),
        Ended::TooManyErrors => {
            "as many devices as --stop-after-errors allows have no hub; the same command goes on".to_owned()
        }
        Ended::NotKept(error) => {
            format!("{error}; what could not be kept was not reported, and is done again")
        }
        Ended::NotRead(error) => error.to_string(),
    }
}

const fn word(ended: &Ended) -> &'static str {
    match ended {
        Ended::Done => "done",
        Ended::Stopped => "stopped",
        Ended::TimeOver => "time-over",
        Ended::TooManyErrors => "too-many-errors",
        Ended::NotKept(_) => "not-kept",
        Ended::NotRead(_) => "list-not-read",
    }
}

fn exit(ended: &Ended, is_any_without_hub: bool) -> Exit {
    match ended {
        Ended::Done if is_any_without_hub => Exit::Refused,
        Ended::Done => Exit::Done,
        Ended::Stopped => Exit::Interrupted,
        Ended::TimeOver => Exit::OutOfTime,
        Ended::TooManyErrors | Ended::NotKept(_) | Ended::NotRead(_) => Exit::Incomplete,
    }
}
