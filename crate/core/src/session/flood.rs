//! How much a peer may say that brings nothing forward.

/// What came and brought nothing forward since the last answer, over all connections of a provisioning.
///
/// Packets and bytes are counted, never reads: how the network splits the stream changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Idle {
    /// Packets of MQTT, and control frames and empty frames of WebSocket.
    packets: u32,
    /// Their bytes, and what the frames of the others took besides their content.
    bytes: u64,
}

/// The peer said too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flood {
    pub(super) packets: u32,
    pub(super) bytes: u64,
}

/// More packets that answer nothing than any service sends between two answers.
const MAX_PACKETS: u32 = 1_000;

/// More bytes of them than any service sends. A whole answer in frames of one byte each stays below it.
const MAX_BYTES: u64 = 1024 * 1024;

impl Idle {
    /// Counts a packet, or a frame that is one to WebSocket.
    pub(super) fn packet(&mut self, length: impl TryInto<u64>) -> Result<(), Flood> {
        self.packets = self.packets.saturating_add(1);
        self.bytes(length)
    }

    /// Counts bytes alone.
    pub(super) fn bytes(&mut self, length: impl TryInto<u64>) -> Result<(), Flood> {
        self.bytes = self.bytes.saturating_add(length.try_into().unwrap_or(u64::MAX));
        if self.packets > MAX_PACKETS || self.bytes > MAX_BYTES {
            return Err(Flood { packets: self.packets, bytes: self.bytes });
        }
        Ok(())
    }

    /// An answer came.
    pub(super) const fn forget(&mut self) {
        *self = Self { packets: 0, bytes: 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_the_limit_are_no_flood_yet() {
        let mut idle = Idle::default();
        assert!((0..MAX_PACKETS).all(|_| idle.packet(0_u32).is_ok()));
        assert!(idle.packet(0_u32).is_err());
        idle.forget();
        assert!(idle.bytes(MAX_BYTES).is_ok());
        assert!(idle.bytes(1_u32).is_err());
    }
}
