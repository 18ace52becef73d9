//! `fleet test`: how much a DPS of one's own, or the emulator, bears.

use std::{sync::Arc, time::Duration};

use dps_x509_fleet::{Load, LoadError, Loading, Measured};
use dps_x509_net::Cancellation;
use serde_json::json;
use tokio::sync::watch;

use super::{
    args::{SummaryFormat, TestArgs},
    bar, descriptors,
    plan::{Planned, plan},
    refuse, signals, unusable,
};
use crate::{exit::Exit, terminal};

/// Loads the service, and prints what came of it.
pub(super) async fn run(args: TestArgs) -> Exit {
    let is_json = args.format == SummaryFormat::Json;
    if args.devices.shared.dps.endpoint.is_none() {
        return refuse(
            "test",
            "a load test is for a DPS of one's own, or the emulator; say which one with --endpoint",
            is_json,
        );
    }
    if let Err(error) = descriptors::raise(args.at_once) {
        return refuse("test", error, is_json);
    }
    let Planned { list, plan, .. } = match plan(&args.devices) {
        Ok(planned) => planned,
        Err(findings) => return unusable(&findings, is_json),
    };
    let mut load = match Load::new(&list, &Arc::new(plan), args.at_once).await {
        Ok(load) => load,
        Err(LoadError::Device(device)) => return unusable(&device.findings, is_json),
        Err(LoadError::List(error)) => return unusable(&[error.finding()], is_json),
        Err(error) => return refuse("test", error, is_json),
    };
    (load.ramp, load.hold) = (args.ramp, args.hold);
    let stop = Cancellation::new();
    if let Err(error) = signals::listen(&stop, || {}) {
        return refuse("test", error, is_json);
    }
    let bar = bar::bar(true);
    let (sender, progress) = watch::channel(Loading::default());
    let following = tokio::spawn(follow(bar, progress));
    let measured = load.run(&stop, &sender).await;
    drop(sender);
    // It only shows.
    let _ = following.await;
    terminal::data(&text(&measured, args.format)).unwrap_or_default();
    if stop.is_cancelled() {
        Exit::Interrupted
    } else if measured.summary.without_hub() > 0 || measured.summary.devices == 0 {
        Exit::Refused
    } else {
        Exit::Done
    }
}

async fn follow(bar: indicatif::ProgressBar, mut progress: watch::Receiver<Loading>) {
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    while progress.has_changed().is_ok() {
        tick.tick().await;
        let Loading { under_way, results, errors, does_hold, .. } = *progress.borrow_and_update();
        let phase = if does_hold { "holding" } else { "rising" };
        bar.set_position(results);
        bar.set_message(format!("{phase}, {under_way} under way, {errors} without a hub"));
    }
    bar.finish_and_clear();
}

fn text(measured: &Measured, format: SummaryFormat) -> String {
    let Measured { summary, held, at_once, in_ramp, .. } = measured;
    match format {
        SummaryFormat::Text => format!(
            "{at_once} under way at once, for {:.1} s: {:.1} devices a second ({in_ramp} before that)\n\n{}",
            held.as_secs_f64(),
            measured.assigned_per_second(),
            summary.to_text()
        ),
        SummaryFormat::Json => {
            let mut object = summary.to_json();
            if let Some(object) = object.as_object_mut() {
                object.insert("atOnce".to_owned(), json!(at_once));
                object.insert("heldSeconds".to_owned(), json!(held.as_secs_f64()));
                object.insert("assignedPerSecond".to_owned(), json!(measured.assigned_per_second()));
                object.insert("inRamp".to_owned(), json!(in_ramp));
            }
            format!("{object:#}\n")
        }
        SummaryFormat::Csv => summary.to_csv(),
        SummaryFormat::Html => summary.to_html(),
    }
}
