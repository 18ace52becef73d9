//! In the place of the component, in a program that was built without it: a sentence.

use std::{convert::Infallible, path::Path, time::Duration};

use dps_x509_core::{
    finding::{Finding, Place, catalogue::COMPONENT_FAILED},
    session::{Event, ProvisioningReport, Settings},
};
use dps_x509_net::{Access, Cancellation};

/// There is none.
pub(super) enum Provisioner {}

/// Says that there is none.
pub(super) fn provisioner(_: Option<&Path>) -> Result<Provisioner, Vec<Finding>> {
    let message =
        "The component cannot be run: this program was built without it (the Cargo feature `component`).";
    let next_step = "Leave --component out; this program's own client says the same for the same settings.";
    Err(vec![Finding::new(&COMPONENT_FAILED, message, next_step).at(Place::input("--component"))])
}

impl Provisioner {
    pub(super) async fn provision(
        &self,
        _: &Settings,
        _: &Access,
        _: impl FnMut(Duration, Event<'_>),
        _: &Cancellation,
    ) -> Result<ProvisioningReport, Infallible> {
        match *self {}
    }
}
