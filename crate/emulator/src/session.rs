//! One MQTT connection, without its socket: packets in, steps out.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;

use crate::{
    behaviour::{self, Behaviour},
    certificate::Presented,
    dps::{Dps, Reply},
    event::{CloseReason, What},
    matching::Device,
    mqtt::{Connect, Packet, PacketError, Publish},
    topic::{self, Request},
    user_name::UserName,
};

/// What is to be done, in this order.
#[derive(Debug)]
pub(crate) enum Step {
    /// From now on this connection is the one of that client ID.
    TakeOver(String),
    Send(Packet),
    Tell(What),
    Close(CloseReason),
}

/// What time it is: the monotonic clock for limits, the wall clock for bodies and certificates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) instant: Instant,
    pub(crate) wall: SystemTime,
}

impl Now {
    pub(crate) fn read() -> Self {
        Self { instant: Instant::now(), wall: SystemTime::now() }
    }
}

#[derive(Debug)]
pub(crate) struct Session {
    dps: Arc<Dps>,
    presented: Option<Presented>,
    state: State,
    /// When it is closed if nothing comes.
    deadline: Option<Instant>,
}

#[derive(Debug)]
enum State {
    BeforeConnect,
    Connected(Connected),
}

#[derive(Debug)]
struct Connected {
    user_name: UserName,
    patience: Option<Duration>,
    /// The QoS granted for [`topic::RESPONSE_FILTER`].
    subscribed: Option<u8>,
    last_id: u16,
}

impl Session {
    /// A connection whose TLS handshake is done; CONNECT has to come within `patience`.
    pub(crate) fn new(dps: Arc<Dps>, presented: Option<Presented>, patience: Duration, now: Now) -> Self {
        Self { dps, presented, state: State::BeforeConnect, deadline: Some(now.instant + patience) }
    }

    /// When [`Self::timed_out`] has to be called if no packet comes.
    pub(crate) const fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(crate) const fn timed_out(&self) -> CloseReason {
        match self.state {
            State::BeforeConnect => CloseReason::TooSlow,
            State::Connected(_) => CloseReason::KeepAlive,
        }
    }

    /// Bytes that are not a packet.
    pub(crate) fn bad_packet(&self, error: PacketError) -> Vec<Step> {
        match (&self.state, &error) {
            (State::BeforeConnect, PacketError::ProtocolLevel { .. }) => {
                refuse_connect(1, &behaviour::MQTT_VERSION, error.to_string())
            }
            _ => vec![Step::Close(CloseReason::BadPacket(error))],
        }
    }

    pub(crate) fn handle(&mut self, packet: Packet, now: Now) -> Vec<Step> {
        match (&mut self.state, packet) {
            (State::BeforeConnect, Packet::Connect(connect)) => self.connect(connect, now),
            (State::BeforeConnect, _) => not_allowed("the first packet is not CONNECT"),
            (State::Connected(_), Packet::Connect(_)) => not_allowed("a second CONNECT"),
            (State::Connected(connected), packet) => {
                self.deadline = connected.patience.map(|patience| now.instant + patience);
                connected.handle(packet, &self.dps, self.presented.as_ref(), now)
            }
        }
    }

    fn connect(&mut self, connect: Connect, now: Now) -> Vec<Step> {
        if connect.has_password {
            return refuse_connect(5, &behaviour::PASSWORD, "CONNECT has a password".to_owned());
        }
        let Some(user_name) = &connect.user_name else {
            return refuse_connect(4, &behaviour::USER_NAME_FORM, "CONNECT has no user name".to_owned());
        };
        let user_name = match UserName::parse(user_name) {
            Ok(user_name) => user_name,
            Err(error) => return refuse_connect(4, &behaviour::USER_NAME_FORM, error),
        };
        if !connect.client_id.eq_ignore_ascii_case(&user_name.registration_id) {
            let evidence = format!(
                "the client ID is {:?}, the user name has {:?}",
                connect.client_id, user_name.registration_id
            );
            return refuse_connect(2, &behaviour::CLIENT_ID_DIFFERS, evidence);
        }
        let device = Device {
            id_scope: &user_name.id_scope,
            registration_id: &user_name.registration_id,
            presented: self.presented.as_ref(),
        };
        if let Some(decision) = self.dps.refuse_connect(device, now.wall) {
            return vec![
                Step::Tell(What::Decided { decision: Box::new(decision) }),
                Step::Send(Packet::ConnAck { code: 5 }),
                Step::Close(CloseReason::Refused(5)),
            ];
        }
        let patience = patience(connect.keep_alive);
        self.deadline = patience.map(|patience| now.instant + patience);
        self.state = State::Connected(Connected { user_name, patience, subscribed: None, last_id: 0 });
        vec![Step::TakeOver(connect.client_id.to_ascii_lowercase()), Step::Send(Packet::ConnAck { code: 0 })]
    }
}

impl Connected {
    fn handle(&mut self, packet: Packet, dps: &Dps, presented: Option<&Presented>, now: Now) -> Vec<Step> {
        match packet {
            Packet::Subscribe { id, filters } => self.subscribe(id, &filters),
            Packet::Unsubscribe { id, filters } => {
                if filters.iter().any(|filter| filter == topic::RESPONSE_FILTER) {
                    self.subscribed = None;
                }
                vec![Step::Send(Packet::UnsubAck { id })]
            }
            Packet::Publish(publish) => self.publish(&publish, dps, presented, now),
            // Answers are sent once; TCP carries them, so nothing waits for this.
            Packet::PubAck { .. } => Vec::new(),
            Packet::PingReq => vec![Step::Send(Packet::PingResp)],
            Packet::Disconnect => vec![Step::Close(CloseReason::Disconnected)],
            other => not_allowed(&format!("a client does not send {other}")),
        }
    }

    fn subscribe(&mut self, id: u16, filters: &[(String, u8)]) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut codes = Vec::new();
        for (filter, qos) in filters {
            if filter == topic::RESPONSE_FILTER {
                let granted = (*qos).min(1);
                self.subscribed = Some(granted);
                codes.push(granted);
            } else {
                codes.push(0x80);
                if steps.is_empty() {
                    steps.push(applied(&behaviour::FILTER, format!("the filter is {filter:.200?}")));
                }
            }
        }
        steps.push(Step::Send(Packet::SubAck { id, codes }));
        steps
    }

    fn publish(
        &mut self,
        publish: &Publish,
        dps: &Dps,
        presented: Option<&Presented>,
        now: Now,
    ) -> Vec<Step> {
        if publish.qos > 1 {
            return close_by(&behaviour::QOS_2, "PUBLISH with QoS 2".to_owned());
        }
        let request = match Request::parse(&publish.topic) {
            Ok(request) => request,
            Err(error) => return close_by(&behaviour::TOPIC, error.to_string()),
        };
        let mut steps = Vec::new();
        if publish.qos == 1 {
            steps.push(Step::Send(Packet::PubAck { id: publish.id }));
        }
        let device = Device {
            id_scope: &self.user_name.id_scope,
            registration_id: &self.user_name.registration_id,
            presented,
        };
        let (decision, reply) = match &request {
            Request::Register { .. } => {
                let (decision, reply) = dps.register(device, &publish.payload, now.wall);
                (Some(decision), reply)
            }
            Request::OperationStatus { operation_id, .. } => {
                dps.operation_status(device, operation_id, now.wall)
            }
        };
        steps.extend(decision.map(|decision| Step::Tell(What::Decided { decision: Box::new(decision) })));
        steps.push(self.answer(&request, reply));
        steps
    }

    fn answer(&mut self, request: &Request, reply: Reply) -> Step {
        let Some(qos) = self.subscribed else {
            let evidence = format!("the answer {} {} is not delivered", reply.status, reply.body);
            return applied(&behaviour::NOT_SUBSCRIBED, evidence);
        };
        let id = if qos > 0 { self.next_id() } else { 0 };
        Step::Send(Packet::Publish(Publish {
            topic: topic::response(reply.status, request.rid(), reply.retry_after),
            qos,
            id,
            dup: false,
            retain: false,
            payload: Bytes::from(reply.body),
        }))
    }

    /// 1 to 65,535, and again from 1: never 0.
    fn next_id(&mut self) -> u16 {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.last_id
    }
}

/// How long a silence is borne: 1.5 times the keep-alive (MQTT 3.1.1 section 3.1.2.10), forever without one.
fn patience(keep_alive: u16) -> Option<Duration> {
    (keep_alive > 0).then(|| Duration::from_millis(1500) * u32::from(keep_alive))
}

fn refuse_connect(code: u8, behaviour: &'static Behaviour, evidence: String) -> Vec<Step> {
    vec![
        applied(behaviour, evidence),
        Step::Send(Packet::ConnAck { code }),
        Step::Close(CloseReason::Refused(code)),
    ]
}

fn not_allowed(what: &str) -> Vec<Step> {
    vec![Step::Close(CloseReason::NotAllowed(what.to_owned()))]
}

fn close_by(behaviour: &'static Behaviour, evidence: String) -> Vec<Step> {
    vec![applied(behaviour, evidence.clone()), Step::Close(CloseReason::NotAllowed(evidence))]
}

const fn applied(behaviour: &'static Behaviour, evidence: String) -> Step {
    Step::Tell(What::Applied { behaviour, evidence })
}

#[cfg(test)]
mod tests;
