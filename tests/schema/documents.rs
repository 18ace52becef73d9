//! Provisioning reports and transcripts: from the cases, from the core, from the command line.

use std::time::Duration;

use dps_x509_core::{
    finding::Naming,
    session::{
        ConnectionInfo, Event, Ignored, Settings, TransportFailure, TransportFailureKind, WaitReason,
        mqtt::{Packet, Qos},
        transcript,
    },
};
use dps_x509_tests::{cli, conversation, environment::root, loopback::own_address};
use serde_json::Value;

use crate::validator::{Document, PROVISION};

/// The report of every session case.
pub(crate) fn session_cases() -> Vec<Document> {
    let document =
        |(name, mut played): (String, Value)| Document::new(&name, PROVISION, played["report"].take());
    conversation::all(Naming::CommandLine).map(document).collect()
}

/// Every kind of event and packet, as a transcript has it.
pub(crate) fn every_event() -> Vec<Value> {
    let endpoint = "dps.example".parse().unwrap();
    let info = ConnectionInfo { peer: Some("192.0.2.1:8883".to_owned()), ..ConnectionInfo::default() };
    let failure = TransportFailure::new(TransportFailureKind::Closed, "reset");
    let finding = Settings::default().parse().unwrap_err().remove(0);
    let packets = packets();
    let mut events = vec![
        Event::Dialling { endpoint: &endpoint, attempt: 1 },
        Event::Connected(&info),
        Event::Disconnected(&failure),
        Event::Noticed(&finding),
    ];
    events.extend(packets.iter().flat_map(|packet| [Event::Sent(packet), Event::Received(packet)]));
    for reason in [
        WaitReason::RetryAfter,
        WaitReason::DefaultPoll,
        WaitReason::ServiceBusy,
        WaitReason::OperationForgotten,
        WaitReason::Redial,
    ] {
        events.push(Event::Waiting { duration: Duration::from_millis(2_500), reason });
    }
    events.extend(
        [Ignored::OtherRequest, Ignored::NoRequest, Ignored::OtherTopic, Ignored::NothingOutstanding]
            .map(Event::Ignored),
    );
    events
        .iter()
        .map(|event| transcript::json(Duration::from_millis(12), event, Naming::CommandLine))
        .collect()
}

fn packets() -> Vec<Packet> {
    let publish = |qos, packet_id| Packet::Publish {
        topic: "$dps/registrations/res/200/?$rid=1".to_owned(),
        payload: b"{}\xff".to_vec().into(),
        qos,
        packet_id,
        dup: false,
        retain: false,
    };
    vec![
        Packet::Connect {
            client_id: "device-1".to_owned(),
            user_name: "0ne/registrations/device-1/api-version=2019-03-31".to_owned(),
            keep_alive: Duration::from_secs(60),
        },
        Packet::Connack { session_present: false, return_code: 0 },
        Packet::Subscribe {
            packet_id: 1,
            filter: "$dps/registrations/res/#".to_owned(),
            qos: Qos::AtLeastOnce,
        },
        Packet::Suback { packet_id: 1, return_code: 0x80 },
        publish(Qos::AtMostOnce, None),
        publish(Qos::AtLeastOnce, Some(2)),
        Packet::Puback { packet_id: 2 },
        Packet::Pingreq,
        Packet::Pingresp,
        Packet::Disconnect,
    ]
}

/// A report with all that the command line adds: nobody listens at the port.
pub(crate) fn command_line() -> Document {
    let fixture = |name: &str| root().join("tests/fixture/cert").join(name).to_str().unwrap().to_owned();
    let (cert, key, endpoint) =
        (fixture("device-1.pem"), fixture("device-1.key"), format!("{}:8883", own_address()));
    let run = cli::run([
        "provision",
        "--json",
        "--trace",
        "--id-scope",
        "0ne00000000",
        "--registration-id",
        "device-1",
        "--endpoint",
        &endpoint,
        "--cert",
        &cert,
        "--key",
        &key,
    ]);
    let report = run.json();
    assert_eq!(report["outcome"], "no-connection", "{run:?}");
    assert!(report["transcript"].as_array().unwrap().len() >= 2, "{run:?}");
    Document::new("the command line", PROVISION, report)
}
