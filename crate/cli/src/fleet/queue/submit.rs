//! `fleet submit`: every device of a list into a queue, once.

use std::{sync::Arc, time::Duration};

use dps_x509_core::{
    finding::{Finding, Naming},
    name::Cloud,
};
use dps_x509_fleet::{
    Plan, Unusable,
    net::Trust,
    queue::{Queue, Submit, Submitted},
};
use dps_x509_net::Cancellation;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use tokio::{sync::watch, time::interval};

use super::{args::SubmitArgs, failed, open};
use crate::{
    exit::Exit,
    fleet::{NO_DEVICE, bar, plan, refuse, signals, unusable},
    refusal, terminal,
};

/// Rows that are told of; of the others it is said that there are more.
const TOLD: u64 = 20;

/// Puts every device of a list into a queue.
pub(in crate::fleet) async fn submit(args: SubmitArgs) -> Exit {
    let mut submit = match planned(&args) {
        Ok(submit) => submit,
        Err(exit) => return exit,
    };
    submit.copies = args.replicas;
    submit.lost_after = args.lost_after;
    let mut rejected = RejectedRows { is_json: args.json, is_silent: false, count: 0 };
    // Nobody is asked for anything before the list is known to be good.
    match submit.look(|wrong| rejected.tell(&wrong)) {
        Err(error) => return unusable(&[error.finding()], args.json),
        Ok(()) if rejected.count > 0 && !args.lenient => {
            let why = "nothing was sent; --lenient leaves these rows out and sends the others";
            refusal::say("fleet submit", why, args.json);
            return Exit::Refused;
        }
        Ok(()) => {}
    }
    let queue = match open(&args.queue, args.json).await {
        Ok(queue) => queue,
        Err(exit) => return exit,
    };
    rejected.is_silent = submit.list.is_lasting();
    run(submit, &queue, rejected, &args).await
}

fn planned(args: &SubmitArgs) -> Result<Submit, Exit> {
    let made = || {
        let list = plan::list(&args.list)?;
        // Nothing is dialled, and nobody is trusted; the roots are there for the plan to be one.
        let trust = Trust::azure(Cloud::default()).ready();
        let mut plan = Plan::new(trust.map_err(|error| crate::flag::no_root(&error))?);
        plan.folder = list.folder();
        plan::name(&mut plan, args.id_scope.as_ref(), args.registration_id.as_ref())?;
        Ok(Submit::new(list, Arc::new(plan)))
    };
    made().map_err(|findings: Vec<Finding>| unusable(&findings, args.json))
}

async fn run(submit: Submit, queue: &Queue, mut rejected: RejectedRows, args: &SubmitArgs) -> Exit {
    let stop = Cancellation::new();
    if let Err(error) = signals::listen(&stop, || {}) {
        return refuse("submit", error, args.json);
    }
    let bar = bar::bar(!(args.json && terminal::is_terminal()));
    let (sender, progress) = watch::channel(Submitted::default());
    let following = tokio::spawn(follow(bar, progress));
    let submitted = submit.run(queue, &stop, &sender, |wrong| rejected.tell(&wrong)).await;
    drop(sender);
    // It only shows.
    let _ = following.await;
    let count = match submitted {
        Ok(count) => count,
        Err(error) => return failed(&error, args.json),
    };
    if count.rows() == 0 && !stop.is_cancelled() {
        return refuse("submit", NO_DEVICE, args.json);
    }
    let shown =
        if args.json { terminal::json(json(queue, &count)) } else { terminal::out(&text(queue, &count)) };
    shown.unwrap_or_default();
    if stop.is_cancelled() {
        Exit::Interrupted
    } else if count.unusable > 0 {
        Exit::Refused
    } else {
        Exit::Done
    }
}

async fn follow(bar: ProgressBar, mut progress: watch::Receiver<Submitted>) {
    let mut tick = interval(Duration::from_millis(250));
    while progress.has_changed().is_ok() {
        tick.tick().await;
        let now = *progress.borrow_and_update();
        bar.set_position(now.rows());
        bar.set_message(format!("{} sent", now.new));
    }
    bar.finish_and_clear();
}

fn text(queue: &Queue, count: &Submitted) -> String {
    let lines = [
        (count.before, "in the queue already"),
        (count.done, "with their result already"),
        (count.twice, "twice in the list, and sent once"),
        (count.unusable, "left out"),
    ];
    let mut text = format!("{} devices are new in the queue of {}\n", count.new, queue.name());
    for (count, what) in lines.into_iter().filter(|(count, _)| *count > 0) {
        text += &format!("  {count:>8}  {what}\n");
    }
    text
}

fn json(queue: &Queue, count: &Submitted) -> Value {
    json!({ "summary": {
        "version": 1,
        "run": queue.name().run.as_str(),
        "site": queue.name().site.as_str(),
        "new": count.new,
        "inQueueBefore": count.before,
        "doneBefore": count.done,
        "twice": count.twice,
        "leftOut": count.unusable,
    }})
}

/// Tells of rows that are left out: once each, also of a list that is read twice.
struct RejectedRows {
    is_json: bool,
    is_silent: bool,
    count: u64,
}

impl RejectedRows {
    fn tell(&mut self, wrong: &Unusable) {
        if self.is_silent {
            return;
        }
        self.count += 1;
        if self.is_json {
            terminal::json(line(wrong)).unwrap_or_default();
        } else if self.count <= TOLD {
            for finding in &wrong.findings {
                terminal::err(&format!("{}\n", finding.to_text(Naming::CommandLine))).unwrap_or_default();
            }
        } else if self.count == TOLD + 1 {
            terminal::err("further rows are wrong as well\n").unwrap_or_default();
        }
    }
}

fn line(wrong: &Unusable) -> Value {
    let mut line = json!({
        "row": wrong.name.row,
        "findings": dps_x509_core::finding::json::findings(&wrong.findings, Naming::CommandLine),
    });
    if let Value::Object(line) = &mut line {
        for (member, value) in [("device", &wrong.name.device), ("idScope", &wrong.name.id_scope)] {
            line.extend(value.as_ref().map(|value| (member.to_owned(), json!(value))));
        }
    }
    line
}
