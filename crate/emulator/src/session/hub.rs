//! The dialogue of a device with its hub, after CONNECT.

use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;
use tokio::sync::Notify;

use super::{Now, Step, answer, applied, not_allowed};
use crate::{
    behaviour::{self, Behaviour},
    dps::Dps,
    event::{CloseReason, MessageState, TwinAuthor, What},
    fault::{Action, Stage},
    hub::{
        Attachment, DeviceMessage, Filter, HubUserName, MethodAnswer, Queued, Sender, Topic, TwinError,
        is_telemetry, twin_response,
    },
    json,
    mqtt::{Packet, Publish, Will},
    timestamp,
};

#[derive(Debug)]
pub(super) struct AtHub {
    user_name: HubUserName,
    attachment: Attachment,
    /// What is said for the device if the connection breaks.
    will: Option<Will>,
}

impl AtHub {
    pub(super) const fn new(user_name: HubUserName, attachment: Attachment, will: Option<Will>) -> Self {
        Self { user_name, attachment, will }
    }

    /// Told when there is something to [`Self::deliver`].
    pub(super) fn wake(&self) -> Arc<Notify> {
        self.attachment.wake()
    }

    pub(super) fn handle(&mut self, packet: Packet, dps: &Dps, now: Now) -> Vec<Step> {
        match packet {
            Packet::Subscribe { id, filters } => self.subscribe(id, &filters, dps),
            Packet::Unsubscribe { id, filters } => {
                let mut steps: Vec<Step> =
                    self.attachment.unsubscribe(&filters).map(Step::Persist).into_iter().collect();
                steps.push(Step::Send(Packet::UnsubAck { id }));
                steps
            }
            Packet::Publish(publish) => self.publish(&publish, dps, now),
            Packet::PubAck { id } => match self.attachment.acknowledge(id) {
                Some(queued) => vec![self.tell_message(&queued, MessageState::Completed)],
                None => Vec::new(),
            },
            Packet::PingReq => vec![Step::Send(Packet::PingResp)],
            Packet::Disconnect => {
                self.will = None;
                answer::end(&dps.faults(Stage::Disconnect, &self.user_name.device_id))
            }
            other => not_allowed(&format!("a client does not send {other}")),
        }
    }

    /// What the service has for the device.
    pub(super) fn deliver(&self, now: Now) -> Vec<Step> {
        let delivery = self.attachment.deliver(now.wall);
        let mut steps = Vec::new();
        steps.extend(delivery.expired.iter().map(|it| self.tell_message(it, MessageState::DeadLettered)));
        if delivery.is_dismissed {
            steps.push(Step::Close(CloseReason::Dismissed));
            return steps;
        }
        steps.extend(delivery.packets.into_iter().map(|publish| Step::Send(Packet::Publish(publish))));
        steps.extend(delivery.delivered.iter().map(|it| self.tell_message(it, MessageState::Invisible)));
        steps.extend(delivery.completed.iter().map(|it| self.tell_message(it, MessageState::Completed)));
        let wait = delivery.next.and_then(|next| next.duration_since(now.wall).ok());
        steps.extend(wait.map(|wait| Step::DeliverAt(now.instant + wait)));
        steps
    }

    /// The connection is over: what the device left to be said is said, unless it took leave.
    pub(super) fn ended(&mut self, now: SystemTime) -> Option<What> {
        let will = self.will.take()?;
        let Some(Topic::Telemetry { properties }) = Topic::parse(&will.topic, &self.user_name.device_id)
        else {
            return None;
        };
        let message =
            DeviceMessage::new(self.sender(), properties, &will.payload, will.retain, now).into_will();
        Some(self.keep(message))
    }

    fn subscribe(&self, id: u16, filters: &[(String, u8)], dps: &Dps) -> Vec<Step> {
        let device_id = &self.user_name.device_id;
        let parsed: Vec<_> =
            filters.iter().map(|(text, qos)| (text.as_str(), *qos, Filter::parse(text, device_id))).collect();
        let known: Vec<bool> = parsed.iter().map(|(_, _, filter)| filter.is_some()).collect();
        let (codes, ticket) = self.attachment.subscribe(parsed);
        let mut steps = Vec::new();
        for (((text, _), code), is_known) in filters.iter().zip(&codes).zip(known) {
            if *code == 0x80 {
                let behaviour = if is_known { &behaviour::HUB_SUBSCRIPTIONS } else { &behaviour::HUB_FILTER };
                steps.push(applied(behaviour, format!("the filter is {text:.200?}")));
            }
        }
        steps.extend(ticket.map(Step::Persist));
        let happenings = dps.faults(Stage::HubSubscribe, device_id);
        steps.extend(answer::send(&Packet::SubAck { id, codes }, &happenings));
        steps
    }

    fn publish(&self, publish: &Publish, dps: &Dps, now: Now) -> Vec<Step> {
        if publish.qos > 1 {
            return super::close_by(&behaviour::HUB_QOS_2, "PUBLISH with QoS 2 to a hub".to_owned());
        }
        let topic = Topic::parse(&publish.topic, &self.user_name.device_id);
        let mut steps = match topic {
            None => {
                let (behaviour, what) = unknown_topic(&publish.topic);
                vec![applied(behaviour, format!("{what}: {:.200?}", publish.topic))]
            }
            Some(Topic::Telemetry { properties }) => {
                let body = &publish.payload;
                let message = DeviceMessage::new(self.sender(), properties, body, publish.retain, now.wall);
                vec![Step::Tell(self.keep(message))]
            }
            Some(Topic::TwinGet { rid }) => self.twin(rid, dps),
            Some(Topic::ReportedPatch { rid, version }) => {
                self.report(rid, &publish.payload, version, dps, now.wall)
            }
            Some(Topic::MethodResponse { status, rid }) => {
                self.method_response(rid, status, &publish.payload)
            }
        };
        if publish.qos == 1 {
            // Behind what has to last and what is told: whoever has seen the acknowledgement finds it. Before answers.
            let before =
                steps.iter().take_while(|step| matches!(step, Step::Persist(_) | Step::Tell(_))).count();
            steps.insert(before, Step::Send(Packet::PubAck { id: publish.id }));
        }
        steps
    }

    fn sender(&self) -> Sender<'_> {
        let HubUserName { host, device_id, model_id, .. } = &self.user_name;
        Sender { hub: host, device_id, model_id: model_id.as_deref() }
    }

    fn keep(&self, message: DeviceMessage) -> What {
        What::Telemetry { message: Box::new(self.attachment.tell(message).shown()) }
    }

    fn twin(&self, rid: &str, dps: &Dps) -> Vec<Step> {
        let body = self.attachment.twin().unwrap_or_default();
        self.answer_about_twin(200, rid, None, &body, dps)
    }

    fn report(&self, rid: &str, body: &[u8], expected: Option<u64>, dps: &Dps, now: SystemTime) -> Vec<Step> {
        let zeros = tell_zeros(body);
        match self.attachment.report(body, expected, now) {
            Ok((version, ticket)) => {
                let mut steps: Vec<Step> = ticket.map(Step::Persist).into_iter().chain(zeros).collect();
                steps.push(Step::Tell(What::TwinChanged {
                    hub: self.user_name.host.clone(),
                    device_id: self.user_name.device_id.clone(),
                    by: TwinAuthor::Device,
                }));
                steps.extend(self.answer_about_twin(204, rid, Some(version), "", dps));
                steps
            }
            Err(error) => {
                let (status, code, behaviour) = match error {
                    TwinError::Json(_) => (400, 400_004, &behaviour::HUB_TWIN_JSON),
                    TwinError::Version { .. } => (412, 412_001, &behaviour::HUB_TWIN_VERSION),
                    _ => (400, 400_000, &behaviour::HUB_TWIN_LIMITS),
                };
                let body = serde_json::json!({
                    "errorCode": code,
                    "trackingId": uuid::Uuid::new_v4(),
                    "message": error.to_string(),
                    "timestampUtc": timestamp::utc(now),
                });
                let mut steps: Vec<Step> = zeros.into_iter().collect();
                steps.push(applied(behaviour, error.to_string()));
                steps.extend(self.answer_about_twin(status, rid, None, &body.to_string(), dps));
                steps
            }
        }
    }

    fn answer_about_twin(
        &self,
        status: u16,
        rid: &str,
        version: Option<u64>,
        body: &str,
        dps: &Dps,
    ) -> Vec<Step> {
        let Some((qos, id)) = self.attachment.twin_answer() else {
            let evidence = format!("the answer {status} about the twin is not delivered");
            return vec![applied(&behaviour::NOT_SUBSCRIBED, evidence)];
        };
        let happenings = dps.faults(Stage::Twin, &self.user_name.device_id);
        let is_broken = happenings.iter().any(|happening| happening.action == Action::MalformedJson);
        let body = Bytes::copy_from_slice(body.as_bytes());
        let rid = answer::rid(rid, &happenings);
        let packet = Packet::Publish(Publish {
            topic: twin_response(status, rid, version, answer::is_reordered(&happenings)),
            qos,
            id,
            dup: false,
            retain: false,
            payload: if is_broken { body.slice(..body.len() / 2) } else { body },
        });
        answer::send(&packet, &happenings)
    }

    fn method_response(&self, rid: &str, status: i32, body: &[u8]) -> Vec<Step> {
        match MethodAnswer::parse(status, body).map(|answer| self.attachment.answer(rid, answer)) {
            Ok(true) => tell_zeros(body).into_iter().collect(),
            Ok(false) => {
                let evidence = format!("nobody waits for the answer {rid:.100?} of a method (any more)");
                vec![applied(&behaviour::HUB_METHOD_RESPONSE, evidence)]
            }
            Err(error) => vec![applied(&behaviour::HUB_METHOD_RESPONSE, error)],
        }
    }

    fn tell_message(&self, queued: &Queued, state: MessageState) -> Step {
        Step::Tell(What::CloudMessage {
            hub: self.user_name.host.clone(),
            device_id: self.user_name.device_id.clone(),
            message_id: queued.message.message_id.clone(),
            state,
        })
    }
}

/// That there is more than JSON in a body, if so.
fn tell_zeros(body: &[u8]) -> Option<Step> {
    let count = json::zeros(body);
    let evidence = || format!("{count} of the body's {} bytes are zeros behind its JSON", body.len());
    (count > 0).then(|| applied(&behaviour::ZEROS, evidence()))
}

/// Which rule applies to a topic that a device does not have, and what the topic is.
fn unknown_topic(topic: &str) -> (&'static Behaviour, &'static str) {
    let is_module = topic.strip_prefix("devices/").is_some_and(|rest| rest.contains("/modules/"));
    if is_module {
        (&behaviour::HUB_MODULE, "the topic of a module, which is not emulated")
    } else {
        (&behaviour::HUB_TOPIC, "a topic that the hub's device does not have")
    }
}

/// What is wrong with the will of a CONNECT.
pub(super) fn check_will(will: Option<&Will>, device_id: &str) -> Option<String> {
    let will = will?;
    (!is_telemetry(&will.topic, device_id)).then(|| format!("the will's topic is {:.200?}", will.topic))
}
