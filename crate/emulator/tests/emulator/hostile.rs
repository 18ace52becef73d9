//! Clients that mean no good: afterwards it still stands, and whoever behaves is answered rightly.

use std::collections::HashMap;

use dps_x509_emulator::{Config, Emulator, Events, Limits, Running, What};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::JoinSet, time::timeout};

use crate::{
    client::{
        Client, FILTER, PATIENCE, REGISTER, SCOPE, at_once, connect, packet, publish, register, scope, start,
        subscribe, user_name,
    },
    pki::{Ca, Device},
};

async fn stand() -> (Running, Device) {
    let ca = Ca::root("root");
    let config = at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    (start(config).await, ca.device("device"))
}

async fn still_stands(emulator: &Running, device: &Device) {
    let (status, body) = register(emulator, Some(device), "device").await;
    assert_eq!((status.as_str(), &body["status"]), ("200", &"assigned".into()));
}

/// Waits until as many connections were closed. A task that panics never tells that its connection is closed.
async fn all_closed(events: &mut Events, count: usize) {
    let mut closed = 0;
    let wait = async {
        while closed < count {
            match events.next().await.expect("the emulator is gone").what {
                What::Closed { .. } => closed += 1,
                What::Missed { count } => panic!("{count} events were missed"),
                _ => {}
            }
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{closed} of {count} were closed"));
}

/// Numbers that look random, and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        // Xorshift.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % limit
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}

/// What a client may send, and much that it may not.
fn packets() -> Vec<Vec<u8>> {
    let poll = "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=1&operationId=4.0.0";
    vec![
        connect("device", &user_name(SCOPE, "device"), 60),
        connect("device", "localhost/device/?api-version=2021-04-12", 60),
        connect("", "", 0),
        subscribe(1, FILTER, 1),
        subscribe(1, "#", 2),
        subscribe(0, FILTER, 1),
        publish(REGISTER, 0, 0, b"{}"),
        publish(REGISTER, 1, 7, b"{"),
        publish(REGISTER, 2, 7, b""),
        publish(poll, 1, 8, b""),
        publish("$dps/registrations/PUT/iotdps-register/?$rid=%FF&$rid=2", 0, 0, b""),
        publish(&"x".repeat(60_000), 0, 0, b""),
        publish("devices/device/messages/events/", 1, 9, &[0xFF; 5000]),
        publish("$iothub/twin/GET/?$rid=1", 0, 0, b""),
        packet(0xA2, &[0, 1, 0, 1, b'#']),
        packet(0x40, &[0, 7]),
        packet(0x62, &[0, 7]),
        vec![0xC0, 0],
        vec![0xE0, 0],
        vec![0x00, 0],
        vec![0xF0, 0],
        b"GET /$iothub/websocket HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"PUT /0ne00000000/registrations/device/register?api-version=2021-06-01 HTTP/1.1\r\n\r\n".to_vec(),
    ]
}

/// Sends, and takes whatever comes until the end.
async fn attack(emulator: &Running, device: &Device, bytes: &[u8]) -> Vec<u8> {
    let mut client = Client::dial(emulator, Some(device)).await;
    client.try_send(bytes).await.unwrap_or_default();
    client.finish().await;
    client.rest_until_cut_off().await.0
}

#[tokio::test]
async fn packets_in_any_order_are_answered_rightly_or_end_the_connection() {
    let (emulator, device) = stand().await;
    let mut events = emulator.events();
    let (packets, mut numbers) = (packets(), Numbers(1));
    for _ in 0..150 {
        let count = 1 + numbers.below(6);
        let sent: Vec<&[u8]> = (0..count).map(|_| packets[numbers.below(packets.len())].as_slice()).collect();
        let answer = attack(&emulator, &device, &sent.concat()).await;
        let is_login = |bytes: &[u8]| bytes == packets[0] || bytes == packets[1];
        match answer.first() {
            None => assert!(!is_login(sent[0]), "a right CONNECT was not answered"),
            // Nothing but a refusal without a CONNECT, and no assignment without a subscription.
            Some(0x20) => {
                let assigned = String::from_utf8_lossy(&answer).contains("\"assigned\"");
                let subscribed = sent.contains(&packets[3].as_slice());
                assert!(!assigned || (subscribed && is_login(sent[0])), "{answer:?}");
            }
            Some(b'H') => assert!(answer.starts_with(b"HTTP/1.1 ")),
            Some(other) => panic!("the first answer begins with {other:#x}"),
        }
        all_closed(&mut events, 1).await;
    }
    still_stands(&emulator, &device).await;
}

#[tokio::test]
async fn damaged_conversations_do_no_harm() {
    let (emulator, device) = stand().await;
    let mut events = emulator.events();
    let mut numbers = Numbers(2);
    let packets = packets();
    let right = [&packets[0][..], &packets[3], &packets[6], &packets[9]].concat();
    for round in 0..150 {
        let mut bytes = right.clone();
        match round % 3 {
            0 => {
                let place = numbers.below(bytes.len());
                bytes[place] ^= 1 << numbers.below(8);
            }
            1 => bytes.truncate(numbers.below(bytes.len())),
            _ => {
                let length = numbers.below(400);
                bytes = numbers.bytes(length);
            }
        }
        attack(&emulator, &device, &bytes).await;
        all_closed(&mut events, 1).await;
    }
    still_stands(&emulator, &device).await;
}

#[tokio::test]
async fn bytes_that_are_no_tls_do_no_harm() {
    let (emulator, device) = stand().await;
    let mut events = emulator.events();
    let mut numbers = Numbers(3);
    for length in 0..50 {
        let mut tcp = TcpStream::connect(emulator.addr()).await.unwrap();
        tcp.write_all(&numbers.bytes(length * 8)).await.unwrap_or_default();
        drop(tcp);
    }
    all_closed(&mut events, 50).await;
    still_stands(&emulator, &device).await;
}

#[tokio::test]
async fn slow_clients_hold_nobody_up() {
    // How long a client may take is not what is tested: on a slow machine twenty others take long as well.
    let mut limits = Limits::default();
    limits.connect = PATIENCE * 30;
    let ca = Ca::root("root");
    let config = at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    let emulator = Emulator::new(config).limits(limits).start().await.unwrap();
    let device = ca.device("device");
    let mut slow = Client::dial(&emulator, Some(&device)).await;
    let login = connect("slow", &user_name(SCOPE, "slow"), 60);
    for byte in &login[..20] {
        slow.send(&[*byte]).await;
        still_stands(&emulator, &device).await;
    }
    slow.send(&login[20..]).await;
    assert_eq!(slow.packet().await, Some((0x20, vec![0, 0])));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_served_and_gone_again() {
    // Twice as many descriptors in this process, and room for what else runs.
    const CROWD: usize = 3000;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    assert!(maximum.is_none_or(|maximum| maximum > 8000), "the crowd needs 8,000 descriptors: ulimit -Hn");
    let (emulator, device) = stand().await;
    let address = emulator.addr();
    let mut silent = JoinSet::new();
    for _ in 0..CROWD {
        silent.spawn(TcpStream::connect(address));
    }
    let mut held = Vec::new();
    while let Some(connected) = silent.join_next().await {
        held.push(connected.unwrap().unwrap());
    }
    still_stands(&emulator, &device).await;

    let mut talking: HashMap<String, Client> = HashMap::new();
    for number in 0..50 {
        let id = format!("crowd-{number}");
        talking.insert(id.clone(), Client::open(&emulator, Some(&device), &id).await);
    }
    for (id, client) in &mut talking {
        let (topic, body) = client.ask(REGISTER, b"").await;
        assert!(topic.contains("res/401/"), "{topic}: the CN is not {id}");
        assert_eq!(body["errorCode"], 401_000);
    }
    drop((held, talking));
    still_stands(&emulator, &device).await;
    timeout(PATIENCE, emulator.shutdown()).await.expect("shutdown hangs");
}
