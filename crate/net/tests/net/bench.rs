//! A device on the bench, and what is told of its provisioning. The engine is the test program's `crate::run`.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use dps_x509_net::{
    Access, Cancellation, Identity, Trust,
    core::session::{
        ConnectionInfo, Event, NotAssigned, ProvisioningReport, Settings, mqtt::Packet, reply::Assigned,
    },
};

use crate::certificates::{Authority, Leaf};

/// A device and the root that it trusts.
pub(crate) struct Bench {
    pub(crate) authority: Authority,
    pub(crate) device: Leaf,
}

pub(crate) const REGISTRATION_ID: &str = "device-on-the-bench";

/// The events that came while it ran.
#[derive(Debug, Default)]
pub(crate) struct Events {
    pub(crate) words: Vec<String>,
    pub(crate) infos: Vec<ConnectionInfo>,
    pub(crate) noticed: Vec<&'static str>,
}

impl Events {
    fn take(&mut self, event: &Event<'_>) {
        self.words.push(word(event));
        match event {
            Event::Connected(info) => self.infos.push((*info).clone()),
            Event::Noticed(finding) => self.noticed.push(finding.code()),
            _ => {}
        }
    }
}

fn word(event: &Event<'_>) -> String {
    let packet = |packet: &Packet| {
        let text = packet.to_string();
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    match event {
        Event::Dialling { .. } => "dialling".to_owned(),
        Event::Connected(_) => "connected".to_owned(),
        Event::Disconnected(_) => "disconnected".to_owned(),
        Event::UpgradeSent(_) => "sent upgrade".to_owned(),
        Event::UpgradeAnswered(_) => "received upgrade".to_owned(),
        Event::Sent(sent) => format!("sent {}", packet(sent)),
        Event::Received(received) => format!("received {}", packet(received)),
        Event::Waiting { reason, .. } => format!("waiting: {}", reason.as_str()),
        Event::Ignored(ignored) => format!("ignored: {}", ignored.as_str()),
        Event::Noticed(finding) => format!("noticed {}", finding.code()),
        other => format!("{other:?}"),
    }
}

impl Bench {
    pub(crate) fn new() -> Self {
        let authority = Authority::new("bench root");
        let device = authority.device(REGISTRATION_ID);
        Self { authority, device }
    }

    pub(crate) fn access(&self) -> Access {
        let identity =
            Identity::from_pem(self.device.pem().as_bytes(), self.device.key_pem().as_bytes(), None);
        let trust = Trust::empty().add_pem(self.authority.pem().as_bytes()).unwrap();
        Access::new(identity.unwrap(), &trust).unwrap()
    }

    /// Provisions at a port of the loopback, with everything that happened.
    pub(crate) async fn provision(&self, port: u16) -> (ProvisioningReport, Events) {
        let access = self.access().allow("localhost", port);
        provision_with(&settings(port), &access, &Cancellation::new()).await
    }

    /// The not_assigned that a provisioning must end in.
    pub(crate) async fn fail(&self, port: u16) -> (NotAssigned, Events) {
        let (report, told) = self.provision(port).await;
        (not_assigned(report), told)
    }
}

pub(crate) fn settings(port: u16) -> Settings {
    Settings {
        id_scope: "0ne00000001".to_owned(),
        registration_id: REGISTRATION_ID.to_owned(),
        endpoint: Some(format!("localhost:{port}")),
        timeout: Some(Duration::from_secs(20)),
        ..Settings::default()
    }
}

pub(crate) async fn provision_with(
    settings: &Settings,
    access: &Access,
    cancellation: &Cancellation,
) -> (ProvisioningReport, Events) {
    let told = Arc::new(Mutex::new(Events::default()));
    let sink = Arc::clone(&told);
    let events = move |_, event: Event<'_>| sink.lock().unwrap().take(&event);
    let report = crate::run(settings, access, events, cancellation).await;
    let told = std::mem::take(&mut *told.lock().unwrap());
    (report, told)
}

pub(crate) fn assigned(report: ProvisioningReport) -> Assigned {
    report.result.expect("it was not assigned")
}

pub(crate) fn not_assigned(report: ProvisioningReport) -> NotAssigned {
    report.result.expect_err("it was assigned")
}
