//! One MQTT connection, without its socket: packets in, steps out.

mod answer;
mod hub;
mod provisioning;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use tokio::sync::Notify;

use crate::{
    behaviour::{self, Behaviour},
    certificate::Presented,
    dps::Dps,
    event::{CloseReason, What},
    fault::Stage,
    hub::HubUserName,
    journal::Ticket,
    matching::Applicant,
    mqtt::{Connect, Packet, PacketError},
    user_name::UserName,
};
use hub::AtHub;
use provisioning::Provisioning;

/// What is to be done, in this order.
#[derive(Debug)]
pub(crate) enum Step {
    /// From now on this connection is the one of that client ID.
    TakeOver(String),
    Send(Packet),
    /// Bytes that are no packet.
    SendBytes(Bytes),
    /// Wait until it is on the disk.
    Persist(Ticket),
    /// Wait before the next step.
    Pause(Duration),
    /// TCP is reset.
    Reset,
    /// From then on there is something to deliver.
    DeliverAt(Instant),
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
    AtDps { patience: Option<Duration>, provisioning: Provisioning },
    AtHub { patience: Duration, hub: Box<AtHub> },
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
            State::AtDps { .. } | State::AtHub { .. } => CloseReason::KeepAlive,
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

    /// Told when there is something to [`Self::deliver`]; `None` where nothing ever comes by itself.
    pub(crate) fn wake(&self) -> Option<Arc<Notify>> {
        match &self.state {
            State::AtHub { hub, .. } => Some(hub.wake()),
            State::BeforeConnect | State::AtDps { .. } => None,
        }
    }

    /// What a hub has for its device.
    pub(crate) fn deliver(&self, now: Now) -> Vec<Step> {
        match &self.state {
            State::AtHub { hub, .. } => hub.deliver(now),
            State::BeforeConnect | State::AtDps { .. } => Vec::new(),
        }
    }

    /// The connection is over. Returns what there is to tell of that.
    pub(crate) fn ended(&mut self, now: Now) -> Option<What> {
        match &mut self.state {
            State::AtHub { hub, .. } => hub.ended(now.wall),
            State::BeforeConnect | State::AtDps { .. } => None,
        }
    }

    pub(crate) fn handle(&mut self, packet: Packet, now: Now) -> Vec<Step> {
        match (&mut self.state, packet) {
            (State::BeforeConnect, Packet::Connect(connect)) => self.connect(connect, now),
            (State::BeforeConnect, _) => not_allowed("the first packet is not CONNECT"),
            (_, Packet::Connect(_)) => not_allowed("a second CONNECT"),
            (State::AtDps { patience, provisioning }, packet) => {
                self.deadline = patience.map(|patience| now.instant + patience);
                provisioning.handle(packet, &self.dps, self.presented.as_ref(), now)
            }
            (State::AtHub { patience, hub }, packet) => {
                self.deadline = Some(now.instant + *patience);
                hub.handle(packet, &self.dps, now)
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
        if !user_name.contains("/registrations/") {
            return self.connect_to_hub(&connect, user_name, now);
        }
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
        let device = Applicant {
            id_scope: &user_name.id_scope,
            registration_id: &user_name.registration_id,
            api_version: &user_name.api_version,
            presented: self.presented.as_ref(),
        };
        if let Some(decision) = self.dps.refuse_connect(device, now.wall) {
            return vec![
                Step::Tell(What::Decided { decision: Box::new(decision) }),
                Step::Send(Packet::ConnAck { code: 5, session_present: false }),
                Step::Close(CloseReason::Refused(5)),
            ];
        }
        let patience = patience(connect.keep_alive);
        self.deadline = patience.map(|patience| now.instant + patience);
        self.state = State::AtDps { patience, provisioning: Provisioning::new(user_name) };
        let happenings = self.dps.faults(Stage::Connect, &connect.client_id);
        let mut steps = vec![Step::TakeOver(connect.client_id.to_ascii_lowercase())];
        steps.extend(answer::send(&Packet::ConnAck { code: 0, session_present: false }, &happenings));
        steps
    }

    fn connect_to_hub(&mut self, connect: &Connect, user_name: &str, now: Now) -> Vec<Step> {
        let user_name = match HubUserName::parse(user_name) {
            Ok(user_name) => user_name,
            Err(error) => return refuse_connect(4, &behaviour::USER_NAME_FORM, error),
        };
        if let Some(module_id) = &user_name.module_id {
            let evidence =
                format!("the user name has the module {module_id:.100?}: modules are not emulated");
            return refuse_connect(5, &behaviour::HUB_MODULE, evidence);
        }
        if connect.client_id != user_name.device_id {
            let evidence = format!(
                "the client ID is {:?}, the user name has {:?}",
                connect.client_id, user_name.device_id
            );
            return refuse_connect(5, &behaviour::HUB_CLIENT_ID, evidence);
        }
        if let Err(refused) = self.dps.admit_to_hub(&user_name, self.presented.as_ref(), now.wall) {
            return refuse_connect(5, refused.behaviour, refused.evidence);
        }
        let patience = patience_at_hub(connect.keep_alive);
        self.deadline = Some(now.instant + patience);
        let HubUserName { host, device_id, model_id, .. } = &user_name;
        // No client ID at DPS has a slash, so that a device can be connected to both.
        let mut steps = vec![Step::TakeOver(format!("{host}/{device_id}"))];
        let bad_will = hub::check_will(connect.will.as_ref(), device_id);
        steps.extend(bad_will.map(|evidence| applied(&behaviour::HUB_WILL, evidence)));
        let (attachment, session_present, ticket) =
            self.dps.hubs().attach(host, device_id, connect.clean_session, model_id.as_deref(), now.wall);
        steps.extend(ticket.map(Step::Persist));
        let happenings = self.dps.faults(Stage::HubConnect, &connect.client_id);
        let hub = AtHub::new(user_name, attachment, connect.will.clone());
        self.state = State::AtHub { patience, hub: Box::new(hub) };
        steps.extend(answer::send(&Packet::ConnAck { code: 0, session_present }, &happenings));
        steps
    }
}

/// How long a hub bears any silence (`iot-mqtt-connect-to-iot-hub`).
const HUB_PATIENCE: Duration = Duration::from_secs(1767);

/// How long a silence is borne: 1.5 times the keep-alive (MQTT 3.1.1 section 3.1.2.10), forever without one.
fn patience(keep_alive: u16) -> Option<Duration> {
    (keep_alive > 0).then(|| Duration::from_millis(1500) * u32::from(keep_alive))
}

/// The same at a hub, which does not bear it forever.
fn patience_at_hub(keep_alive: u16) -> Duration {
    patience(keep_alive).map_or(HUB_PATIENCE, |patience| patience.min(HUB_PATIENCE))
}

fn refuse_connect(code: u8, behaviour: &'static Behaviour, evidence: String) -> Vec<Step> {
    vec![
        applied(behaviour, evidence),
        Step::Send(Packet::ConnAck { code, session_present: false }),
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
