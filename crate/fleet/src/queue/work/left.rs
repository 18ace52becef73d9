//! What is left in the queue and given to nobody.
//!
//! Where servers of a cluster are killed, the one that leads the stream may keep messages that its consumer counts as done and
//! that the others have removed (seen of nats-server 2.9.10, with three of them). No worker gets those, and the queue is never
//! empty.

use async_nats::jetstream::consumer::PullConsumer;
use futures_util::TryStreamExt as _;

use super::{Shared, WORKERS};
use crate::queue::{
    QueueError,
    patience::{Trouble, patiently},
};

impl Shared {
    /// If the server says that it has nothing to give and waits for no worker: takes out every message of a device that has
    /// its result, or is dead. Whatever else is there may come yet.
    pub(super) async fn take_out_what_is_left(&self) -> Result<(), QueueError> {
        let work = &self.streams.work;
        let subjects = patiently(&self.queue.ear, "look at what is left", || async {
            let workers: PullConsumer = work.get_consumer(WORKERS).await.map_err(Trouble::passing)?;
            let info = workers.cached_info();
            if info.num_pending > 0 || info.num_ack_pending > 0 {
                return Ok(Vec::new());
            }
            let all = work.info_with_subjects(">").await.map_err(Trouble::passing)?;
            all.map_ok(|(subject, _)| subject).try_collect().await.map_err(Trouble::passing)
        });
        for subject in subjects.await? {
            let device = subject.rsplit('.').next().unwrap_or_default();
            let streams = &self.streams;
            if self.is_in(&streams.results, "results", device).await?
                || self.is_in(&streams.dead, "dead", device).await?
            {
                // Whoever comes first takes it out; one that stays is found again.
                if let Ok(message) = work.get_last_raw_message_by_subject(&subject).await {
                    let _ = work.delete_message(message.sequence).await;
                }
            }
        }
        Ok(())
    }
}
