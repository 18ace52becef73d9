//! `fleet work`: takes devices from a queue and provisions them.

use std::sync::Arc;

use dps_x509_fleet::{
    Progress,
    queue::{Queue, Stopped, Work, Worked},
    summary::Summary,
};
use dps_x509_net::Cancellation;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{args::WorkArgs, failed, open};
use crate::{
    exit::Exit,
    fleet::{descriptors, plan, refuse, report::Report, unusable},
    terminal,
};

/// Works until the queue is empty.
pub(in crate::fleet) async fn work(args: WorkArgs) -> Exit {
    let mut plan = match plan::shared(&args.shared) {
        Ok(plan) => plan,
        Err(findings) => return unusable(&findings, args.json),
    };
    plan.folder = args.folder.clone().unwrap_or_default();
    if let Some(folder) = args.folder.as_ref().filter(|folder| !folder.is_dir()) {
        return refuse(
            "work",
            format!("{} is no folder; --folder takes one", crate::input::shown(folder)),
            args.json,
        );
    }
    if let Err(error) = descriptors::raise(args.limits.at_once) {
        return refuse("work", error, args.json);
    }
    let queue = match open(&args.queue, args.json).await {
        Ok(queue) => queue,
        Err(exit) => return exit,
    };
    let mut work = Work::new(Arc::new(plan), args.limits.rate.0);
    work.at_once = args.limits.at_once;
    work.attempts = args.limits.attempts.get();
    work.does_stay = args.stay;
    work.stop_after_errors = args.limits.stop_after_errors;
    work.until = args.limits.until();
    if let Some(name) = &args.worker {
        work.worker = name.as_str().to_owned();
    }
    let report = Report::new(args.json);
    let stop = Cancellation::new();
    if let Err(error) = report.listen(&stop) {
        return refuse("work", error, args.json);
    }
    let (sender, progress) = watch::channel(Progress::default());
    let following = report.follow(progress.clone());
    let worked = work.run(&queue, &stop, &sender, report.results("the queue's results")).await;
    let progress = *progress.borrow();
    drop(sender);
    // It only shows.
    let _ = following.await;
    // The last line of JSON is the summary.
    let exit = exit(&worked.stopped, progress.errors() > 0, args.json);
    show(args.json, &queue, &worked, &progress);
    exit
}

/// The summary, of what this worker brought.
fn show(is_json: bool, queue: &Queue, worked: &Worked, progress: &Progress) {
    let Worked { stopped, summary, .. } = worked;
    if is_json {
        terminal::json(json(queue, stopped, summary, progress)).unwrap_or_default();
        return;
    }
    let mut text = summary.to_text();
    let more = [
        (progress.done_before, "had their result when this worker came to them"),
        (progress.dead, "dead letters: `dps-x509 fleet results --dead` prints them"),
        (progress.not_here, "times a device was given back, for its files cannot be used here"),
    ];
    for (count, what) in more.into_iter().filter(|(count, _)| *count > 0) {
        text += &format!("{count} {what}\n");
    }
    if !matches!(stopped, Stopped::Failed(_)) {
        terminal::out(&text).unwrap_or_default();
    }
}

fn json(queue: &Queue, stopped: &Stopped, summary: &Summary, progress: &Progress) -> Value {
    let mut object = json!({ "summary": summary.to_json() });
    if let Some(summary) = object.get_mut("summary").and_then(Value::as_object_mut) {
        let more = [
            ("ended", json!(word(stopped))),
            ("run", json!(queue.name().run.as_str())),
            ("site", json!(queue.name().site.as_str())),
            ("doneBefore", json!(progress.done_before)),
            ("dead", json!(progress.dead)),
            ("givenBack", json!(progress.not_here)),
        ];
        summary.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

const fn word(stopped: &Stopped) -> &'static str {
    match stopped {
        Stopped::Done => "done",
        Stopped::Stopped => "stopped",
        Stopped::TimeOver => "time-over",
        Stopped::TooManyErrors => "too-many-errors",
        Stopped::NothingUsable(_) => "nothing-usable",
        Stopped::Failed(_) => "queue-failed",
    }
}

fn exit(stopped: &Stopped, is_any_without_hub: bool, is_json: bool) -> Exit {
    match stopped {
        Stopped::Done if is_any_without_hub => Exit::Refused,
        Stopped::Done => Exit::Done,
        Stopped::Stopped => Exit::Interrupted,
        Stopped::TimeOver => {
            terminal::say("fleet work", "the time of --until is over; the queue is not empty");
            Exit::OutOfTime
        }
        Stopped::TooManyErrors => {
            let why =
                "as many devices as --stop-after-errors allows have no hub; the others are in the queue";
            terminal::say("fleet work", why);
            Exit::Incomplete
        }
        Stopped::NothingUsable(devices) => {
            let why = format!(
                "the files of the first {devices} devices cannot be used on this machine, and they were given back; --folder, or \
                 --cert and --key, say where the files are"
            );
            terminal::say("fleet work", why);
            Exit::Incomplete
        }
        Stopped::Failed(error) => failed(error, is_json),
    }
}
