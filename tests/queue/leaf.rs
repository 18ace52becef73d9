//! A factory's own server, a leaf node of another: it goes on while the way to that one is cut.

use dps_x509_tests::{cli, nats::free_port};

use super::{Factory, Server, sensors};

#[test]
fn a_factory_goes_on_while_its_uplink_is_down() {
    let factory = Factory::new(8);
    let port = free_port();
    let mut hub = Server::start(
        "hub",
        &format!(
            "jetstream {{ store_dir: \"STORE\", domain: head }}\nleafnodes {{ listen: \"127.0.0.1:{port}\" }}\n"
        ),
    );
    let leaf = Server::start(
        "leaf",
        &format!(
            "jetstream {{ store_dir: \"STORE\", domain: factory }}\n\
             leafnodes {{ reconnect: 1, remotes: [ {{ url: \"nats://127.0.0.1:{port}\" }} ] }}\n"
        ),
    );
    let site = "--site munich";
    assert_eq!(factory.submit(".", &leaf.url(), site).code, 0);
    hub.kill();
    let away = factory.queue("watch", &hub.url(), &format!("{site} --queue-domain factory --once"));
    assert!(away.code == 3 && away.err.contains("cannot be reached"), "{away:?}");
    let mut worker = factory.worker(&leaf.url(), &format!("{site} --rate none"));
    assert_eq!(cli::wait(&mut worker, "dps-x509 fleet work").code(), Some(0));
    assert_eq!(factory.outcomes(&leaf.url(), site).len(), 8);
    // The office sees it all once the way is there again.
    hub.run();
    let outcomes = factory.outcomes(&hub.url(), &format!("{site} --queue-domain factory"));
    assert_eq!(outcomes.into_keys().collect::<Vec<_>>(), sensors(8));
}
