//! The dialogue of a device with its hub, after CONNECT.

use bytes::Bytes;

use super::{Step, answer, applied, close_by, not_allowed};
use crate::{
    behaviour,
    dps::Dps,
    event::{CloseReason, What},
    fault::{Action, Stage},
    hub::{self, HubUserName, Message},
    mqtt::{Packet, Publish},
};

#[derive(Debug)]
pub(super) struct AtHub {
    user_name: HubUserName,
    /// The QoS granted for [`hub::TWIN_FILTER`].
    twin: Option<u8>,
    last_id: u16,
}

impl AtHub {
    pub(super) const fn new(user_name: HubUserName) -> Self {
        Self { user_name, twin: None, last_id: 0 }
    }

    pub(super) fn handle(&mut self, packet: Packet, dps: &Dps) -> Vec<Step> {
        match packet {
            Packet::Subscribe { id, filters } => self.subscribe(id, &filters, dps),
            Packet::Unsubscribe { id, filters } => {
                if filters.iter().any(|filter| filter == hub::TWIN_FILTER) {
                    self.twin = None;
                }
                vec![Step::Send(Packet::UnsubAck { id })]
            }
            Packet::Publish(publish) => self.publish(&publish, dps),
            Packet::PubAck { .. } => Vec::new(),
            Packet::PingReq => vec![Step::Send(Packet::PingResp)],
            Packet::Disconnect => vec![Step::Close(CloseReason::Disconnected)],
            other => not_allowed(&format!("a client does not send {other}")),
        }
    }

    fn subscribe(&mut self, id: u16, filters: &[(String, u8)], dps: &Dps) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut codes = Vec::new();
        for (filter, qos) in filters {
            let granted = (*qos).min(1);
            if hub::is_filter(filter, &self.user_name.device_id) {
                codes.push(granted);
            } else {
                codes.push(0x80);
                steps.push(applied(&behaviour::HUB_FILTER, format!("the filter is {filter:.200?}")));
            }
            if filter == hub::TWIN_FILTER {
                self.twin = Some(granted);
            }
        }
        let happenings = dps.faults(Stage::HubSubscribe, &self.user_name.device_id);
        steps.extend(answer::send(&Packet::SubAck { id, codes }, &happenings));
        steps
    }

    fn publish(&mut self, publish: &Publish, dps: &Dps) -> Vec<Step> {
        if publish.qos > 1 {
            return close_by(&behaviour::HUB_QOS_2, "PUBLISH with QoS 2 to a hub".to_owned());
        }
        let Some(message) = Message::parse(&publish.topic, &self.user_name.device_id) else {
            let evidence = format!("the hub's device has no topic {:.200?}", publish.topic);
            return close_by(&behaviour::HUB_TOPIC, evidence);
        };
        let mut steps = Vec::new();
        if publish.qos == 1 {
            steps.push(Step::Send(Packet::PubAck { id: publish.id }));
        }
        match message {
            Message::Telemetry { properties } => {
                let shown = publish.payload.get(..Packet::SHOWN).unwrap_or(&publish.payload);
                steps.push(Step::Tell(What::Telemetry {
                    hub: self.user_name.host.clone(),
                    device_id: self.user_name.device_id.clone(),
                    properties,
                    payload: String::from_utf8_lossy(shown).into_owned(),
                    length: publish.payload.len(),
                }));
            }
            Message::TwinGet { rid } => steps.extend(self.twin(rid, dps)),
        }
        steps
    }

    fn twin(&mut self, rid: &str, dps: &Dps) -> Vec<Step> {
        let Some(qos) = self.twin else {
            let evidence = "the twin is not delivered".to_owned();
            return vec![applied(&behaviour::NOT_SUBSCRIBED, evidence)];
        };
        let happenings = dps.faults(Stage::Twin, &self.user_name.device_id);
        let is_broken = happenings.iter().any(|happening| happening.action == Action::MalformedJson);
        let body = Bytes::from_static(hub::EMPTY_TWIN.as_bytes());
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        let rid = answer::rid(rid, &happenings);
        let packet = Packet::Publish(Publish {
            topic: hub::twin_response(rid, answer::is_reordered(&happenings)),
            qos,
            id: if qos > 0 { self.last_id } else { 0 },
            dup: false,
            retain: false,
            payload: if is_broken { body.slice(..body.len() / 2) } else { body },
        });
        answer::send(&packet, &happenings)
    }
}
