//! `fleet watch`: how far the workers of a queue are.

use std::{collections::BTreeMap, time::Duration};

use dps_x509_fleet::{
    Progress,
    queue::{Counts, Queue, QueueError, Results},
};
use dps_x509_net::Cancellation;
use serde_json::{Value, json};
use tokio::{sync::watch, time::interval};

use super::{args::WatchArgs, failed, open};
use crate::{
    exit::Exit,
    fleet::{bar, refuse, signals},
    terminal,
};

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Shows how far it is until the queue is empty.
pub(in crate::fleet) async fn watch(args: WatchArgs) -> Exit {
    let queue = match open(&args.queue, args.json).await {
        Ok(queue) => queue,
        Err(exit) => return exit,
    };
    let stop = Cancellation::new();
    if let Err(error) = signals::listen(&stop, || {}) {
        return refuse("watch", error, args.json);
    }
    let bar = bar::bar(!args.json && !args.once);
    let (sender, progress) = watch::channel(Progress::default());
    let following = tokio::spawn(bar::follow(bar.clone(), progress, args.json || args.once));
    let looking = async {
        let mut seen = Seen::new(queue.results().await?);
        let mut tick = interval(LOOK);
        loop {
            tick.tick().await;
            let has_changed = seen.look(&queue).await?;
            bar::set_length(&bar, seen.all());
            sender.send_replace(seen.progress());
            if args.json && has_changed {
                terminal::json(seen.json(&queue)).unwrap_or_default();
            }
            if args.once || seen.counts.open() == 0 {
                return Ok::<_, QueueError>(seen);
            }
        }
    };
    let seen = tokio::select! {
        seen = looking => seen,
        () = stop.cancelled() => return Exit::Interrupted,
    };
    drop(sender);
    // It only shows.
    let _ = following.await;
    match seen {
        Err(error) => failed(&error, args.json),
        Ok(seen) => {
            if !args.json {
                terminal::out(&seen.text(&queue)).unwrap_or_default();
            }
            if seen.without_hub() > 0 { Exit::Refused } else { Exit::Done }
        }
    }
}

/// What has been seen of a queue.
struct Seen {
    results: Results,
    counts: Counts,
    outcomes: BTreeMap<String, u64>,
}

impl Seen {
    fn new(results: Results) -> Self {
        Self { results, counts: Counts::default(), outcomes: BTreeMap::new() }
    }

    /// Looks again; whether anything has changed.
    async fn look(&mut self, queue: &Queue) -> Result<bool, QueueError> {
        let before = std::mem::replace(&mut self.counts, queue.counts().await?);
        // Behind the counts: of a queue that is empty, every result is read.
        self.results.extend().await?;
        while let Some((entry, _)) = self.results.next().await? {
            *self.outcomes.entry(entry.outcome).or_default() += 1;
        }
        Ok(before != self.counts || self.counts == Counts::default())
    }

    fn outcome(&self, outcome: &str) -> u64 {
        self.outcomes.get(outcome).copied().unwrap_or(0)
    }

    fn with_result(&self) -> u64 {
        self.outcomes.values().sum()
    }

    fn without_hub(&self) -> u64 {
        self.with_result() - self.outcome("assigned") + self.counts.dead
    }

    fn all(&self) -> u64 {
        self.with_result() + self.counts.open() + self.counts.dead
    }

    fn progress(&self) -> Progress {
        let mut progress = Progress::default();
        progress.assigned = self.outcome("assigned");
        progress.refused = self.outcome("refused");
        progress.unusable = self.outcome("invalid-settings");
        progress.failed = self.with_result() - progress.assigned - progress.refused - progress.unusable;
        progress.dead = self.counts.dead;
        progress.under_way = self.counts.under_way;
        progress.waiting = self.counts.waiting;
        progress.share = 100;
        progress
    }

    fn json(&self, queue: &Queue) -> Value {
        json!({
            "version": 1,
            "run": queue.name().run.as_str(),
            "site": queue.name().site.as_str(),
            "waiting": self.counts.waiting,
            "underWay": self.counts.under_way,
            "results": self.with_result(),
            "outcomes": self.outcomes,
            "dead": self.counts.dead,
        })
    }

    fn text(&self, queue: &Queue) -> String {
        let mut text = format!("{}: {} devices\n", queue.name(), self.all());
        let mut line = |count: u64, what: &str| {
            if count > 0 {
                text += &format!("  {count:>8}  {what}\n");
            }
        };
        line(self.counts.waiting, "wait for a worker");
        line(self.counts.under_way, "under way, or to be tried again");
        for (outcome, count) in &self.outcomes {
            line(*count, outcome);
        }
        line(self.counts.dead, "dead letters");
        text
    }
}
