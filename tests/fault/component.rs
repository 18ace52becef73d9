//! The component in its host, over real sockets, in virtual time: the clock stands still while anything may still come, and then
//! jumps to whatever the guest waits for.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use dps_x509_core::{
    name::{Endpoint, Transport},
    session::{Event, ProvisioningReport, Settings},
};
use dps_x509_host::{
    Provisioner,
    net::{Access, Cancellation},
};
use tokio::{runtime, sync::Notify, task};

use crate::client::{Client, HUB, QUIET, TIMEOUT, outcome};

/// A gate that holds the clock.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
    told: Notify,
}

#[derive(Default)]
struct State {
    events: u64,
    /// Whether the guest has said that it waits for nothing but the time.
    is_pausing: bool,
    is_over: bool,
}

impl Gate {
    fn tell(&self, event: &Event<'_>) {
        let mut state = self.state.lock().unwrap();
        state.events += 1;
        match event {
            Event::Waiting { .. } => state.is_pausing = true,
            Event::Sent(_) | Event::Dialling { .. } => state.is_pausing = false,
            _ => {}
        }
        drop(state);
        self.changed.notify_all();
        self.told.notify_waiters();
    }

    /// Returns once nothing more comes: the guest pauses, or the server was silent and is known to work.
    fn hold(&self, see_it_work: &dyn Fn()) {
        let mut state = self.state.lock().unwrap();
        let mut is_seen = None;
        while !state.is_pausing && !state.is_over && is_seen != Some(state.events) {
            let events = state.events;
            let (after, waited) = self.changed.wait_timeout(state, QUIET).unwrap();
            state = after;
            if waited.timed_out() && state.events == events {
                drop(state);
                see_it_work();
                state = self.state.lock().unwrap();
                is_seen = Some(events);
            }
        }
    }

    fn end(&self) {
        self.state.lock().unwrap().is_over = true;
        self.changed.notify_all();
    }
}

/// Provisions through the component, and says in a line what came of it.
pub(crate) fn provision(
    provisioner: &Provisioner,
    client: &Client,
    access: Access,
    transport: Transport,
) -> String {
    let address = client.address;
    let see_it_work = {
        let (client, localhost) =
            (Client::new(address, Arc::clone(&client.tls)), "localhost".parse().unwrap());
        move || drop(client.dial(&localhost).unwrap())
    };
    let port = transport.endpoint("localhost".parse::<Endpoint>().unwrap()).port();
    let to = address.ip().to_string();
    let access = ["localhost", HUB]
        .into_iter()
        .fold(access, |access, host| access.allow(host, port).connect_to(host, port, &to, address.port()));
    let mut settings = Settings::new("0ne00111111", "device-1");
    settings.endpoint = Some("localhost".to_owned());
    settings.transport = transport;
    settings.check_hub = true;
    settings.timeout = Some(TIMEOUT);
    let runtime = runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let report = runtime.block_on(held(provisioner, &settings, &access, Arc::new(see_it_work)));
    assert_eq!(runtime.metrics().num_alive_tasks(), 0, "tasks are left");
    outcome(&report).join(", ")
}

async fn held(
    provisioner: &Provisioner,
    settings: &Settings,
    access: &Access,
    see_it_work: Arc<dyn Fn() + Send + Sync>,
) -> ProvisioningReport {
    let gate = Arc::new(Gate::default());
    let events = {
        let gate = Arc::clone(&gate);
        move |_: Duration, event: Event<'_>| gate.tell(&event)
    };
    let cancellation = Cancellation::new();
    let provisioning = provisioner.provision(settings, access, events, &cancellation);
    tokio::pin!(provisioning);
    let report = loop {
        // As long as a blocking task runs, Tokio's clock does not go on by itself.
        let holding = task::spawn_blocking({
            let (gate, see_it_work) = (Arc::clone(&gate), Arc::clone(&see_it_work));
            move || gate.hold(&*see_it_work)
        });
        tokio::select! {
            biased;
            report = &mut provisioning => break report,
            held = holding => held.unwrap(),
        }
        // Now it does, up to what the guest waits for, and until that leads to something.
        let told = gate.told.notified();
        tokio::pin!(told);
        told.as_mut().enable();
        tokio::select! {
            biased;
            report = &mut provisioning => break report,
            () = told => {}
        }
    };
    gate.end();
    report.unwrap()
}

mod tests {
    use std::time::Instant;

    use super::*;

    /// What is silent is waited for in real time; who pauses is not.
    #[test]
    fn the_clock_is_held_while_something_may_come() {
        let gate = Gate::default();
        let begun = Instant::now();
        gate.hold(&|| {});
        assert!(begun.elapsed() >= QUIET);
        gate.state.lock().unwrap().is_pausing = true;
        gate.hold(&|| panic!("nobody has to be seen"));
    }
}
