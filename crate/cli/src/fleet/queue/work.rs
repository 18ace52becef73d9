//! `fleet work`: takes devices from a queue and provisions them.

use std::{sync::Arc, time::SystemTime};

use dps_x509_fleet::{
    Progress,
    journal::{Entry, Standing},
    queue::{Queue, Stopped, Work, Worked},
    summary::Summary,
};
use dps_x509_net::Cancellation;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use tokio::{sync::watch, time::Instant};

use super::{args::WorkArgs, failed, open};
use crate::{
    exit::Exit,
    fleet::{bar, descriptors, plan, refuse, run::line, signals, unusable},
    terminal,
};

/// Devices without a hub that are told while it works; the others are in the queue.
const TOLD: u32 = 20;

/// Works until the queue is empty.
pub(in crate::fleet) async fn work(args: WorkArgs) -> Exit {
    let mut plan = match plan::shared(&args.shared) {
        Ok(plan) => plan,
        Err(findings) => return unusable(findings),
    };
    plan.folder = args.folder.clone().unwrap_or_default();
    if let Some(folder) = args.folder.as_ref().filter(|folder| !folder.is_dir()) {
        return refuse("work", &format!("{} is no folder; --folder takes one", crate::input::shown(folder)));
    }
    if let Err(error) = descriptors::raise(args.at_once) {
        return refuse("work", &error);
    }
    let queue = match open("work", &args.queue).await {
        Ok(queue) => queue,
        Err(exit) => return exit,
    };
    let mut work = Work::new(Arc::new(plan), args.rate.0);
    work.at_once = args.at_once;
    work.attempts = args.attempts.get();
    work.does_stay = args.stay;
    work.stop_after_errors = args.stop_after_errors;
    work.until = args.until.map(|time| {
        let left = time.duration_since(SystemTime::now()).unwrap_or_default();
        Instant::now().checked_add(left).unwrap_or_else(Instant::now)
    });
    if let Some(name) = &args.worker {
        work.worker = name.as_str().to_owned();
    }
    let bar = bar::bar(!(args.json && terminal::is_terminal()));
    let stop = Cancellation::new();
    let telling = bar.clone();
    let told = move || {
        telling.suspend(|| {
            let told = "Ending: no more devices are taken, those under way come to their end. Ctrl-C again leaves at once.\n";
            terminal::err(told).unwrap_or_default();
        });
    };
    if let Err(error) = signals::listen(&stop, told) {
        return refuse("work", &error);
    }
    let (sender, progress) = watch::channel(Progress::default());
    let following = tokio::spawn(bar::follow(bar.clone(), progress.clone(), args.json));
    let worked = work.run(&queue, &stop, &sender, reporter(args.json, &bar)).await;
    let progress = *progress.borrow();
    drop(sender);
    // It only shows.
    let _ = following.await;
    show(args.json, &queue, &worked, &progress);
    exit(worked.stopped, progress.errors() > 0)
}

/// What is done with each result once it is in the queue.
fn reporter(is_json: bool, bar: &ProgressBar) -> impl FnMut(&str) + use<> {
    let (bar, mut told) = (bar.clone(), 0);
    move |json: &str| {
        if is_json {
            // Whoever does not read the results finds them in the queue.
            terminal::json(json).unwrap_or_default();
            return;
        }
        let Ok(entry) = serde_json::from_str::<Entry>(json) else { return };
        if entry.standing() == Standing::Assigned || told > TOLD {
            return;
        }
        told += 1;
        let line = if told > TOLD {
            "further devices without a hub are in the queue's results".to_owned()
        } else {
            line(&entry)
        };
        bar.suspend(|| terminal::err(&format!("{line}\n")).unwrap_or_default());
    }
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

fn exit(stopped: Stopped, is_any_without_hub: bool) -> Exit {
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
        Stopped::Failed(error) => failed("work", &error),
    }
}
