//! Whatever keeps a queue from being used: it is a finding with its evidence and a next step, in text and in JSON, and the
//! exit code says whether the command line or the server is to be looked at.

use std::{
    cell::RefCell,
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use dps_x509_tests::{chain, cli::Run};

use super::{
    Factory, Server,
    schema::validator::{Document, FAILURE, lines, violations},
};

/// What a failure has to say.
struct Expected {
    exit: i32,
    code: &'static str,
    /// In the message or the evidence.
    said: &'static str,
    /// In the next step.
    next: &'static str,
}

const fn expected(exit: i32, code: &'static str, said: &'static str, next: &'static str) -> Expected {
    Expected { exit, code, said, next }
}

/// What was told in JSON, to be judged by the schema at once: the validator takes its time to start.
#[derive(Default)]
struct Told(RefCell<Vec<Document>>);

impl Told {
    fn judge(self) {
        let documents = self.0.into_inner();
        let violations = violations(&documents);
        assert!(!documents.is_empty() && violations.is_empty(), "{}", violations.join("\n"));
    }
}

/// Runs a command in both forms, and looks at what each says.
fn fails(told: &Told, factory: &Factory, what: &str, url: &str, more: &str, expected: &Expected) {
    let text = factory.queue(what, url, more);
    let name = format!("{what} --queue {url} {more}");
    assert_eq!(text.code, expected.exit, "{name}: {text:?}");
    for word in [expected.code, expected.said, expected.next, "next:"] {
        assert!(text.err.contains(word), "{name} does not say {word:?}: {text:?}");
    }
    assert!(text.out.is_empty(), "{name}: {text:?}");
    if what.starts_with("results") || what.starts_with("summary") {
        return;
    }
    let json = factory.queue(what, url, &format!("{more} --json"));
    assert_eq!(json.code, expected.exit, "{name}: {json:?}");
    is_told(told, &name, &json, expected);
}

/// The first line of JSON, and nothing beside it.
fn is_told(told: &Told, name: &str, run: &Run, expected: &Expected) {
    assert!(run.err.is_empty(), "{name}: {run:?}");
    let first: serde_json::Value = serde_json::from_str(run.out.lines().next().unwrap_or_default()).unwrap();
    let finding = &first["findings"][0];
    assert_eq!(finding["code"], expected.code, "{name}: {run:?}");
    let evidence = [&finding["message"], &finding["found"]];
    let has = |it: &&serde_json::Value| it.as_str().is_some_and(|text| text.contains(expected.said));
    assert!(evidence.iter().any(has), "{name} does not say {:?}: {run:?}", expected.said);
    assert!(finding["nextStep"].as_str().unwrap().contains(expected.next), "{name}: {run:?}");
    let only = Run { code: run.code, out: format!("{first}\n"), err: String::new() };
    told.0.borrow_mut().extend(lines(name, &only, FAILURE, None));
}

#[test]
fn a_server_that_is_not_there_or_is_another() {
    let told = Told::default();
    let factory = Factory::new(1);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (refused, unnamed) = (format!("nats://{closed}"), "nats://queue.invalid:4222");
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let of_web = format!("nats://{}", web.local_addr().unwrap());
    thread::spawn(move || {
        for client in web.incoming() {
            let mut client = client.unwrap();
            client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap_or_default();
            // Until it goes.
            let _ = client.read(&mut [0; 64]);
        }
    });
    for what in ["submit . --id-scope 0ne1", "work", "watch", "summary"] {
        let unreachable = expected(3, "DX142", "efused", "4222");
        fails(&told, &factory, what, &refused, "", &unreachable);
    }
    fails(&told, &factory, "watch", unnamed, "", &expected(3, "DX142", "queue.invalid", "Check the address"));
    fails(
        &told,
        &factory,
        "watch",
        &of_web,
        "",
        &expected(3, "DX142", "cannot be reached", "Check the address"),
    );
    for wrong in ["queue.example", "http://127.0.0.1:1", "nats://", "nats://a:b@queue.example"] {
        fails(&told, &factory, "watch", wrong, "", &expected(2, "DX141", "no address", "nats://HOST:4222"));
    }
    for (flag, why) in
        [("--queue-creds", "no such file"), ("--queue-ca", "no such file"), ("--queue-nkey", "no such file")]
    {
        fails(
            &told,
            &factory,
            "watch",
            &refused,
            &format!("{flag} gone"),
            &expected(2, "DX141", why, "another one"),
        );
    }
    told.judge();
}

#[test]
fn a_login_that_is_refused() {
    let told = Told::default();
    let factory = Factory::new(1);
    let server = Server::start("one", "authorization { user: line, password: right }\n");
    factory.0.write("wrong", "s3cret\n");
    let refused =
        expected(3, "DX143", "the user line with the password in wrong", "the server's configuration");
    for what in ["submit . --id-scope 0ne1", "work", "watch"] {
        fails(
            &told,
            &factory,
            what,
            &server.url(),
            "--queue-user line --queue-password-file wrong",
            &refused,
        );
    }
    let none = expected(3, "DX143", "without credentials", "the server's configuration");
    fails(&told, &factory, "watch", &server.url(), "", &none);
    told.judge();
}

#[test]
fn tls_that_does_not_come_about() {
    let told = Told::default();
    let factory = Factory::new(1);
    let (pki, other) = (chain::Factory::new(), chain::Factory::new());
    let server = pki.device_with(chain::server("localhost"));
    let client = other.device_with(chain::server("client"));
    for (name, text) in [
        ("server.pem", &server.chain),
        ("server-key.pem", &server.key),
        ("ca.pem", &pki.intermediate.pem()),
        ("other.pem", &other.intermediate.pem()),
        ("client.pem", &client.chain),
        ("client-key.pem", &client.key),
    ] {
        factory.0.write(name, text);
    }
    let file = |name: &str| factory.0.path(name).display().to_string();
    let tls = |more: &str| {
        let (cert, key) = (file("server.pem"), file("server-key.pem"));
        format!("tls {{ cert_file: \"{cert}\", key_file: \"{key}\" {more} }}\n")
    };
    let plain = Server::start("plain", "");
    let secure = Server::start("secure", &tls(""));
    let mutual = format!(", ca_file: \"{}\", verify: true", file("ca.pem"));
    let mutual = Server::start("mutual", &tls(&mutual));
    let by_name = |server: &Server| server.url().replace("nats://127.0.0.1", "tls://localhost");
    let by_address = |server: &Server| server.url().replace("nats://", "tls://");
    let fails = |url: String, more: &str, said, next| {
        fails(&told, &factory, "watch", &url, more, &expected(3, "DX142", said, next));
    };
    fails(by_name(&secure), "", "UnknownIssuer", "--queue-ca");
    fails(secure.url(), "", "UnknownIssuer", "--queue-ca");
    fails(by_name(&secure), "--queue-ca other.pem", "invalid peer certificate", "is the CA that signs");
    fails(by_address(&secure), "--queue-ca ca.pem", "not valid for name", "name that is dialled");
    fails(by_name(&plain), "--queue-ca ca.pem", "TLS", "--queue-ca");
    fails(by_name(&mutual), "--queue-ca ca.pem", "TLS", "--queue-cert");
    let stranger = "--queue-ca ca.pem --queue-cert client.pem --queue-key client-key.pem";
    fails(by_name(&mutual), stranger, "TLS", "trust what signs --queue-cert");
    told.judge();
}

#[test]
fn a_queue_that_is_not_there() {
    let told = Told::default();
    let factory = Factory::new(1);
    let (server, without) = (Server::start("one", ""), Server::start("two", "# jetstream is off\n"));
    let missing = expected(2, "DX144", "run default at site default", "dps-x509 fleet submit LIST");
    for what in ["work", "watch", "results"] {
        fails(&told, &factory, what, &server.url(), "", &missing);
    }
    let off = expected(3, "DX144", "JetStream", "nats-server -js");
    fails(&told, &factory, "submit . --id-scope 0ne1", &without.url(), "", &off);
    let alone = expected(3, "DX145", "replicas", "operator");
    fails(&told, &factory, "submit . --id-scope 0ne1 --replicas 3", &server.url(), "", &alone);
    told.judge();
}

/// A server says nothing to a request that its user may not make: who waits for the answer waits for ever.
#[test]
fn what_a_user_may_not_do_is_told_at_once() {
    let told = Told::default();
    let factory = Factory::new(2);
    factory.0.write("password", "p\n");
    let all = ["$JS.API.>", "$JS.ACK.>", "dps-x509.default.default.>", "dps-x509-rate.>"];
    let user = |name: &str, may_publish: &[&str], may_hear: &[&str]| {
        let list =
            |subjects: &[&str]| subjects.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        format!(
            "{{ user: {name}, password: p, permissions: {{ publish: [{}], subscribe: [{}] }} }}\n",
            list(may_publish),
            list(may_hear)
        )
    };
    let without = |left: usize| {
        all.iter().enumerate().filter(|(index, _)| *index != left).map(|(_, it)| *it).collect::<Vec<_>>()
    };
    let hears = ["_INBOX.>", "dps-x509-rate.>"];
    let users = [
        user("all", &all, &hears),
        user("api", &without(0), &hears),
        user("store", &without(2), &hears),
        user("rate", &without(3), &hears),
        user("deaf", &all, &["_INBOX.>"]),
        user("mute", &all, &["dps-x509-rate.>"]),
    ];
    let server = Server::start("one", &format!("authorization {{ users: [ {} ] }}\n", users.concat()));
    let (url, list) = (server.url(), "submit . --id-scope 0ne1");
    let by = |user: &str| format!("--queue-user {user} --queue-password-file password");
    let refused = |said| expected(3, "DX145", said, "operator");
    fails(&told, &factory, list, &url, &by("api"), &refused("$JS.API."));
    fails(&told, &factory, list, &url, &by("store"), &refused("dps-x509.default.default.work."));
    let scope = factory.0.text("idScope").to_owned();
    let submitted = factory.queue(&format!("submit . --id-scope {scope}"), &url, &by("all"));
    assert_eq!(submitted.code, 0, "{submitted:?}");
    fails(&told, &factory, "work", &url, &by("api"), &refused("$JS.API."));
    fails(&told, &factory, "work", &url, &by("rate"), &refused("dps-x509-rate."));
    fails(&told, &factory, "work", &url, &by("deaf"), &refused("Subscription to \"dps-x509-rate."));
    fails(&told, &factory, "watch", &url, &by("mute"), &refused("Subscription to \"_INBOX."));
    // What a document says that a user needs is all that it needs.
    let worked = factory.queue("work", &url, &format!("{} --rate none --json", by("all")));
    assert_eq!((worked.code, worked.out.lines().count()), (0, 3), "{worked:?}");
    // None of the others has taken a device before it knew.
    assert_eq!(worked.out.matches("\"attempts\":1,").count(), 2, "{worked:?}");
    assert_eq!(factory.0.registered().len(), 2);
    told.judge();
}
