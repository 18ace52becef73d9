//! The machine: a whole provisioning from the first dial to the outcome.

mod ending;
mod exchange;
mod hub;

pub use exchange::{Input, Output};

use std::time::Duration;

use super::{
    Config, ConnectionId, Seed,
    connection::{Progress, Question, Request, Session},
    event::WaitReason,
    flood::Idle,
    outbox::{Item, Outbox},
    outcome::{FailureCause, Outcome, Retry},
    peer::Peer,
    reply::{self, Asked, Assigned, Reply, ReplyError},
    retry,
    seed::Dice,
    stage::Stage,
    time::Instant,
    topic::{self, ResponseTopic},
    transport::{ConnectionInfo, TransportFailure, TransportFailureKind},
};
use crate::service::{Answer, Channel};

/// A whole provisioning: dialling, MQTT, register, polls, retries and the time limit.
///
/// It owns no clock and no socket. No order of calls is wrong: inputs that do not fit are ignored, extra
/// calls do nothing, and once it is done it stays done.
#[derive(Debug)]
pub struct Provisioning {
    config: Config,
    dice: Dice,
    peer: Peer,
    started: Instant,
    now: Instant,
    deadline: Instant,
    state: State,
    /// The request to send next, not before an instant.
    next: Option<(Instant, Request)>,
    /// The request that was sent last.
    asked: Option<Request>,
    operation: Option<String>,
    /// Random, so that an answer to an earlier run is not taken for one to this.
    rid_prefix: u32,
    requests: u32,
    /// Failures in a row, for the backoff.
    failures: u32,
    /// How often the service forgot the operation.
    forgotten: u32,
    /// What DPS said, once the assigned hub is being asked.
    assigned: Option<Assigned>,
    /// How often the hub did not let the device in.
    denied: u32,
    /// Dials to the present peer.
    attempts: u32,
    /// The connection that was dialled last: what is told of another is late.
    connection: ConnectionId,
    reached: bool,
    last_failure: Option<TransportFailure>,
    /// Over all connections.
    idle: Idle,
    out: Outbox,
    current: Item,
    outcome: Option<Outcome>,
}

#[derive(Debug)]
enum State {
    Dialling { give_up: Instant },
    Online(Session),
    Offline { redial: Instant },
}

/// How often a forgotten operation is registered again before that counts as the answer.
const MAX_FORGOTTEN: u32 = 3;

impl Provisioning {
    /// Starts a provisioning; its time limit counts from `now`.
    #[must_use]
    pub fn new(config: Config, seed: Seed, now: Instant) -> Self {
        let deadline = now + config.timeout;
        let mut dice = Dice::new(seed);
        let rid_prefix = u32::try_from(dice.roll() >> 32).unwrap_or_default();
        let mut machine = Self {
            peer: Peer::dps(&config),
            config,
            dice,
            started: now,
            now,
            deadline,
            state: State::Offline { redial: now },
            next: None,
            asked: None,
            operation: None,
            rid_prefix,
            requests: 0,
            failures: 0,
            forgotten: 0,
            assigned: None,
            denied: 0,
            attempts: 0,
            connection: ConnectionId::new(0),
            reached: false,
            last_failure: None,
            idle: Idle::default(),
            out: Outbox::default(),
            current: Item::Close,
            outcome: None,
        };
        machine.dial();
        machine
    }

    /// Takes an input. Time never runs backwards: an earlier `now` counts as the latest one seen. What is told of
    /// another connection than the last that was dialled counts as time that passed.
    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        if self.outcome.is_some() {
            return;
        }
        self.now = self.now.max(now);
        let connection = self.connection;
        match (input, &mut self.state) {
            (Input::Connected(at, info), State::Dialling { .. }) if at == connection => self.connected(info),
            (Input::Received(at, bytes), State::Online(session)) if at == connection => {
                session.push(bytes);
                self.read();
            }
            (Input::ConnectFailed(at, failure), State::Dialling { .. } | State::Online(_))
                if at == connection =>
            {
                self.lost(failure);
            }
            (Input::Closed(at, failure), State::Dialling { .. } | State::Online(_)) if at == connection => {
                let closed =
                    || TransportFailure::new(TransportFailureKind::Closed, "the peer closed the connection");
                self.lost(failure.unwrap_or_else(closed));
            }
            (Input::Cancel, _) => {
                self.out.take_back_dial();
                self.fail(FailureCause::Cancelled, Retry::After(Duration::ZERO));
            }
            _ => {}
        }
        self.run_timers();
    }

    /// The next thing for the host to do. To be called until it says [`Output::Wait`] or [`Output::Done`].
    #[must_use]
    pub fn poll_output(&mut self) -> Output<'_> {
        if let Some(item) = self.out.pop() {
            self.current = item;
            return self.current.as_output();
        }
        match &self.outcome {
            Some(outcome) => Output::Done(outcome),
            None => Output::Wait(self.wake()),
        }
    }

    /// When the whole provisioning must be over, for a host whose write or connect blocks.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The outcome, once there is one.
    #[must_use]
    pub const fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// Where it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.state {
            State::Dialling { .. } | State::Offline { .. } => Stage::Dial,
            State::Online(session) => match (session.stage(), self.next, self.asked) {
                // Just answered, and nothing planned yet: the answer is what it is about.
                (Stage::Wait, None, Some(Request::Register)) => Stage::Register,
                (Stage::Wait, None, Some(Request::Poll)) => Stage::Poll,
                (Stage::Wait, None, Some(Request::Twin)) => Stage::Twin,
                (stage, ..) => stage,
            },
        }
    }

    fn wake(&self) -> Instant {
        let wake = match &self.state {
            State::Dialling { give_up } => *give_up,
            State::Offline { redial } => *redial,
            State::Online(session) => {
                let next = match self.next {
                    Some((at, _)) if session.is_idle() => at,
                    _ => Instant::LAST,
                };
                session.wake(&self.config).min(next)
            }
        };
        wake.min(self.deadline)
    }

    /// Does what is due. Every pass changes the state or ends the loop, so that it ends.
    fn run_timers(&mut self) {
        while self.outcome.is_none() && self.now >= self.wake() {
            if self.now >= self.deadline {
                let last = self.last_failure.take();
                let cause = FailureCause::OutOfTime { timeout: self.config.timeout, wait: None, last };
                return self.fail(cause, Retry::After(Duration::ZERO));
            }
            match &mut self.state {
                State::Offline { .. } => self.dial(),
                State::Dialling { .. } => {
                    let detail = format!("no connection within {} s", Config::DIAL_TIMEOUT.as_secs());
                    self.out.push(Item::Close);
                    self.lost(TransportFailure::new(TransportFailureKind::TimedOut, detail));
                }
                State::Online(session) => match self.next {
                    Some((at, request)) if session.is_idle() && self.now >= at => self.request(request),
                    _ => {
                        if let Err(end) = session.tick(&self.config, self.now, &mut self.out) {
                            self.end(end);
                        }
                    }
                },
            }
        }
    }

    fn dial(&mut self) {
        self.out.tally.dials += 1;
        self.attempts += 1;
        self.connection = ConnectionId::new(self.out.tally.dials);
        let endpoint = self.peer.endpoint.clone();
        self.out.push(Item::Dialling { endpoint: endpoint.clone(), attempt: self.attempts });
        self.out.push(Item::Connect(self.connection, endpoint));
        self.state = State::Dialling { give_up: self.now + Config::DIAL_TIMEOUT };
    }

    fn connected(&mut self, info: ConnectionInfo) {
        self.reached = true;
        self.out.push(Item::Connected(info));
        match Session::start(&self.config, &self.peer, &mut self.dice, self.now, &mut self.out) {
            Ok(session) => self.state = State::Online(session),
            Err(end) => self.end(end),
        }
    }

    /// Works through everything received.
    fn read(&mut self) {
        while self.outcome.is_none() {
            let State::Online(session) = &mut self.state else { return };
            match session.next(&self.config, &self.peer, self.now, &mut self.idle, &mut self.out) {
                Ok(None) => return,
                Ok(Some(Progress::Ready)) => self.ready(),
                Ok(Some(Progress::Response { topic, body, request })) => {
                    self.answered(&topic, &body, request)
                }
                Err(end) => self.end(end),
            }
        }
    }

    /// Subscribed: goes on where the last connection left off, not before the service said.
    fn ready(&mut self) {
        match self.next {
            Some((at, _)) if at > self.now => {}
            _ if self.assigned.is_some() => self.request(Request::Twin),
            _ if self.operation.is_some() => self.request(Request::Poll),
            _ => self.request(Request::Register),
        }
    }

    fn request(&mut self, request: Request) {
        self.next = None;
        self.asked = Some(request);
        self.requests += 1;
        let rid = format!("{:08x}-{}", self.rid_prefix, self.requests);
        let (topic, body) = match (request, &self.operation) {
            (Request::Twin, _) => (topic::twin_get(&rid), String::new()),
            (Request::Poll, Some(operation)) => (topic::operation_status(&rid, operation), String::new()),
            _ => (topic::register(&rid), self.config.register_body()),
        };
        let State::Online(session) = &mut self.state else { return };
        let question = Question { request, rid, topic, body, qos: self.config.qos };
        if let Err(end) = session.ask(question, self.now, &mut self.out) {
            self.end(end);
        }
    }

    fn answered(&mut self, topic: &ResponseTopic, body: &[u8], request: Request) {
        let hint = topic.retry_after;
        if !(200..300).contains(&topic.status) {
            return self.refused(reply::refusal(topic.status, body), hint, request);
        }
        if request == Request::Twin {
            return self.twin(topic.status, body);
        }
        let operation_id = self.operation.as_deref().filter(|_| request == Request::Poll);
        let asked = Asked { registration_id: &self.config.registration_id, operation_id };
        match Reply::parse(topic.status, body, asked) {
            Ok(Reply::Assigned(assigned)) => self.assign(*assigned),
            Ok(Reply::Refused(answer)) => self.refused(*answer, hint, request),
            Ok(Reply::InProgress { operation_id, .. }) => {
                self.failures = 0;
                if operation_id.is_some() {
                    self.operation = operation_id;
                }
                if self.operation.is_none() {
                    let error = ReplyError::Missing { member: "operationId", body: reply::evidence(body) };
                    return self.fail(FailureCause::Unreadable(error), Retry::Pointless);
                }
                let reason = if hint.is_some() { WaitReason::RetryAfter } else { WaitReason::DefaultPoll };
                self.schedule(Request::Poll, retry::poll(hint), reason);
            }
            Err(error) => self.fail(FailureCause::Unreadable(error), Retry::Pointless),
        }
    }

    fn refused(&mut self, answer: Answer, hint: Option<Duration>, request: Request) {
        if answer.is_operation_not_found() && request == Request::Poll && self.forgotten < MAX_FORGOTTEN {
            self.forgotten += 1;
            self.operation = None;
            return self.schedule(Request::Register, retry::poll(hint), WaitReason::OperationForgotten);
        }
        if !answer.is_transient() {
            return self.fail(FailureCause::Refused(answer), Retry::Pointless);
        }
        let wait = match answer.class() {
            Some(500..) => self.backoff_after_fault(hint),
            _ => self.backoff(hint),
        };
        if self.now + wait >= self.deadline {
            return self.fail(FailureCause::Refused(answer), Retry::After(wait));
        }
        // A failed operation is over; a refused request is asked again.
        if answer.channel == Channel::Operation {
            self.operation = None;
        }
        let is_kept = self.operation.is_some() || request == Request::Twin;
        let request = if is_kept { request } else { Request::Register };
        self.schedule(request, wait, WaitReason::ServiceBusy);
    }

    fn schedule(&mut self, request: Request, wait: Duration, reason: WaitReason) {
        if self.now + wait >= self.deadline {
            let cause = FailureCause::OutOfTime {
                timeout: self.config.timeout,
                wait: Some((wait, reason)),
                last: self.last_failure.take(),
            };
            return self.fail(cause, Retry::After(wait));
        }
        self.out.push(Item::Waiting { duration: wait, reason });
        self.next = Some((self.now + wait, request));
    }
}
