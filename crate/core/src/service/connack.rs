//! Return codes of CONNACK: the one table of them.

use std::fmt;

/// A return code of CONNACK (MQTT 3.1.1 section 3.2.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReturnCode(u8);

/// Number, name in table 3.1 of the specification, what it says of a device at DPS.
static CODES: [(u8, &str, &str); 6] = [
    (0, "accepted", "it takes the connection"),
    (1, "unacceptable protocol version", "it does not take this version of MQTT, and DPS takes 3.1.1"),
    (2, "client identifier rejected", "it does not take the client ID, which has to be the registration ID"),
    (3, "server unavailable", "it is not available"),
    (4, "bad user name or password", "bad user name or password"),
    (5, "not authorised", "not authorized"),
];

impl ReturnCode {
    /// The server takes the connection.
    pub const ACCEPTED: Self = Self(0);
    /// The MQTT service is not available: the only one that time can heal at DPS.
    pub const SERVER_UNAVAILABLE: Self = Self(3);
    /// The device may not connect. A hub may give it for a device that it was told of a moment ago.
    pub const NOT_AUTHORIZED: Self = Self(5);

    /// The code with this number, known or not.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// Every code of the specification.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(number, ..)| Self(*number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// What a server says by it of a device at DPS: a part of a sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.row().map_or("refused", |(.., meaning)| *meaning)
    }

    fn row(self) -> Option<&'static (u8, &'static str, &'static str)> {
        CODES.iter().find(|(number, ..)| *number == self.0)
    }
}

/// Its name in the specification.
impl fmt::Display for ReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().map_or("unknown", |(_, name, _)| *name))
    }
}
