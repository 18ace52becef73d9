//! `fleet check`: every device of a list before anything is dialled.

use std::{num::NonZeroUsize, thread};

use dps_x509_fleet::{Key, inspect};
use indicatif::ProgressBar;

use super::{
    NO_DEVICE,
    args::CheckArgs,
    bar,
    plan::{Planned, plan},
    refuse,
    tally::{Tally, json_line, text_lines},
    unusable,
};
use crate::{exit::Exit, terminal};

/// Looks at every device, and prints what is wrong.
pub(super) fn run(args: &CheckArgs) -> Exit {
    let planned = match plan(&args.devices) {
        Ok(planned) => planned,
        Err(findings) => return unusable(&findings, args.json),
    };
    let mut tally = Tally::default();
    let bar = bar::bar(!terminal::is_terminal());
    let inspected = look(
        &planned,
        args.threads,
        &bar,
        |_| true,
        |inspected| {
            tally.add(&inspected);
            let told = match args.json {
                true => terminal::json(json_line(&inspected)),
                false => terminal::out(&text_lines(&inspected)),
            };
            // Whoever reads no further needs no further look.
            told.is_ok()
        },
    );
    bar.finish_and_clear();
    let told = if args.json { terminal::json(tally.json()) } else { terminal::out(&tally.text()) };
    told.unwrap_or_default();
    match inspected {
        Err(error) => unusable(&[error.finding()], args.json),
        // A part of a short list may have no device; that is nothing to do, as in `fleet run`.
        Ok(()) if tally.devices == 0 && !planned.shard.is_part() => refuse("check", NO_DEVICE, args.json),
        Ok(()) if tally.with_errors > 0 => Exit::Refused,
        Ok(()) => Exit::Done,
    }
}

/// Looks at those devices that are wanted, on so many threads, or on all cores.
pub(super) fn look(
    planned: &Planned,
    threads: Option<NonZeroUsize>,
    bar: &ProgressBar,
    is_wanted: impl Fn(&Key) -> bool + Sync,
    mut each: impl FnMut(dps_x509_fleet::Inspected) -> bool,
) -> Result<(), dps_x509_fleet::ListError> {
    let threads = threads.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    bar.set_message("looked at");
    inspect(&planned.list, &planned.plan, planned.shard, threads, is_wanted, |inspected| {
        bar.inc(1);
        each(inspected)
    })
}
