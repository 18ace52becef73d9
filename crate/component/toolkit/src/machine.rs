//! The machine as a resource.

use std::{cell::RefCell, collections::VecDeque};

use dps_x509_core::{
    finding::Finding,
    name::Endpoint,
    service::TlsAlert,
    session::{self, ConnectionId, Event, Instant, transcript},
};

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::machine::{
        self, Dial, Guest, GuestProvisioning, Happening, Input, Output,
    },
    contract::session::{Failure, Settings},
    mapping,
    naming::naming,
};

impl Guest for Toolkit {
    type Provisioning = Provisioning;

    fn alert_number(words: String) -> Option<u8> {
        TlsAlert::in_text(&words).map(TlsAlert::number)
    }
}

/// One provisioning. Calls do not overlap: a component runs one at a time.
pub(crate) struct Provisioning(RefCell<Running>);

struct Running {
    machine: session::Provisioning,
    endpoint: Endpoint,
    started: Instant,
    now: Instant,
    /// Warnings about the settings, which come before everything else.
    warnings: VecDeque<Finding>,
}

impl GuestProvisioning for Provisioning {
    fn start(settings: Settings, now: machine::Instant) -> Result<machine::Provisioning, Failure> {
        let now = Instant::from_millis(now);
        let seed = mapping::settings::seed(settings.seed);
        let (config, warnings) = match mapping::settings::read(settings).parse() {
            Ok(parsed) => parsed,
            Err(findings) => return Err(mapping::report::invalid(&findings)),
        };
        let endpoint = config.endpoint.clone();
        let machine = session::Provisioning::new(config, seed, now);
        let running = Running { machine, endpoint, started: now, now, warnings: warnings.into() };
        Ok(machine::Provisioning::new(Self(RefCell::new(running))))
    }

    fn handle_input(&self, now: machine::Instant, input: Input) {
        self.0.borrow_mut().handle_input(Instant::from_millis(now), input);
    }

    fn poll_output(&self) -> Output {
        self.0.borrow_mut().poll_output()
    }

    fn deadline(&self) -> machine::Instant {
        self.0.borrow().machine.deadline().as_millis()
    }

    fn report(&self) -> Option<String> {
        let running = self.0.borrow();
        let report = session::ProvisioningReport::new(running.machine.outcome()?, &running.endpoint);
        Some(serde_json::Value::Object(report.to_json(naming())).to_string())
    }
}

impl Running {
    fn handle_input(&mut self, now: Instant, input: Input) {
        self.now = self.now.max(now);
        let bytes;
        let input = match input {
            Input::Connected((at, info)) => session::Input::Connected(ConnectionId::new(at), info.into()),
            Input::ConnectFailed((at, failure)) => {
                session::Input::ConnectFailed(ConnectionId::new(at), failure.into())
            }
            Input::Received((at, received)) => {
                bytes = received;
                session::Input::Received(ConnectionId::new(at), &bytes)
            }
            Input::Closed((at, failure)) => {
                session::Input::Closed(ConnectionId::new(at), failure.map(Into::into))
            }
            Input::Timeout => session::Input::Timeout,
            Input::Cancel => session::Input::Cancel,
        };
        self.machine.handle_input(now, input);
    }

    fn poll_output(&mut self) -> Output {
        let at = self.now.since(self.started);
        let happening = |event: &Event<'_>| {
            let line = transcript::line(at, event);
            Output::Event(Happening { event: mapping::event::write(event), line })
        };
        if let Some(warning) = self.warnings.pop_front() {
            return happening(&Event::Noticed(&warning));
        }
        match self.machine.poll_output() {
            session::Output::Connect(connection, endpoint) => Output::Connect(Dial {
                connection: connection.number(),
                endpoint: mapping::transport::write_endpoint(endpoint),
            }),
            session::Output::Transmit(bytes) => Output::Transmit(bytes.to_vec()),
            session::Output::Close => Output::Close,
            session::Output::Event(event) => happening(&event),
            session::Output::Wait(instant) => Output::Wait(instant.as_millis()),
            session::Output::Done(outcome) => Output::Done(mapping::report::write(
                session::ProvisioningReport::new(outcome, &self.endpoint),
            )),
            // The core is of the same build: it says nothing that this version does not know.
            _ => Output::Wait(self.machine.deadline().as_millis()),
        }
    }
}
