//! The way to the service: name servers and proxies that do not do as they should, as the command line meets them, in real time.

use std::{
    collections::VecDeque,
    fs,
    process::Command,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use dps_x509_core::name::Transport;
use dps_x509_tests::{cli, environment::program};

use crate::{
    ONE, client,
    left::Left,
    name_server::{self, NameServer},
    proxy::{self, Proxy},
    stand::{Engine, Stand},
    table::{self, Table},
};

/// What a device gives itself.
const TIMEOUT: Duration = Duration::from_secs(6);

/// What starting and ending may take on a busy machine; the resolver alone would go on for longer.
const SLACK: Duration = Duration::from_secs(9);

/// The name of the emulator, for whoever has to resolve it.
pub(crate) const NAME: &str = "dps.fault.example";

/// What is on the way.
#[derive(Debug, Clone, Copy)]
enum Way {
    Resolve(name_server::Conduct),
    /// Nobody listens where the proxy is to be.
    NoProxy,
    Proxy(proxy::Conduct),
}

/// Every way, by a word; how often beside always.
fn ways() -> Vec<(&'static str, Way, Option<u32>)> {
    use name_server::Conduct as Name;
    use proxy::Conduct;
    const FORBIDDEN: &[u8] =
        b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nnot there";
    const GUARDED: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n";
    let resolve = |word, conduct, once| (word, Way::Resolve(conduct), once);
    let proxy = |word, conduct| (word, Way::Proxy(conduct), Some(1));
    vec![
        resolve("resolve: not found", Name::Code(3), Some(1)),
        resolve("resolve: failure", Name::Code(2), None),
        resolve("resolve: refused", Name::Code(5), None),
        resolve("resolve: no address", Name::Code(0), Some(1)),
        resolve("resolve: stall", Name::Stall, None),
        resolve("resolve: delay", Name::Delay(Duration::from_millis(300)), Some(1)),
        resolve("resolve: garbage", Name::Garbage, None),
        resolve("resolve: another's answer", Name::Other, None),
        resolve("resolve: truncated", Name::Truncated, None),
        resolve("resolve: duplicate", Name::Duplicate, Some(1)),
        resolve("resolve: nobody there", Name::Nobody, Some(1)),
        resolve("resolve: third address", Name::Third, Some(1)),
        ("proxy: refuse", Way::NoProxy, None),
        proxy("proxy: reset", Conduct::Reset),
        proxy("proxy: close", Conduct::Close),
        ("proxy: stall", Way::Proxy(Conduct::Stall), None),
        proxy("proxy: delay", Conduct::Delay(Duration::from_millis(300))),
        proxy("proxy: half", Conduct::Answers(&WAY_BEGUN)),
        ("proxy: half and stall", Way::Proxy(Conduct::AnswersAndStalls(&WAY_BEGUN)), None),
        proxy("proxy: garbage", Conduct::AnswersAndStalls(b"\0\xff\x1b[31m garbage\r\n\r\n")),
        proxy("proxy: oversize", Conduct::Oversize),
        proxy("proxy: trickle", Conduct::Trickle(Duration::from_millis(5))),
        ("proxy: trickle for ever", Way::Proxy(Conduct::Trickle(Duration::from_secs(2))), None),
        proxy("proxy: duplicate", Conduct::Duplicate),
        proxy("proxy: authentication", Conduct::Answers(GUARDED)),
        proxy("proxy: forbidden", Conduct::Answers(FORBIDDEN)),
        proxy("proxy: reset in the handshake", Conduct::ResetAfter(100)),
        proxy("proxy: close in the handshake", Conduct::CloseAfter(100)),
        ("proxy: stall in the handshake", Way::Proxy(Conduct::StallAfter(100)), None),
        proxy("proxy: every byte by itself", Conduct::Bytes),
    ]
}

const WAY_BEGUN: [u8; 20] = *b"HTTP/1.1 200 Connect";

#[test]
fn whatever_is_on_the_way_ends_as_the_table_says() {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let stand = Stand::new();
    let device = stand.device_files();
    let before = Left::seen(stand.folder());
    let emulator = stand.emulator(&format!("server-names = [\"{NAME}\"]\n"));
    let root = tempfile::NamedTempFile::new().unwrap();
    fs::write(root.path(), emulator.root_pem()).unwrap();
    let port = emulator.addr().port();
    let mut work = VecDeque::new();
    for (word, way, once) in ways() {
        for (times, count) in once.map(|count| ("once", count)).into_iter().chain([("always", u32::MAX)]) {
            for engine in [Engine::Native, Engine::Component] {
                work.extend(
                    Transport::ALL
                        .map(|transport| (format!("{word}, {times}"), way, count, engine, transport)),
                );
            }
        }
    }
    let (work, found) = (Mutex::new(work), Arc::new(Mutex::new(Table::new())));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let next = work.lock().unwrap().pop_front();
                    let Some((name, way, count, engine, transport)) = next else { return };
                    let resolver = tempfile::NamedTempFile::new().unwrap();
                    let mut command = Command::new(program("unshare"));
                    // In a namespace of its own, this file is that of the resolver.
                    command
                        .args(["--map-root-user", "--mount", "sh", "-c"])
                        .arg("mount --bind \"$1\" /etc/resolv.conf || exit 99; shift; exec \"$@\"");
                    command.arg("sh").arg(resolver.path()).arg(cli::binary());
                    command.args([
                        "provision",
                        "--json",
                        "--only-trust",
                        "--id-scope",
                        "0ne00111111",
                        "--timeout",
                        "6s",
                    ]);
                    command
                        .arg("--trust")
                        .arg(root.path())
                        .arg("--cert")
                        .arg(&device.chain)
                        .arg("--key")
                        .arg(&device.key);
                    command.args(["--transport", transport.as_str()]);
                    command.args(matches!(engine, Engine::Component).then_some("--component"));
                    let host = if matches!(way, Way::Resolve(_)) { NAME } else { "localhost" };
                    command.args(["--endpoint", &format!("{host}:{port}")]);
                    let (mut name_server, mut proxy) = (None, None);
                    match way {
                        Way::Resolve(conduct) => {
                            let server = NameServer::start(conduct, count);
                            let text = format!(
                                "nameserver {}\nsearch .\noptions timeout:5 attempts:3\n",
                                server.address
                            );
                            fs::write(resolver.path(), text).unwrap();
                            name_server = Some(server);
                        }
                        Way::NoProxy => {
                            command.args(["--proxy", "http://127.63.0.1:9"]);
                        }
                        Way::Proxy(conduct) => {
                            let server = Proxy::start(conduct, count);
                            command.args(["--proxy", &format!("http://{}", server.address)]);
                            proxy = Some(server);
                        }
                    }
                    let begun = Instant::now();
                    let run = cli::finish(command);
                    let took = begun.elapsed();
                    assert!(run.code != 99, "a namespace with another /etc/resolv.conf is needed: {run:?}");
                    assert!(took < TIMEOUT + SLACK, "{name}: {took:?}");
                    drop((name_server, proxy));
                    let outcome = client::told(run.json().as_object().unwrap()).join(", ");
                    let mut found = found.lock().unwrap();
                    *crate::of(found.entry(name).or_default(), engine, transport) = outcome;
                }
            });
        }
    });
    stand.stop(emulator);
    stand.assert_idle();
    before.assert_same(stand.folder());
    table::compare("ways", &found.lock().unwrap());
}
