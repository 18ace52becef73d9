//! One device: from its message to its result, or back into the queue.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_nats::jetstream::{
    self, AckKind,
    stream::{LastRawMessageErrorKind, Stream},
};
use dps_x509_core::session::retry;
use serde_json::{Map, Value, json};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    task::JoinHandle,
    time::{interval, sleep, timeout},
};

use super::{
    Shared,
    pull::{GRACE, PULL, Place, return_unused},
};
use crate::{
    device::Device,
    queue::{
        QueueError,
        message::Message,
        patience::{Trouble, patiently},
        submit::{Put, put},
    },
    run::{self, chance},
};

/// How often a device is given out without anybody bringing a result, besides those times that it is tried.
const LOST: u32 = 10;
/// How often a device is looked at by a worker that cannot use its files: another may have them.
const LOOKS: u32 = 3;

/// What became of a message.
pub(super) enum Step {
    /// It has a result, by this worker.
    Kept(Map<String, Value>),
    /// It had one.
    Had,
    /// It is given back, to be tried again.
    Again,
    /// It is given back, for its files cannot be used here.
    NotHere,
    Dead,
    Failed(QueueError),
}

/// Says again and again that a device is under way, until it is dropped.
struct Beat(JoinHandle<()>);

impl Beat {
    fn of(message: &Arc<jetstream::Message>, every: Duration) -> Self {
        let message = Arc::clone(message);
        Self(tokio::spawn(async move {
            let mut tick = interval(every);
            tick.tick().await;
            loop {
                tick.tick().await;
                // One that is lost is followed by others; if all are, another worker gets the device.
                let _ = message.ack_with(AckKind::Progress).await;
            }
        }))
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Brings a device to its result, or gives it back.
pub(super) async fn bring(shared: Arc<Shared>, message: jetstream::Message, place: Place) -> Step {
    let message = Arc::new(message);
    let _beat = Beat::of(&message, shared.beat);
    match shared.bring(&message, place).await {
        Ok(step) => step,
        Err(error) => {
            return_unused(&message).await;
            Step::Failed(error)
        }
    }
}

impl Shared {
    async fn bring(
        &self,
        message: &jetstream::Message,
        Place(slot, ahead): Place,
    ) -> Result<Step, QueueError> {
        let device = message.subject.rsplit('.').next().unwrap_or_default().to_owned();
        let given = message.info().map_or(1, |info| u32::try_from(info.delivered).unwrap_or(1)).max(1);
        if self.has_result(&device).await? {
            finish(message).await;
            return Ok(Step::Had);
        }
        let read = match Message::read(&message.payload) {
            Ok(read) if read.key().to_string() == device => read,
            Ok(_) => {
                return self.bury(message, &device, given, "its subject is that of another device").await;
            }
            Err(reason) => return self.bury(message, &device, given, &reason).await,
        };
        if given > self.work.attempts.saturating_add(LOST) {
            let reason = "it was given to workers again and again, and none brought a result; it may end the program that reads it";
            return self.bury(message, &device, given, reason).await;
        }
        let prepared = match Device::prepare(&read.to_row(), &self.work.plan).await {
            Ok(prepared) => prepared,
            Err(_) if given < LOOKS => {
                self.give_back(message, slot, retry::backoff(given - 1, None, chance())).await;
                return Ok(Step::NotHere);
            }
            Err(mut unusable) => {
                unusable.name = read.name();
                return self.keep(message, &device, unusable.to_json(SystemTime::now())).await;
            }
        };
        // Whoever may not speak to the others, or hear them, never has its turn.
        let mut listening = self.queue.ear.remember();
        tokio::select! {
            () = self.share.turn(&prepared.config().id_scope) => {}
            refusal = listening.refusal() => return Err(refusal),
        }
        drop(ahead);
        let report = self.provision(&prepared).await;
        let wait = report.result.as_ref().err().and_then(|shortfall| shortfall.retry_after);
        if let (Some(wait), true) = (wait, given < self.work.attempts) {
            let wait = retry::backoff(given - 1, Some(wait).filter(|wait| !wait.is_zero()), chance());
            self.give_back(message, slot, wait).await;
            return Ok(Step::Again);
        }
        self.keep(message, &device, prepared.to_json(&report, given, SystemTime::now())).await
    }

    async fn provision(&self, device: &Device) -> dps_x509_core::session::ProvisioningReport {
        let (busy, mut heard) = mpsc::unbounded_channel::<run::Busy>();
        let provisioning = run::provision(device, &busy);
        tokio::pin!(provisioning);
        loop {
            tokio::select! {
                Some(busy) = heard.recv() => self.share.busy(&busy.scope, busy.wait),
                report = &mut provisioning => return report,
            }
        }
    }

    async fn has_result(&self, device: &str) -> Result<bool, QueueError> {
        self.is_in(&self.streams.results, "results", device).await
    }

    /// Whether a stream has a message of a device.
    pub(super) async fn is_in(&self, stream: &Stream, what: &str, device: &str) -> Result<bool, QueueError> {
        let subject = &self.queue.name().subject(what, device);
        patiently(&self.queue.ear, "look for a result", || async {
            match stream.get_last_raw_message_by_subject(subject).await {
                Ok(_) => Ok(true),
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(false),
                Err(error) => Err(Trouble::passing(error)),
            }
        })
        .await
    }

    /// Stores a result, and then alone takes the device out of the queue.
    async fn keep(
        &self,
        message: &jetstream::Message,
        device: &str,
        mut result: Map<String, Value>,
    ) -> Result<Step, QueueError> {
        result.insert("worker".into(), json!(self.work.worker));
        let bytes = Value::Object(result.clone()).to_string().into_bytes();
        let subject = self.queue.name().subject("results", device);
        let put = put(&self.queue, subject, bytes.into()).await?;
        finish(message).await;
        Ok(match put {
            Put::New => Step::Kept(result),
            Put::There => Step::Had,
        })
    }

    /// A message that nobody can do anything with.
    async fn bury(
        &self,
        message: &jetstream::Message,
        device: &str,
        given: u32,
        reason: &str,
    ) -> Result<Step, QueueError> {
        let letter = json!({
            "version": 1,
            "reason": reason,
            "deliveries": given,
            "subject": message.subject.as_str(),
            "message": String::from_utf8_lossy(&message.payload),
            "worker": self.work.worker,
        });
        let subject = self.queue.name().subject("dead", device);
        put(&self.queue, subject, letter.to_string().into_bytes().into()).await?;
        finish(message).await;
        Ok(Step::Dead)
    }

    /// To be given out again after a time. Its place stays taken for so long: when the network is away, a worker stands
    /// still and does not go through the whole queue.
    async fn give_back(&self, message: &jetstream::Message, slot: OwnedSemaphorePermit, wait: Duration) {
        // If this is lost, the server gives it out when it has not heard of it for long enough.
        let _ = message.ack_with(AckKind::Nak(Some(wait))).await;
        tokio::spawn(async move {
            sleep(wait).await;
            drop(slot);
        });
    }
}

/// Takes a message out of the queue. One that stays there is found to have its result when it is given out again.
async fn finish(message: &jetstream::Message) {
    for _ in 0..3 {
        if matches!(timeout(PULL + GRACE, message.double_ack()).await, Ok(Ok(()))) {
            return;
        }
    }
}
