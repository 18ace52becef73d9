//! The decoder: no bytes stall it, and any split of them gives the same packets.

use dps_x509_core::session::mqtt::{Decoder, Packet, Violation, encode};

pub(super) fn run(bytes: &[u8]) {
    let (size, stream) =
        bytes.split_first().map_or((1, bytes), |(size, stream)| (usize::from(*size), stream));
    let whole = read(stream, stream.len());
    assert_eq!(read(stream, size), whole);
    for packet in whole.iter().flatten() {
        let line = packet.to_string();
        assert!(!line.contains(dps_x509_core::text::is_invisible), "{line:?}");
        // What a server sends is no packet of a device.
        let _ = encode(packet);
    }
}

fn read(stream: &[u8], size: usize) -> Vec<Result<Packet, Violation>> {
    let mut decoder = Decoder::default();
    let mut seen = Vec::new();
    for chunk in stream.chunks(size.max(1)) {
        decoder.push(chunk);
        loop {
            match decoder.next_packet() {
                Ok(Some(packet)) => seen.push(Ok(packet)),
                Ok(None) => break,
                Err(violation) => {
                    seen.push(Err(violation));
                    return seen;
                }
            }
        }
    }
    seen
}
