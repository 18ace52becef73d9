use std::time::UNIX_EPOCH;

use dps_x509_core::name::IdScope;

use super::*;
use crate::{config::Config, topic};

fn session(now: Now) -> Session {
    let dps = Dps::new(Config::new(IdScope::new("0ne00000000").unwrap()));
    Session::new(Arc::new(dps), None, Duration::from_secs(10), now)
}

fn now() -> Now {
    Now { instant: Instant::now(), wall: UNIX_EPOCH }
}

fn later(now: Now, seconds: u64) -> Now {
    Now { instant: now.instant + Duration::from_secs(seconds), ..now }
}

fn connect(client_id: &str, user_name: Option<&str>, keep_alive: u16) -> Packet {
    Packet::Connect(Connect {
        client_id: client_id.to_owned(),
        user_name: user_name.map(str::to_owned),
        has_password: false,
        will: None,
        clean_session: true,
        keep_alive,
    })
}

const USER_NAME: &str = "0ne00000000/registrations/device/api-version=2019-03-31";

fn sent(steps: &[Step]) -> Vec<String> {
    let sent = steps.iter().filter_map(|step| match step {
        Step::Send(packet) => Some(packet.to_string()),
        _ => None,
    });
    sent.collect()
}

fn closed(steps: &[Step]) -> Option<&CloseReason> {
    steps.iter().find_map(|step| match step {
        Step::Close(reason) => Some(reason),
        _ => None,
    })
}

#[test]
fn the_keep_alive_is_borne_one_and_a_half_times() {
    let start = now();
    let mut session = session(start);
    assert_eq!(session.deadline(), Some(later(start, 10).instant));
    assert_eq!(session.timed_out(), CloseReason::TooSlow);

    session.handle(connect("device", Some(USER_NAME), 4), start);
    assert_eq!(session.deadline(), Some(later(start, 6).instant));
    assert_eq!(session.timed_out(), CloseReason::KeepAlive);

    let steps = session.handle(Packet::PingReq, later(start, 5));
    assert_eq!(sent(&steps), ["PINGRESP"]);
    assert_eq!(session.deadline(), Some(later(start, 11).instant));
}

#[test]
fn without_keep_alive_silence_is_borne_forever() {
    let mut session = session(now());
    session.handle(connect("device", Some(USER_NAME), 0), now());
    assert_eq!(session.deadline(), None);
    session.handle(Packet::PingReq, now());
    assert_eq!(session.deadline(), None);
}

#[test]
fn the_longest_keep_alive_is_no_overflow() {
    assert_eq!(patience(u16::MAX), Some(Duration::from_millis(98_302_500)));
}

#[test]
fn a_hub_bears_no_silence_forever() {
    assert_eq!(patience_at_hub(60), Duration::from_secs(90));
    for keep_alive in [0, 1178, 1179, u16::MAX] {
        assert_eq!(patience_at_hub(keep_alive), Duration::from_secs(1767), "{keep_alive}");
    }
}

#[test]
fn a_session_that_is_to_be_kept_is_new_all_the_same() {
    let Packet::Connect(mut connect) = connect("device", Some(USER_NAME), 60) else { unreachable!() };
    connect.clean_session = false;
    let steps = session(now()).handle(Packet::Connect(connect), now());
    assert_eq!((sent(&steps), closed(&steps)), (vec!["CONNACK 0".to_owned()], None));
}

#[test]
fn a_connect_that_does_not_fit_is_refused_with_its_code() {
    let user_name_of_a_hub = "hub.azure-devices.net/device/?api-version=2021-04-12";
    for (client_id, user_name, code) in [
        ("other", Some(USER_NAME), 2),
        ("", Some(USER_NAME), 2),
        ("device", None, 4),
        ("device", Some(user_name_of_a_hub), 5),
        ("device", Some("device"), 4),
    ] {
        let steps = session(now()).handle(connect(client_id, user_name, 60), now());
        assert_eq!(sent(&steps), [format!("CONNACK {code}")], "{client_id} {user_name:?}");
        assert_eq!(closed(&steps), Some(&CloseReason::Refused(code)));
    }
    let steps = session(now()).handle(connect("DEVICE", Some(USER_NAME), 60), now());
    assert_eq!(sent(&steps), ["CONNACK 0"], "registration IDs are case-insensitive");
}

#[test]
fn a_password_is_refused() {
    let Packet::Connect(mut connect) = connect("device", Some(USER_NAME), 60) else { unreachable!() };
    connect.has_password = true;
    assert_eq!(sent(&session(now()).handle(Packet::Connect(connect), now())), ["CONNACK 5"]);
}

#[test]
fn connect_comes_first_and_once() {
    let mut session = session(now());
    assert!(matches!(closed(&session.handle(Packet::PingReq, now())), Some(CloseReason::NotAllowed(_))));
    session.handle(connect("device", Some(USER_NAME), 60), now());
    let again = session.handle(connect("device", Some(USER_NAME), 60), now());
    assert!(matches!(closed(&again), Some(CloseReason::NotAllowed(_))));
}

#[test]
fn every_filter_is_answered_in_its_place() {
    let mut session = session(now());
    session.handle(connect("device", Some(USER_NAME), 60), now());
    let filters = [("#", 0), (topic::RESPONSE_FILTER, 2), ("$dps/registrations/res/+", 1)];
    let filters = filters.map(|(filter, qos)| (filter.to_owned(), qos)).to_vec();
    let steps = session.handle(Packet::Subscribe { id: 9, filters }, now());
    assert_eq!(sent(&steps), ["SUBACK #9 0x80 0x01 0x80"]);
}
