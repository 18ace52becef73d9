//! How a connection ends, and how the whole provisioning does.

use std::time::Duration;

use super::{Provisioning, State};
use crate::session::{
    Config, Tally,
    connection::End,
    event::WaitReason,
    flood::Flood,
    outbox::Item,
    outcome::{Assignment, Failure, FailureCause, HubCheck, Retry},
    reply::Assigned,
    retry,
    stage::Stage,
    transport::{TransportFailure, TransportFailureKind},
    websocket::WebSocketFault,
};

impl Provisioning {
    /// This side has no more use for the connection.
    pub(super) fn end(&mut self, end: End) {
        match end {
            End::Refused(answer)
                if answer.return_code().is_some_and(|return_code| self.is_for_a_time(return_code)) =>
            {
                self.out.push(Item::Close);
                let wait = self.backoff(None);
                self.redial_or(wait, FailureCause::Refused(*answer));
            }
            End::WebSocket(WebSocketFault::Refused(answer)) if answer.is_transient() => {
                self.out.push(Item::Close);
                let wait = match answer.status {
                    500.. => self.backoff_after_fault(answer.retry_after()),
                    _ => self.backoff(answer.retry_after()),
                };
                self.redial_or(wait, FailureCause::WebSocket(WebSocketFault::Refused(answer)));
            }
            End::WebSocket(fault) => self.fail(FailureCause::WebSocket(fault), Retry::Pointless),
            End::Closed(failure) => {
                self.out.push(Item::Close);
                self.lost(failure);
            }
            End::Refused(answer) => self.fail(FailureCause::Refused(*answer), Retry::Pointless),
            End::Violation(violation) => self.fail(FailureCause::Violation(violation), Retry::Pointless),
            End::OutOfPlace { packet } => self.fail(FailureCause::OutOfPlace { packet }, Retry::Pointless),
            End::Flooded(Flood { packets, bytes }) => {
                self.fail(FailureCause::Flooded { packets, bytes }, Retry::Pointless);
            }
            End::Unsendable(error) => self.fail(FailureCause::Unsendable(error), Retry::Pointless),
            End::Silent => {
                let detail = format!("no answer within {} s", Config::RESPONSE_TIMEOUT.as_secs());
                self.out.push(Item::Close);
                self.lost(TransportFailure::new(TransportFailureKind::Silent, detail));
            }
        }
    }

    /// The connection, or the dial, is gone.
    pub(super) fn lost(&mut self, failure: TransportFailure) {
        self.out.push(Item::Disconnected(failure.clone()));
        if !failure.kind.can_retry(self.reached) {
            let stage = self.stage();
            self.state = State::Offline { redial: self.deadline };
            return self.finish(stage, FailureCause::Transport(failure), Retry::Pointless);
        }
        self.last_failure = Some(failure.clone());
        let wait = self.backoff(None);
        self.redial_or(wait, FailureCause::Transport(failure));
    }

    /// Dials again after a while; if the time left does not allow that, `cause` is the outcome.
    pub(super) fn redial_or(&mut self, wait: Duration, cause: FailureCause) {
        let stage = self.stage();
        let redial = self.now + wait;
        self.state = State::Offline { redial };
        if redial >= self.deadline {
            return self.finish(stage, cause, Retry::After(wait));
        }
        self.out.push(Item::Waiting { duration: wait, reason: WaitReason::Redial });
    }

    pub(super) fn backoff(&mut self, hint: Option<Duration>) -> Duration {
        let wait = retry::backoff(self.failures, hint, self.dice.roll());
        self.failures = self.failures.saturating_add(1);
        wait
    }

    pub(super) fn backoff_after_fault(&mut self, hint: Option<Duration>) -> Duration {
        let wait = retry::after_fault(self.failures, hint, self.dice.roll());
        self.failures = self.failures.saturating_add(1);
        wait
    }

    pub(super) fn assign(&mut self, assigned: Assigned) {
        self.hang_up(true);
        if self.config.check_hub { self.ask_hub(assigned) } else { self.succeed(assigned, None) }
    }

    pub(super) fn succeed(&mut self, assigned: Assigned, hub: Option<HubCheck>) {
        let tally = self.tally();
        self.outcome = Some(Ok(Assignment { assigned, hub, tally }));
    }

    pub(super) fn fail(&mut self, cause: FailureCause, retry: Retry) {
        let stage = self.stage();
        // To a peer that breaks the protocol nothing more is said (MQTT 3.1.1 section 4.8).
        let polite = !matches!(
            cause,
            FailureCause::Violation(_)
                | FailureCause::OutOfPlace { .. }
                | FailureCause::WebSocket(_)
                | FailureCause::Flooded { .. }
                | FailureCause::Unsendable(_)
        );
        self.hang_up(polite && stage > Stage::Connect);
        self.finish(stage, cause, retry);
    }

    pub(super) fn finish(&mut self, stage: Stage, cause: FailureCause, retry: Retry) {
        let tally = self.tally();
        let failure = Failure { cause, stage, retry, tally };
        match self.assigned.take() {
            // Whatever comes of the hub, the device is assigned.
            Some(assigned) => {
                let findings = failure.at_hub(&self.peer.endpoint);
                self.succeed(assigned, Some(Err(findings)));
            }
            None => self.outcome = Some(Err(failure)),
        }
    }

    pub(super) fn hang_up(&mut self, polite: bool) {
        if matches!(self.state, State::Offline { .. }) {
            return;
        }
        if let (true, State::Online(session)) = (polite, &mut self.state) {
            session.disconnect(self.now, &mut self.out);
        }
        self.out.push(Item::Close);
        self.state = State::Offline { redial: self.deadline };
    }

    pub(super) fn tally(&self) -> Tally {
        let mut tally = self.out.tally;
        tally.elapsed = self.now.since(self.started);
        tally
    }
}
