//! Requests to servers that come and go: while a leader is elected, or a server is started anew, nothing is lost.

use std::{fmt::Display, time::Duration};

use tokio::time::{Instant, sleep};

use super::{Ear, QueueError};

/// How long a request is tried again.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long what looks like a mistake is tried again: a server that has just been started is like one without JetStream.
const DOUBT: Duration = Duration::from_secs(5);
/// How long the first wait is, and the longest.
const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Why a request failed.
pub(super) enum Trouble {
    /// It may pass.
    Passing(String),
    /// It may pass soon, if it does at all.
    Doubtful(QueueError),
    /// It does not.
    Lasting(QueueError),
}

impl Trouble {
    pub(super) fn passing(error: impl Display) -> Self {
        Self::Passing(error.to_string())
    }
}

impl From<QueueError> for Trouble {
    fn from(error: QueueError) -> Self {
        Self::Lasting(error)
    }
}

/// Asks again while what is in the way may pass, up to two minutes. What the server says it does not permit does not pass.
pub(super) async fn patiently<T, F>(
    ear: &Ear,
    what: &'static str,
    mut ask: impl FnMut() -> F,
) -> Result<T, QueueError>
where
    F: Future<Output = Result<T, Trouble>>,
{
    let (started, mut wait, mut listening) = (Instant::now(), FIRST, ear.listen());
    loop {
        let answer = tokio::select! {
            answer = ask() => answer,
            refusal = listening.refusal() => return Err(refusal),
        };
        match answer {
            Ok(answer) => return Ok(answer),
            Err(Trouble::Lasting(error)) => return Err(error),
            Err(Trouble::Doubtful(error)) if started.elapsed() + wait > DOUBT => return Err(error),
            Err(Trouble::Passing(reason)) if started.elapsed() + wait > PATIENCE => {
                return Err(QueueError::GivenUp { what, reason });
            }
            Err(Trouble::Passing(_) | Trouble::Doubtful(_)) => sleep(wait).await,
        }
        wait = (wait * 2).min(LONGEST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::QueueName;

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_asked_again_and_not_for_ever() {
        let ear = Ear::of(QueueName { run: "a".parse().unwrap(), site: "b".parse().unwrap() });
        let mut asked = 0;
        let answer = patiently(&ear, "ask", || {
            asked += 1;
            let answer = if asked < 5 { Err(Trouble::passing("away")) } else { Ok(asked) };
            async move { answer }
        });
        assert_eq!(answer.await.unwrap(), 5);
        let started = Instant::now();
        let never = patiently(&ear, "ask", || async { Err::<(), _>(Trouble::passing("away")) }).await;
        assert!(matches!(never, Err(QueueError::GivenUp { what: "ask", .. })));
        assert!(started.elapsed() <= PATIENCE && started.elapsed() > PATIENCE / 2);
        let started = Instant::now();
        let doubtful =
            patiently(&ear, "ask", || async { Err::<(), _>(Trouble::Doubtful(QueueError::NoJetStream)) })
                .await;
        assert!(matches!(doubtful, Err(QueueError::NoJetStream)) && started.elapsed() <= DOUBT);
        let lasting = patiently(&ear, "ask", || async { Err::<(), _>(QueueError::NoJetStream.into()) }).await;
        assert!(matches!(lasting, Err(QueueError::NoJetStream)));
    }
}
