//! The keys that individual enrollments and groups have in common.

use serde_json::{Map, Value};
use toml::Spanned;

use super::{
    Problem, Reader,
    schema::{Custom, Policy},
};
use crate::{
    allocation::{Allocation, CustomAllocation, Reprovision},
    behaviour,
    enrollment::Terms,
    hub::TwinChange,
};

#[derive(Default)]
pub(super) struct TermsEntry<'a> {
    pub(super) enabled: bool,
    pub(super) policy: Option<&'a Spanned<Policy>>,
    pub(super) hubs: Option<&'a [Spanned<String>]>,
    pub(super) custom: Option<&'a Spanned<Custom>>,
    pub(super) issues_certificates: bool,
    pub(super) reprovision: Reprovision,
    pub(super) initial_twin: Option<&'a Spanned<Map<String, Value>>>,
    pub(super) has_capabilities: bool,
}

impl Reader<'_> {
    pub(super) fn terms(
        &self,
        entry: &TermsEntry<'_>,
        linked: &[String],
        key: &'static str,
    ) -> Result<Terms, Problem> {
        let linked_hub = |hub: &Spanned<String>| self.linked_hub(hub, linked);
        let hubs = entry.hubs.map(|hubs| hubs.iter().map(linked_hub).collect()).transpose()?;
        let mut ignored = Vec::new();
        ignored.extend(entry.has_capabilities.then_some(&behaviour::CAPABILITIES));
        let allocation = self.allocation(entry, hubs.as_ref().map_or(linked, Vec::as_slice), key)?;
        let issues_certificates = entry.issues_certificates;
        let initial_twin = entry.initial_twin.map(|twin| {
            TwinChange::initial_by_hand(twin.get_ref().clone())
                .map(Box::new)
                .map_err(self.entry(twin, "initial-twin"))
        });
        let initial_twin = initial_twin.transpose()?;
        let (enabled, reprovision) = (entry.enabled, entry.reprovision);
        Ok(Terms { enabled, allocation, hubs, issues_certificates, reprovision, initial_twin, ignored })
    }

    pub(super) fn allocation(
        &self,
        entry: &TermsEntry<'_>,
        hubs: &[String],
        key: &'static str,
    ) -> Result<Option<Allocation>, Problem> {
        let Some(policy) = entry.policy else {
            return match entry.custom {
                Some(custom) => Err(self.entry(custom, key)("custom needs allocation = \"custom\"")),
                None => Ok(None),
            };
        };
        let wrong = |message: &str| Err(self.entry(policy, key)(message.to_owned()));
        let allocation = match (policy.get_ref(), entry.custom, hubs) {
            (Policy::Custom, Some(custom), _) => Allocation::Custom(self.custom(custom.get_ref(), hubs)?),
            (Policy::Custom, None, _) => {
                return wrong("allocation = \"custom\" needs what the function answers: custom = { … }");
            }
            (_, Some(_), _) => return wrong("custom needs allocation = \"custom\""),
            (Policy::Hashed, None, _) => Allocation::Hashed,
            (Policy::LowestLatency, None, _) => Allocation::LowestLatency,
            (Policy::Static, None, [hub]) => Allocation::Static(hub.clone()),
            (Policy::Static, None, _) => {
                return wrong("allocation = \"static\" needs exactly one hub in hubs");
            }
        };
        Ok(Some(allocation))
    }

    fn custom(&self, custom: &Custom, hubs: &[String]) -> Result<CustomAllocation, Problem> {
        if let Some(status) = custom.fails_with {
            return Ok(CustomAllocation::Fails { status });
        }
        let hub = custom.hub.as_ref().map(|hub| self.linked_hub(hub, hubs)).transpose()?;
        Ok(CustomAllocation::Answers { hub, payload: custom.payload.clone() })
    }

    fn linked_hub(&self, hub: &Spanned<String>, linked: &[String]) -> Result<String, Problem> {
        let name = self.hub(hub)?;
        if linked.contains(&name) {
            Ok(name)
        } else {
            let message = format!("{name} is not one of the hubs above it: {}", linked.join(", "));
            Err(self.entry(hub, "hubs")(message))
        }
    }
}
