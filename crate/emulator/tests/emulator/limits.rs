//! Limits on time and number, and the end.

use std::time::Duration;

use dps_x509_emulator::{Config, Emulator, Limits, What};
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::timeout};

use crate::client::{
    Client, PATIENCE, REGISTER, SCOPE, close_reason, connect, event, scope, start, user_name,
};

fn limits(change: impl FnOnce(&mut Limits)) -> Emulator {
    let mut limits = Limits::default();
    change(&mut limits);
    Emulator::new(Config::new(scope())).limits(limits)
}

#[tokio::test]
async fn silence_beyond_the_keep_alive_ends_the_connection() {
    let emulator = start(Config::new(scope())).await;
    let mut events = emulator.events();
    let mut client = Client::dial(&emulator, None).await;
    client.send(&connect("device", &user_name(SCOPE, "device"), 1)).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    assert_eq!(client.packet().await, None);
    drop(client);
    assert_eq!(close_reason(&mut events).await, "silence for 1.5 times the keep-alive");
}

#[tokio::test]
async fn a_connection_without_connect_is_given_up() {
    let emulator = limits(|limits| limits.connect = Duration::from_millis(20)).start().await.unwrap();
    let mut events = emulator.events();
    let mut client = Client::dial(&emulator, None).await;
    client.send(b"\x10").await;
    assert_eq!(client.packet().await, None);
    drop(client);
    assert_eq!(close_reason(&mut events).await, "no handshake or no CONNECT in time");
}

#[tokio::test]
async fn a_connection_without_a_handshake_is_given_up() {
    let emulator = limits(|limits| limits.handshake = Duration::from_millis(20)).start().await.unwrap();
    let mut events = emulator.events();
    let mut tcp = TcpStream::connect(emulator.addr()).await.unwrap();
    let read = timeout(PATIENCE, tcp.read(&mut [0; 16])).await.unwrap();
    assert_eq!(read.unwrap(), 0);
    assert_eq!(close_reason(&mut events).await, "no handshake or no CONNECT in time");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_given_up() {
    let emulator = limits(|limits| limits.write = Duration::from_millis(20)).start().await.unwrap();
    let mut events = emulator.events();
    let mut client = Client::open(&emulator, None, "device").await;
    let pings = [0xC0, 0].repeat(1000);
    let flood = async {
        // Until the answers fill every buffer on the way: some 200,000 of them.
        for _ in 0..10_000 {
            if client.try_send(&pings).await.is_err() {
                return;
            }
        }
        panic!("it goes on answering");
    };
    let reason = async {
        loop {
            let reason = event(&mut events, |event| match event.what {
                What::Closed { reason } => Some(Some(reason.to_string())),
                What::Missed { .. } => Some(None),
                _ => None,
            });
            if let Some(reason) = reason.await {
                return reason;
            }
        }
    };
    let (_, reason) =
        timeout(PATIENCE * 3, async { tokio::join!(flood, reason) }).await.expect("nothing happens");
    assert_eq!(reason, "the client does not read what it is sent");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_turned_away_until_one_ends() {
    let emulator = limits(|limits| limits.connections = 1).start().await.unwrap();
    let mut events = emulator.events();
    let first = Client::open(&emulator, None, "first").await;
    let mut turned_away = TcpStream::connect(emulator.addr()).await.unwrap();
    let read = timeout(PATIENCE, turned_away.read(&mut [0; 16])).await.unwrap();
    assert_eq!(read.unwrap_or(0), 0);
    let limit = event(&mut events, |event| match event.what {
        What::TurnedAway { limit, .. } => Some(limit),
        _ => None,
    });
    assert_eq!(limit.await, 1);
    drop(first);
    close_reason(&mut events).await;
    // The place is free once the accepting task has seen the end; until then it says no again.
    for _ in 0..1000 {
        if crate::client::tls(&emulator, None, &rustls::version::TLS12, "localhost").await.is_ok() {
            return;
        }
    }
    panic!("the place was never free again");
}

#[tokio::test]
async fn shutdown_ends_every_connection_and_frees_the_port() {
    let emulator = start(Config::new(scope())).await;
    let address = emulator.addr();
    let mut events = emulator.events();
    let mut client = Client::open(&emulator, None, "device").await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    event(&mut events, |event| (event.connection == Some(2)).then_some(())).await;
    timeout(PATIENCE, emulator.shutdown()).await.expect("shutdown hangs");
    assert_eq!(client.packet().await, None);
    assert_eq!(timeout(PATIENCE, silent.read(&mut [0; 16])).await.unwrap().unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
    for _ in 0..2 {
        assert_eq!(close_reason(&mut events).await, "the emulator shuts down");
    }
    let end = async { while events.next().await.is_some() {} };
    timeout(PATIENCE, end).await.expect("a task is left that could still tell something");
}

#[tokio::test]
async fn dropping_it_ends_it_too() {
    let emulator = start(Config::new(scope())).await;
    let mut client = Client::open(&emulator, None, "device").await;
    let mut events = emulator.events();
    drop(emulator);
    assert_eq!(client.packet().await, None);
    let end = async { while events.next().await.is_some() {} };
    timeout(PATIENCE, end).await.expect("a task is left that could still tell something");
}

#[tokio::test]
async fn every_address_is_listened_on_and_shares_the_limit() {
    let emulator = limits(|limits| limits.connections = 1).also_listen("127.0.0.3:0".parse().unwrap());
    let emulator = emulator.start().await.unwrap();
    let [first, second] = *emulator.addrs() else { panic!("{:?}", emulator.addrs()) };
    assert_eq!((first, second.ip().to_string()), (emulator.addr(), "127.0.0.3".to_owned()));
    assert!(emulator.server_names().contains(&"127.0.0.3".to_owned()));
    let mut events = emulator.events();
    let held = TcpStream::connect(second).await.unwrap();
    event(&mut events, |event| matches!(event.what, What::Opened { .. }).then_some(())).await;
    let mut turned_away = TcpStream::connect(first).await.unwrap();
    let read = timeout(PATIENCE, turned_away.read(&mut [0; 16])).await.unwrap();
    assert_eq!(read.unwrap_or(0), 0);
    event(&mut events, |event| matches!(event.what, What::TurnedAway { limit: 1, .. }).then_some(())).await;
    drop(held);
    timeout(PATIENCE, emulator.shutdown()).await.unwrap();
    for address in [first, second] {
        assert!(TcpStream::connect(address).await.is_err());
    }
}

#[tokio::test]
async fn a_packet_that_never_comes_whole_is_given_up() {
    let emulator = limits(|limits| limits.packet = Duration::from_millis(50)).start().await.unwrap();
    let mut events = emulator.events();
    let mut client = Client::open(&emulator, None, "device").await;
    // A PUBLISH of 200,000 bytes is announced.
    client.send(&[0x30, 0xC0, 0x9A, 0x0C, 0, 1]).await;
    assert_eq!(client.packet().await, None);
    drop(client);
    assert_eq!(close_reason(&mut events).await, "a packet that began did not come to its end in time");
}

#[tokio::test]
async fn whoever_only_announces_large_packets_keeps_nobody_out() {
    let emulator = limits(|limits| limits.packet = Duration::from_millis(500)).start().await.unwrap();
    let mut clients = Vec::new();
    // 256 KiB each: more than there is room for.
    for number in 0..300 {
        let mut client = Client::open(&emulator, None, &format!("device-{number}")).await;
        client.send(&[0x30, 0x80, 0x80, 0x10, 0, 1]).await;
        clients.push(client);
    }
    let mut good = Client::open(&emulator, None, "good").await;
    assert_eq!(good.ask(REGISTER, b"").await.1["errorCode"], 401_000);
    for client in &mut clients {
        assert_eq!(client.packet().await, None);
    }
}
