//! An operation from its start to its end.

use std::time::SystemTime;

use dps_x509_core::service::known;

use super::{Dps, Reply, lock, refusal};
use crate::{
    allocation::Reprovision,
    behaviour, body,
    config::Config,
    journal::{Record, Ticket},
    matching::{Applicant, Decision, Verdict},
    operation::Operation,
    registration::Registration,
};

impl Dps {
    pub(super) fn look_up(
        &self,
        device: Applicant<'_>,
        operation_id: &str,
        now: SystemTime,
        ticket: &mut Option<Ticket>,
    ) -> (Option<Decision>, Reply) {
        let leaf = device.presented.map(|presented| presented.leaf.thumbprint);
        let mut operations = lock(&self.operations);
        let operation = operations.get_mut(operation_id, now).filter(|operation| {
            operation.leaf == leaf && operation.registration_id.eq_ignore_ascii_case(device.registration_id)
        });
        match operation {
            Some(operation) => {
                let was_finished = operation.is_finished();
                let reply = self.proceed(operation, now);
                if operation.is_finished() && !was_finished {
                    *ticket = self.append(|| Record::Operation(Box::new(operation.clone())));
                }
                (None, reply)
            }
            None => {
                let known = known::OPERATION_NOT_FOUND;
                let decision = Decision::refuse(device, &known, &behaviour::OPERATION_NOT_FOUND)
                    .because(format!("the operation ID is {operation_id:?}"));
                (Some(decision), refusal(known.code, known.message, &behaviour::OPERATION_NOT_FOUND, now))
            }
        }
    }

    pub(super) fn start(
        &self,
        config: &Config,
        device: Applicant<'_>,
        (decision, issued): (&Decision, Vec<String>),
        now: SystemTime,
        ticket: &mut Option<Ticket>,
    ) -> Reply {
        if let Verdict::Refused { code, message } = &decision.verdict {
            return refusal(*code, message, decision.behaviour, now);
        }
        let leaf = device.presented.map(|presented| presented.leaf.thumbprint);
        // A disabled enrollment has no operation that could be polled.
        let polls = if decision.verdict == Verdict::Disabled { 0 } else { config.pace.assigning_polls };
        let verdict = self.stays(config, device, decision);
        let mut operation = Operation::new(device.registration_id, leaf, verdict, polls, now);
        operation.reprovision = decision.reprovision;
        operation.issued = issued;
        operation.payload.clone_from(&decision.payload);
        operation.enrollment.clone_from(&decision.enrollment);
        operation.initial_twin.clone_from(&decision.initial_twin);
        let reply = self.proceed(&mut operation, now);
        if operation.verdict != Verdict::Disabled {
            let mut operations = lock(&self.operations);
            *ticket = self.append(|| Record::Operation(Box::new(operation.clone())));
            operations.insert(operation);
        }
        reply
    }

    /// The verdict for a device whose enrollment lets none move: its hub is the one that it has, as long as that is
    /// linked.
    fn stays(&self, config: &Config, device: Applicant<'_>, decision: &Decision) -> Verdict {
        if decision.reprovision == Reprovision::Never
            && matches!(decision.verdict, Verdict::Assigned { .. })
            && let Some(known) = lock(&self.registrations).get(device.registration_id)
            && config.hubs.iter().any(|hub| hub.eq_ignore_ascii_case(&known.hub))
        {
            return Verdict::Assigned { hub: known.hub.clone(), device_id: known.device_id.clone() };
        }
        decision.verdict.clone()
    }

    fn proceed(&self, operation: &mut Operation, now: SystemTime) -> Reply {
        if operation.is_still_assigning() {
            let retry_after = lock(&self.config).pace.retry_after;
            Reply { status: 202, retry_after: Some(retry_after), body: body::assigning(operation) }
        } else {
            if !operation.is_finished() {
                let mut registrations = lock(&self.registrations);
                let before = registrations.get(&operation.registration_id).map(|known| known.hub.clone());
                operation.registration = registrations.record(operation, now).map(Box::new);
                if let Some(registration) = &operation.registration {
                    let initial = operation.initial_twin.as_deref();
                    let Registration { hub, device_id, .. } = &**registration;
                    let moves = before.as_deref().filter(|before| before != hub);
                    if let (Some(before), Reprovision::Reset) = (moves, operation.reprovision) {
                        self.hubs.forget(before, device_id);
                    }
                    self.hubs.provision(hub, device_id, moves, initial, now);
                    // The record of the operation follows, and its ticket stands for both.
                    drop(self.append(|| Record::Registration(registration.clone())));
                }
            }
            let updated = operation.finish(now);
            Reply { status: 200, retry_after: None, body: body::finished(operation, updated) }
        }
    }
}
