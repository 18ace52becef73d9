//! What is printed of a queue, judged by the schemas.

#[path = "../schema/validator.rs"]
#[expect(dead_code, reason = "it knows the schemas of everything")]
pub(super) mod validator;

use validator::{Document, FAILURE, FLEET_RESULT, FLEET_SUMMARY, lines, violations};

use super::{Factory, Server};

const FLEET_QUEUE: &str = "urn:dps-x509:schema:fleet-queue:1";

#[test]
fn what_is_told_of_a_queue_is_valid() {
    let (factory, server) = (Factory::new(3), Server::start("one", ""));
    let url = server.url();
    factory.0.cut_chain("sensor-3");
    let row = |id: &str| format!("{id},devices/{id}/device-full-chain.pem,devices/{id}/device-key.pem\n");
    let [one, two, three] = ["sensor-1", "sensor-2", "sensor-3"].map(row);
    factory.0.write("list.csv", &format!("id,cert,key\n{one}{two}{three}no columns\nsensor-9,,\n{one}"));
    let mut documents = Vec::new();
    let refused = factory.submit("list.csv", &url, "--json");
    // The row, and that nothing was sent because of it.
    assert_eq!((refused.code, refused.out.lines().count()), (1, 2), "{refused:?}");
    documents.extend(lines("submit", &refused, FLEET_QUEUE, Some(FAILURE)));
    documents.extend(lines(
        "submit",
        &factory.submit("list.csv", &url, "--json --lenient"),
        FLEET_QUEUE,
        None,
    ));
    documents.extend(lines("watch", &factory.queue("watch", &url, "--once --json"), FLEET_QUEUE, None));
    server.publish("dps-x509.default.default.work.poison", "poison");
    let worked = factory.queue("work", &url, "--json --rate none");
    assert_eq!(worked.out.lines().count(), 5, "{worked:?}");
    documents.extend(lines("work", &worked, FLEET_RESULT, Some(FLEET_SUMMARY)));
    documents.extend(lines("watch", &factory.queue("watch", &url, "--json"), FLEET_QUEUE, None));
    documents.extend(lines("dead", &factory.queue("results", &url, "--dead"), FLEET_QUEUE, None));
    documents.extend(lines("results", &factory.queue("results", &url, ""), FLEET_RESULT, None));
    let summary = factory.queue("summary", &url, "--format json");
    documents.push(Document::new("summary", FLEET_SUMMARY, summary.json()));
    let violations = violations(&documents);
    assert!(violations.is_empty(), "{} violations:\n{}", violations.len(), violations.join("\n"));
}
