//! Which connection of a provisioning something happened to.

use std::fmt;

/// Names one connection of a provisioning, from the dial to its end.
///
/// The machine gives it with [`Output::Connect`](super::Output::Connect), and the host tells it back with everything
/// that happens to that connection. What an earlier connection still says, late bytes, its end, its failure, is left
/// aside, and cannot be taken for something of the one that followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u32);

impl ConnectionId {
    /// The name with this number, for hosts that carry it across a boundary of languages.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number: 1 for the first dial of a provisioning, and one more for each dial after it.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connection {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_crosses_a_boundary_as_its_number() {
        let connection = ConnectionId::new(7);
        assert_eq!((connection.number(), connection.to_string()), (7, "connection 7".to_owned()));
    }
}
