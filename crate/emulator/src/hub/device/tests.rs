use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Map, json};

use super::{
    super::{cloud_message::CloudMessage, lock::Settlement},
    *,
};

fn device() -> Device {
    Device::new(Twin::new(UNIX_EPOCH))
}

fn queue(device: &mut Device, body: &str) {
    device.last_sequence += 1;
    let queued = Queued::new(CloudMessage::new(body), device.last_sequence, UNIX_EPOCH).unwrap();
    device.queue.push_back(queued);
}

fn attach(device: &mut Device, number: u64, is_clean: bool) -> bool {
    device.attach(number, Arc::new(Notify::new()), is_clean, UNIX_EPOCH)
}

fn bodies(delivery: &Delivery) -> Vec<(String, u8, u16, bool)> {
    let body = |packet: &Publish| {
        (String::from_utf8_lossy(&packet.payload).into_owned(), packet.qos, packet.id, packet.dup)
    };
    delivery.packets.iter().map(body).collect()
}

const C2D: &str = "devices/d/messages/devicebound/#";

#[test]
fn a_persistent_session_keeps_subscriptions_and_what_was_not_acknowledged() {
    let mut device = device();
    assert!(!attach(&mut device, 1, false), "there is no session of before");
    device.subscribe(C2D, Filter::DeviceBound, 2).unwrap();
    queue(&mut device, "one");
    queue(&mut device, "two");
    let sent = bodies(&device.deliver("d", UNIX_EPOCH));
    assert_eq!(sent.len(), 2);
    assert!(device.deliver("d", UNIX_EPOCH).packets.is_empty(), "nothing goes out twice");
    assert!(device.acknowledge(sent[0].2).is_some());
    assert!(device.acknowledge(sent[0].2).is_none());
    device.detach(7, UNIX_EPOCH);
    assert!(device.connection.is_some(), "that was another connection");
    device.detach(1, UNIX_EPOCH);

    assert!(attach(&mut device, 2, false));
    let again = bodies(&device.deliver("d", UNIX_EPOCH));
    assert_eq!(again, [("two".to_owned(), 1, sent[1].2, true)], "with its identifier, as a duplicate");

    assert!(!attach(&mut device, 3, true), "a clean one begins anew");
    assert!(device.deliver("d", UNIX_EPOCH).packets.is_empty());
    device.subscribe(C2D, Filter::DeviceBound, 1).unwrap();
    let anew = bodies(&device.deliver("d", UNIX_EPOCH));
    assert_eq!((anew.len(), anew[0].3), (1, false));
    device.detach(3, UNIX_EPOCH);
    assert!(!attach(&mut device, 4, false), "it left nothing behind");
}

#[test]
fn no_more_than_sixteen_wait_for_their_acknowledgement() {
    let mut device = device();
    attach(&mut device, 1, true);
    device.subscribe(C2D, Filter::DeviceBound, 1).unwrap();
    (0..40).for_each(|number| queue(&mut device, &number.to_string()));
    let mut got = Vec::new();
    for _ in 0..60 {
        let sent = bodies(&device.deliver("d", UNIX_EPOCH));
        assert!(sent.len() <= MOST_IN_FLIGHT);
        for (body, _, id, _) in sent {
            assert!(device.acknowledge(id).is_some());
            got.push(body);
        }
    }
    assert_eq!(got, (0..40).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn with_qos_0_a_message_is_gone_when_it_is_sent() {
    let mut device = device();
    attach(&mut device, 1, true);
    device.subscribe(C2D, Filter::DeviceBound, 0).unwrap();
    queue(&mut device, "one");
    let delivery = device.deliver("d", UNIX_EPOCH);
    assert_eq!(bodies(&delivery), [("one".to_owned(), 0, 0, false)]);
    assert_eq!((delivery.completed.len(), device.queue.len()), (1, 0));
}

#[test]
fn messages_expire() {
    let mut device = device();
    queue(&mut device, "one");
    let hour = UNIX_EPOCH + Duration::from_secs(3600);
    assert_eq!(device.deliver("d", hour - Duration::from_secs(1)).expired.len(), 0);
    assert_eq!((device.deliver("d", hour).expired.len(), device.queue.len()), (1, 0));
}

#[test]
fn a_device_has_five_subscriptions() {
    let mut device = device();
    for number in 0..5 {
        assert_eq!(device.subscribe(&number.to_string(), Filter::Methods(None), 0), Some(0));
    }
    assert_eq!(device.subscribe("5", Filter::Twin, 0), None);
    assert_eq!(device.subscribe("4", Filter::Twin, 2), Some(1), "again is not one more");
}

#[test]
fn changes_for_a_slow_reader_become_one() {
    let mut device = device();
    attach(&mut device, 1, true);
    device.push_desired(DesiredPatch { version: 1, body: Map::new() });
    device.subscribe("f", Filter::Desired, 0).unwrap();
    for version in 2..1000 {
        let body = json!({"n": version, "s": {version.to_string(): 1}});
        device.push_desired(DesiredPatch { version, body: body.as_object().unwrap().clone() });
    }
    let packets = device.deliver("d", UNIX_EPOCH).packets;
    assert_eq!(packets.len(), MOST_PATCHES);
    let last: serde_json::Value = serde_json::from_slice(&packets.last().unwrap().payload).unwrap();
    assert_eq!((&last["n"], &last["$version"]), (&999.into(), &999.into()));
    assert_eq!(last["s"].as_object().unwrap().len(), 998 - (MOST_PATCHES - 1));
}

#[test]
fn what_somebody_else_has_comes_when_the_lock_is_over() {
    let mut device = device();
    attach(&mut device, 1, true);
    device.subscribe(C2D, Filter::DeviceBound, 1).unwrap();
    queue(&mut device, "one");
    queue(&mut device, "two");
    device.receive(UNIX_EPOCH).unwrap();
    let later = UNIX_EPOCH + Duration::from_secs(5);
    device.receive(later).unwrap();
    let delivery = device.deliver("d", later);
    assert!(delivery.packets.is_empty());
    let over = delivery.next.expect("it says when to look again");
    let delivery = device.deliver("d", over);
    assert_eq!(bodies(&delivery)[0].0, "one");
    let delivery = device.deliver("d", delivery.next.expect("the second lock"));
    assert_eq!((bodies(&delivery)[0].0.as_str(), delivery.next), ("two", None));
}

/// What the journal keeps of a message is who has it, too.
#[test]
fn a_lock_outlives_a_restart() {
    let mut device = device();
    queue(&mut device, "one");
    let locked = device.receive(UNIX_EPOCH).unwrap();
    let kept: Queued = serde_json::from_str(&serde_json::to_string(&locked).unwrap()).unwrap();
    assert_eq!(kept.lock, locked.lock);
    let mut anew = self::device();
    anew.queue.push_back(kept);
    assert!(anew.receive(UNIX_EPOCH).is_none(), "it is locked");
    let token = locked.lock.unwrap().token;
    let (abandoned, fate) = anew.settle(token, Settlement::Abandon, UNIX_EPOCH).unwrap();
    assert_eq!((abandoned.abandoned, fate), (1, None));
    let kept: Queued = serde_json::from_str(&serde_json::to_string(&abandoned).unwrap()).unwrap();
    assert_eq!((kept.abandoned, kept.lock), (1, None));
}
