//! The dialogue of a device with DPS, after CONNECT.

use bytes::Bytes;

use super::{Now, Step, answer, applied, close_by, not_allowed};
use crate::{
    behaviour,
    certificate::Presented,
    dps::{Dps, Reply},
    event::What,
    fault::{Happening, Stage},
    matching::Applicant,
    mqtt::{Packet, Publish},
    topic::{self, Request},
    user_name::UserName,
};

#[derive(Debug)]
pub(super) struct Provisioning {
    user_name: UserName,
    /// The QoS granted for [`topic::RESPONSE_FILTER`].
    subscribed: Option<u8>,
    last_id: u16,
}

impl Provisioning {
    pub(super) const fn new(user_name: UserName) -> Self {
        Self { user_name, subscribed: None, last_id: 0 }
    }

    pub(super) fn handle(
        &mut self,
        packet: Packet,
        dps: &Dps,
        presented: Option<&Presented>,
        now: Now,
    ) -> Vec<Step> {
        match packet {
            Packet::Subscribe { id, filters } => self.subscribe(id, &filters, dps),
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
            Packet::Disconnect => {
                answer::end(&dps.faults(Stage::Disconnect, &self.user_name.registration_id))
            }
            other => not_allowed(&format!("a client does not send {other}")),
        }
    }

    fn subscribe(&mut self, id: u16, filters: &[(String, u8)], dps: &Dps) -> Vec<Step> {
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
        let happenings = dps.faults(Stage::Subscribe, &self.user_name.registration_id);
        steps.extend(answer::send(&Packet::SubAck { id, codes }, &happenings));
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
        let device = Applicant {
            id_scope: &self.user_name.id_scope,
            registration_id: &self.user_name.registration_id,
            api_version: &self.user_name.api_version,
            presented,
        };
        let outcome = match &request {
            Request::Register { .. } => dps.register(device, &publish.payload, now),
            Request::OperationStatus { operation_id, .. } => dps.operation_status(device, operation_id, now),
        };
        let decision = outcome.decision;
        steps.extend(decision.map(|decision| Step::Tell(What::Decided { decision: Box::new(decision) })));
        steps.extend(outcome.ticket.map(Step::Persist));
        steps.extend(self.answer(&request, outcome.reply, &outcome.happenings));
        steps
    }

    fn answer(&mut self, request: &Request, reply: Reply, happenings: &[Happening]) -> Vec<Step> {
        let Some(qos) = self.subscribed else {
            let evidence = format!("the answer {} {} is not delivered", reply.status, reply.body);
            return vec![applied(&behaviour::NOT_SUBSCRIBED, evidence)];
        };
        let id = if qos > 0 { self.next_id() } else { 0 };
        let rid = answer::rid(request.rid(), happenings);
        let is_reordered = answer::is_reordered(happenings);
        let packet = Packet::Publish(Publish {
            topic: topic::response(reply.status, rid, reply.retry_after, is_reordered),
            qos,
            id,
            dup: false,
            retain: false,
            payload: Bytes::from(reply.body),
        });
        answer::send(&packet, happenings)
    }

    /// 1 to 65,535, and again from 1: never 0.
    fn next_id(&mut self) -> u16 {
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.last_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packet_identifiers_are_never_zero() {
        let user_name = UserName::parse("s/registrations/r/api-version=2019-03-31").unwrap();
        let mut provisioning = Provisioning { user_name, subscribed: None, last_id: u16::MAX - 1 };
        assert_eq!([provisioning.next_id(), provisioning.next_id()], [u16::MAX, 1]);
    }
}
