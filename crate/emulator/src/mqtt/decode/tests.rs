use proptest::prelude::*;

use super::*;

fn decode(bytes: &[u8]) -> Result<Option<Packet>, PacketError> {
    let mut decoder = Decoder::default();
    decoder.buffer().extend_from_slice(bytes);
    decoder.next()
}

/// A CONNECT with these flags and payload.
fn connect(flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut body = b"\x00\x04MQTT\x04".to_vec();
    body.extend([flags, 0, 60]);
    body.extend_from_slice(payload);
    packet(0x10, &body)
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut length = body.len();
    loop {
        let more = if length > 127 { 0x80 } else { 0 };
        bytes.push(u8::try_from(length % 128).unwrap() | more);
        length /= 128;
        if length == 0 {
            break;
        }
    }
    bytes.extend_from_slice(body);
    bytes
}

#[test]
fn a_connect_of_a_device_with_x509() {
    let bytes = connect(0x82, b"\x00\x03dev\x00\x04user");
    assert_eq!(
        decode(&bytes),
        Ok(Some(Packet::Connect(Connect {
            client_id: "dev".to_owned(),
            user_name: Some("user".to_owned()),
            has_password: false,
            will: None,
            clean_session: true,
            keep_alive: 60,
        })))
    );
}

#[test]
fn an_empty_password_is_taken_for_none() {
    let Ok(Some(Packet::Connect(with_empty))) = decode(&connect(0xC2, b"\x00\x01d\x00\x01u\x00\x00")) else {
        panic!("refused")
    };
    assert!(!with_empty.has_password);
    let Ok(Some(Packet::Connect(with_one))) = decode(&connect(0xC2, b"\x00\x01d\x00\x01u\x00\x01p")) else {
        panic!("refused")
    };
    assert!(with_one.has_password);
}

#[test]
fn every_prefix_of_a_packet_asks_for_more() {
    let bytes = connect(0x82, b"\x00\x03dev\x00\x04user");
    for end in 0..bytes.len() {
        assert_eq!(decode(&bytes[..end]), Ok(None), "{end} bytes");
    }
}

#[test]
fn another_protocol_level_is_told_apart() {
    for (level, bytes) in [
        (5, &b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3C\x00\x00\x03dev"[..]),
        (3, b"\x10\x11\x00\x06MQIsdp\x03\x02\x00\x3C\x00\x03dev"),
    ] {
        assert_eq!(decode(bytes), Err(PacketError::ProtocolLevel { level }));
    }
}

#[test]
fn what_the_specification_forbids_is_refused() {
    let cases: &[(&str, Vec<u8>)] = &[
        ("reserved flag of CONNECT", connect(0x83, b"\x00\x01d\x00\x01u")),
        ("bytes after the payload of CONNECT", connect(0x82, b"\x00\x01d\x00\x01uX")),
        ("password without user name", connect(0x42, b"\x00\x01d\x00\x01p")),
        ("user name promised, not there", connect(0x82, b"\x00\x01d")),
        ("fixed header flags of CONNECT", {
            let mut bytes = connect(0x02, b"\x00\x01d");
            bytes[0] = 0x11;
            bytes
        }),
        ("another protocol name", packet(0x10, b"\x00\x04MQTX\x04\x02\x00\x3C\x00\x01d")),
        ("client ID with NUL", connect(0x02, b"\x00\x01\0")),
        ("client ID that is not UTF-8", connect(0x02, b"\x00\x01\xFF")),
        ("will QoS 3", connect(0x1E, b"\x00\x01d\x00\x01t\x00\x01m")),
        ("SUBSCRIBE without flags 2", packet(0x80, b"\x00\x01\x00\x01a\x00")),
        ("SUBSCRIBE without a filter", packet(0x82, b"\x00\x01")),
        ("SUBSCRIBE with identifier 0", packet(0x82, b"\x00\x00\x00\x01a\x00")),
        ("SUBSCRIBE with reserved option bits", packet(0x82, b"\x00\x01\x00\x01a\x04")),
        ("SUBSCRIBE with QoS 3", packet(0x82, b"\x00\x01\x00\x01a\x03")),
        ("UNSUBSCRIBE without a filter", packet(0xA2, b"\x00\x01")),
        ("PUBLISH with QoS 3", packet(0x36, b"\x00\x01a\x00\x01")),
        ("PUBLISH with identifier 0", packet(0x32, b"\x00\x01a\x00\x00")),
        ("PUBLISH with a wildcard", packet(0x30, b"\x00\x03a/#")),
        ("PUBLISH with QoS 0, again", packet(0x38, b"\x00\x01a")),
        ("PUBLISH without a topic", packet(0x30, b"\x00\x00")),
        ("PUBACK too long", packet(0x40, b"\x00\x01\x00\x00")),
        ("PUBACK with flags", packet(0x41, b"\x00\x01")),
        ("PUBACK with identifier 0", packet(0x40, b"\x00\x00")),
        ("PINGREQ with a body", packet(0xC0, b"\x00")),
        ("PINGREQ with flags", packet(0xC1, b"")),
        ("DISCONNECT with a body", packet(0xE0, b"\x00\x00")),
        ("CONNACK from a client", packet(0x20, b"\x00\x00")),
        ("an unknown type", packet(0xF0, b"")),
        ("five bytes of remaining length", vec![0x30, 0x80, 0x80, 0x80, 0x80, 0x01]),
    ];
    for (what, bytes) in cases {
        assert!(decode(bytes).is_err(), "{what}: {:?}", decode(bytes));
    }
}

#[test]
fn the_size_limit_holds_before_the_bytes_are_there() {
    let limit = PacketError::MAX_PACKET;
    assert_eq!(decode(&[0x30, 0x80, 0x80, 0x10]), Ok(None), "{limit} bytes are promised and allowed");
    assert_eq!(decode(&[0x30, 0x81, 0x80, 0x10]), Err(PacketError::TooLarge { length: limit + 1 }));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }

    #[test]
    fn no_body_of_a_known_type_makes_it_panic(
        first in prop::sample::select(vec![0x10_u8, 0x30, 0x32, 0x40, 0x82, 0xA2, 0xC0, 0xE0]),
        body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let _ = decode(&packet(first, &body));
    }

    #[test]
    fn any_split_gives_the_same_packets(cut in 0_usize..60) {
        let bytes = [
            connect(0x82, b"\x00\x03dev\x00\x04user"),
            packet(0x82, b"\x00\x01\x00\x01a\x01"),
            packet(0xC0, b""),
        ].concat();
        let cut = cut.min(bytes.len());
        let mut decoder = Decoder::default();
        let mut packets = Vec::new();
        for part in [&bytes[..cut], &bytes[cut..]] {
            decoder.buffer().extend_from_slice(part);
            while let Some(packet) = decoder.next().unwrap() {
                packets.push(packet.to_string());
            }
        }
        prop_assert_eq!(packets.len(), 3);
        prop_assert!(packets[1].starts_with("SUBSCRIBE #1") && packets[2] == "PINGREQ");
    }
}
