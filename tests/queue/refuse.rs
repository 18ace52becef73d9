//! What is refused: keys, strangers, wrong words, and messages that nobody can do anything with.

use std::fs;

use dps_x509_fleet::Key;
use dps_x509_tests::chain;
use serde_json::{Value, json};

use super::{Factory, Server, summary};

/// NKeys of two users, as `nsc` makes them; nothing but this test knows them.
const SEED: &str = "SUAO44QOMQYLGXDGYA55U6JAHQRKOBPGVOEJSFZ4JVHHUXWGYCHB6M4PMA";
const PUBLIC: &str = "UBFK2CET7C5DVCJZVH5VZZQUPIJNP7FSRHQZHXYDENLWEHOMYAW3FQAS";
const OTHER: &str = "SUAK4REKZBWE5DSN5RSFOKLQR32BQ45OPHDN76CO75ZTMCMJJB7QRZMCOA";

#[test]
fn a_key_in_a_list_is_not_sent() {
    let (factory, server) = (Factory::new(2), Server::start("one", ""));
    let key = fs::read_to_string(factory.0.path("devices/sensor-1/device-key.pem")).unwrap();
    let bare: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    for (secret, what) in [
        (key.as_str(), "a private key"),
        (bare.as_str(), "a private key"),
        ("pkcs11:object=a?pin-value=1234", "PIN"),
    ] {
        let rows =
            [json!({ "id": "a", "cert": "a.pem", "key": "a-key.pem" }), json!({ "id": "b", "note": secret })];
        factory.0.write("list.jsonl", &rows.map(|row| row.to_string()).join("\n"));
        for more in ["", "--lenient"] {
            let run = factory.submit("list.jsonl", &server.url(), more);
            assert_eq!(run.code, 1, "{run:?}");
            assert!(run.err.contains("DX131") && run.err.contains(what), "{run:?}");
            assert!(!run.err.contains(&bare) && !run.err.contains("1234"), "{run:?}");
        }
    }
    let watched = factory.queue("watch", &server.url(), "--once --json");
    assert_eq!(watched.json()["waiting"], 1, "the row without a key, by --lenient: {watched:?}");
}

#[test]
fn a_message_that_nobody_can_read_ends_as_a_dead_letter() {
    let (factory, server) = (Factory::new(2), Server::start("one", ""));
    let url = server.url();
    assert_eq!(factory.submit(".", &url, "").code, 0);
    let poison = ["not json at all", "{\"version\":99}", "", "\u{1b}[2J"];
    for (number, payload) in poison.iter().enumerate() {
        server.publish(&format!("dps-x509.default.default.work.poison{number}"), payload);
    }
    // One of a device, under the subject of another: whose result it were, nobody could say.
    let columns = json!([["cert", "devices/sensor-1/device-full-chain.pem"]]);
    let forged =
        json!({ "version": 1, "row": 1, "line": 1, "idScope": "0ne", "device": "x", "columns": columns });
    server.publish("dps-x509.default.default.work.0123456789abcdef0123456789abcdef", &forged.to_string());
    let worked = factory.queue("work", &url, "--rate none --json");
    assert_eq!((worked.code, &summary(&worked)["dead"]), (1, &5.into()), "{worked:?}");
    assert_eq!(summary(&worked)["assigned"], 2);
    let letters = factory.queue("results", &url, "--dead");
    let letters: Vec<Value> = letters.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(letters.len(), 5);
    let of =
        |subject: &str| letters.iter().find(|it| it["subject"].as_str().unwrap().ends_with(subject)).unwrap();
    assert_eq!(of("poison0")["message"], "not json at all");
    assert!(of("poison1")["reason"].as_str().unwrap().contains("no device"));
    assert!(of("cdef")["reason"].as_str().unwrap().contains("another device"));
    let watched = factory.queue("watch", &url, "");
    assert!(watched.code == 1 && watched.out.contains("5  dead letters"), "{watched:?}");
}

#[test]
fn a_device_that_has_its_result_is_not_done_again_whoever_asks() {
    let (factory, server) = (Factory::new(2), Server::start("one", ""));
    let url = server.url();
    assert_eq!(factory.submit(".", &url, "").code, 0);
    let worked = factory.queue("work", &url, "--rate none --json");
    assert_eq!(worked.code, 0, "{worked:?}");
    let report: Value = serde_json::from_str(worked.out.lines().next().unwrap()).unwrap();
    let message = json!({
        "version": 1, "row": 1, "line": 1, "idScope": report["idScope"], "device": report["device"], "columns": [],
    });
    let key = Key::of(report["idScope"].as_str().unwrap(), report["device"].as_str().unwrap());
    server.publish(&format!("dps-x509.default.default.work.{key}"), &message.to_string());
    let again = factory.queue("work", &url, "--rate none --json");
    assert_eq!((again.code, &summary(&again)["doneBefore"]), (0, &1.into()), "{again:?}");
    assert_eq!(factory.outcomes(&url, "").len(), 2);
}

#[test]
fn what_a_server_keeps_and_gives_to_nobody_is_taken_out() {
    let (factory, server) = (Factory::new(2), Server::start("one", ""));
    let url = server.url();
    assert_eq!(factory.submit(".", &url, "--lost-after 1s").code, 0);
    let worked = factory.queue("work", &url, "--rate none --json");
    assert_eq!(worked.code, 0, "{worked:?}");
    let report: Value = serde_json::from_str(worked.out.lines().next().unwrap()).unwrap();
    // A consumer that gives everything once: what it has given and heard nothing of stays in the stream.
    let (stream, subject) = ("dps-x509+default+default+work", "dps-x509.default.default.work");
    let config = json!({
        "durable_name": "workers", "deliver_policy": "all", "ack_policy": "explicit", "replay_policy": "instant",
        "ack_wait": 1_000_000_000, "max_deliver": 1, "max_ack_pending": -1,
    });
    let changed = server.request(
        &format!("$JS.API.CONSUMER.DURABLE.CREATE.{stream}.workers"),
        &json!({ "stream_name": stream, "config": config }).to_string(),
    );
    assert!(changed.contains("\"max_deliver\":1"), "{changed}");
    let key = Key::of(report["idScope"].as_str().unwrap(), report["device"].as_str().unwrap());
    server.publish(&format!("{subject}.{key}"), "of a device that has its result");
    server.publish(&format!("{subject}.other"), "of one that has none");
    let next = || server.request(&format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.workers"), "1");
    assert_eq!([next(), next()], ["of a device that has its result", "of one that has none"]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let open = || {
        let watched = factory.queue("watch", &url, "--once --json").json();
        watched["waiting"].as_u64().unwrap() + watched["underWay"].as_u64().unwrap()
    };
    assert_eq!(open(), 2);
    let again = factory.queue("work", &url, "--rate none --json --until 5s");
    assert_eq!(open(), 1, "{again:?}");
    assert_eq!(factory.outcomes(&url, "").len(), 2);
}

#[test]
fn whoever_is_not_let_in_is_told_with_what() {
    let factory = Factory::new(2);
    let named = |name: &str, text: &str| {
        factory.0.write(name, text);
        name.to_owned()
    };
    let by_password = Server::start("one", "authorization { user: line, password: right }\n");
    let by_nkey = Server::start("two", &format!("authorization {{ users: [ {{ nkey: {PUBLIC} }} ] }}\n"));
    let by_token = Server::start("three", "authorization { token: right }\n");
    let (right, wrong) = (named("right", "right\n"), named("wrong", "s3cret\n"));
    let (seed, other) = (named("seed", SEED), named("other", OTHER));
    for (server, good, bad, told) in [
        (
            &by_password,
            format!("--queue-user line --queue-password-file {right}"),
            format!("--queue-user line --queue-password-file {wrong}"),
            "the user line with the password in wrong",
        ),
        (&by_nkey, format!("--queue-nkey {seed}"), format!("--queue-nkey {other}"), "the NKey in other"),
        (
            &by_token,
            format!("--queue-token-file {right}"),
            format!("--queue-token-file {wrong}"),
            "the token in wrong",
        ),
    ] {
        for what in ["submit .", "work", "watch", "results"] {
            let scope = if what.starts_with("submit") { "--id-scope 0ne1" } else { "" };
            let run = factory.queue(what, &server.url(), &format!("{bad} {scope}"));
            assert!(
                run.code == 3 && run.err.contains(told) && !run.err.contains("s3cret"),
                "{what}: {run:?}"
            );
        }
        let none = factory.queue("watch", &server.url(), "--once");
        assert!(none.code == 3 && none.err.contains("a client without credentials"), "{none:?}");
        let run = factory.submit(".", &server.url(), &good);
        assert_eq!(run.code, 0, "{run:?}");
    }
    let bad = factory.queue("watch", &by_nkey.url(), &format!("--queue-nkey {right}"));
    assert!(bad.code == 2 && bad.err.contains("no seed"), "{bad:?}");
    let bad = factory.queue("watch", &by_nkey.url(), &format!("--queue-creds {right}"));
    assert!(bad.code == 2 && bad.err.contains("no credentials of NATS"), "{bad:?}");
    let gone = factory.queue("watch", &by_nkey.url(), "--queue-creds nothing.creds");
    assert!(
        gone.code == 2 && gone.err.contains("nothing.creds cannot be used: there is no such file"),
        "{gone:?}"
    );
    let clear = factory.queue("watch", &by_password.url().replace("://", "://line:s3cret@"), "");
    assert!(
        clear.code == 2 && clear.err.contains("give a file") && !clear.err.contains("s3cret"),
        "{clear:?}"
    );
}

#[test]
fn a_server_is_known_by_its_certificate() {
    let factory = Factory::new(2);
    let pki = chain::Factory::new();
    let server = pki.device_with(chain::server("localhost"));
    factory.0.write("server.pem", &server.chain);
    factory.0.write("server-key.pem", &server.key);
    factory.0.write("nats-ca.pem", &pki.intermediate.pem());
    let file = |name: &str| factory.0.path(name).display().to_string();
    let tls = format!(
        "tls {{ cert_file: \"{}\", key_file: \"{}\" }}\n",
        file("server.pem"),
        file("server-key.pem")
    );
    let nats = Server::start("one", &tls);
    let url = nats.url().replace("nats://127.0.0.1", "tls://localhost");
    let run = factory.submit(".", &url, "--queue-ca nats-ca.pem");
    assert_eq!(run.code, 0, "{run:?}");
    let unknown = factory.queue("watch", &url, "--once");
    assert!(unknown.code == 3 && unknown.err.contains("CA"), "{unknown:?}");
}

#[test]
fn without_jetstream_or_a_server_it_is_told_at_once() {
    let factory = Factory::new(2);
    let server = Server::start("one", "# jetstream is off\n");
    let run = factory.submit(".", &server.url(), "");
    assert!(run.code == 3 && run.err.contains("JetStream"), "{run:?}");
    let url = server.url();
    drop(server);
    let run = factory.submit(".", &url, "");
    assert!(run.code == 3 && run.err.contains("cannot be reached"), "{run:?}");
    for wrong in ["queue.example", "http://127.0.0.1:1", "nats://"] {
        let run = factory.queue("watch", wrong, "");
        assert!(run.code == 2 && run.err.contains("nats://HOST:4222"), "{run:?}");
    }
    let name = factory.queue("watch", &url, "--run a.b");
    assert!(name.code == 2 && name.err.contains("no name of a run"), "{name:?}");
}

/// A worker in a wrong folder gives everything back, and does not make results of it.
#[test]
fn a_worker_that_can_use_nothing_leaves_the_queue_to_others() {
    let (factory, server) = (Factory::new(30), Server::start("one", ""));
    let url = server.url();
    assert_eq!(factory.submit(".", &url, "").code, 0);
    fs::create_dir(factory.0.path("elsewhere")).unwrap();
    let lost = factory.queue("work", &url, "--rate none --folder elsewhere");
    assert!(lost.code == 5 && lost.err.contains("--folder"), "{lost:?}");
    assert_eq!(factory.outcomes(&url, "").len(), 0);
    let found = factory.queue("work", &url, "--rate none");
    assert_eq!(found.code, 0, "{found:?}");
    assert_eq!(factory.outcomes(&url, "").len(), 30);
}
