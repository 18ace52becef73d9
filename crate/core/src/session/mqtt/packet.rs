//! The packets that a device and DPS exchange.

use std::{fmt, str::FromStr, time::Duration};

use bytes::Bytes;

use crate::{service::ReturnCode, text::printable};

/// Quality of service. DPS grants and takes at most 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(clippy::exhaustive_enums, reason = "DPS takes these two")]
pub enum Qos {
    /// At most once: no PUBACK.
    AtMostOnce,
    /// At least once: answered by PUBACK.
    #[default]
    AtLeastOnce,
}

impl Qos {
    /// 0 or 1.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::AtMostOnce => 0,
            Self::AtLeastOnce => 1,
        }
    }
}

impl FromStr for Qos {
    type Err = QosError;

    /// Reads `0` or `1`.
    fn from_str(text: &str) -> Result<Self, QosError> {
        match text {
            "0" => Ok(Self::AtMostOnce),
            "1" => Ok(Self::AtLeastOnce),
            _ => Err(QosError { found: text.to_owned() }),
        }
    }
}

/// A text that is no quality of service of DPS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QosError {
    /// The text.
    pub found: String,
}

impl fmt::Display for QosError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is no quality of service of DPS: it takes 0 and 1",
            printable(self.found.as_bytes())
        )
    }
}

impl std::error::Error for QosError {}

/// An MQTT 3.1.1 control packet of the DPS dialogue. `Display` is a line of an MQTT client's log window.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packet {
    /// Device to service; always clean session, user name, no will and no password: flags 0x82.
    Connect {
        /// The registration ID.
        client_id: String,
        /// `{idScope}/registrations/{registrationId}/api-version={version}`.
        user_name: String,
        /// Whole seconds; zero switches the mechanism off (MQTT 3.1.1 section 3.1.2.10).
        keep_alive: Duration,
    },
    /// Service to device.
    Connack {
        /// Whether the server kept an earlier session; DPS keeps none.
        session_present: bool,
        /// 0 accepted, 1 to 5 refused (section 3.2.2.3).
        return_code: u8,
    },
    /// Device to service; one filter.
    Subscribe {
        /// Never 0.
        packet_id: u16,
        /// The topic filter.
        filter: String,
        /// The highest quality of service wanted.
        qos: Qos,
    },
    /// Service to device.
    Suback {
        /// That of the SUBSCRIBE.
        packet_id: u16,
        /// Granted quality of service, or 0x80 for refused.
        return_code: u8,
    },
    /// Either way.
    Publish {
        /// The topic.
        topic: String,
        /// The body.
        payload: Bytes,
        /// Quality of service.
        qos: Qos,
        /// Present with quality of service 1, never 0.
        packet_id: Option<u16>,
        /// Whether it is sent again.
        dup: bool,
        /// Whether it is a retained message.
        retain: bool,
    },
    /// Either way.
    Puback {
        /// That of the PUBLISH.
        packet_id: u16,
    },
    /// Device to service.
    Pingreq,
    /// Service to device.
    Pingresp,
    /// Device to service.
    Disconnect,
}

impl Packet {
    /// The packet's name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "CONNECT",
            Self::Connack { .. } => "CONNACK",
            Self::Subscribe { .. } => "SUBSCRIBE",
            Self::Suback { .. } => "SUBACK",
            Self::Publish { .. } => "PUBLISH",
            Self::Puback { .. } => "PUBACK",
            Self::Pingreq => "PINGREQ",
            Self::Pingresp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
        }
    }

    /// The CONNECT flags byte of a device with a certificate: user name and clean session, no password.
    pub const CONNECT_FLAGS: u8 = 0x82;
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Connect { client_id, user_name, keep_alive } => write!(
                f,
                "  client ID \"{}\", user name \"{}\", flags 0x{:02x} (user name, clean session), \
                 password absent, keep alive {} s",
                printable(client_id.as_bytes()),
                printable(user_name.as_bytes()),
                Self::CONNECT_FLAGS,
                keep_alive.as_secs()
            ),
            Self::Connack { session_present, return_code } => {
                let meaning = ReturnCode::new(*return_code);
                write!(
                    f,
                    "  return code {return_code} ({meaning}), session present {}",
                    u8::from(*session_present)
                )
            }
            Self::Subscribe { packet_id, filter, qos } => {
                write!(
                    f,
                    "  packet {packet_id}, filter \"{}\", QoS {}",
                    printable(filter.as_bytes()),
                    qos.level()
                )
            }
            Self::Suback { packet_id, return_code: 0x80 } => {
                write!(f, "  packet {packet_id}, refused (0x80)")
            }
            Self::Suback { packet_id, return_code } => {
                write!(f, "  packet {packet_id}, granted QoS {return_code}")
            }
            Self::Publish { topic, payload, qos, packet_id, dup, retain } => {
                write!(f, "  topic \"{}\", QoS {}", printable(topic.as_bytes()), qos.level())?;
                if let Some(packet_id) = packet_id {
                    write!(f, ", packet {packet_id}")?;
                }
                if *dup {
                    f.write_str(", sent again")?;
                }
                if *retain {
                    f.write_str(", retained")?;
                }
                if payload.is_empty() {
                    f.write_str(", empty body")
                } else {
                    write!(f, ", body {}", printable(payload))
                }
            }
            Self::Puback { packet_id } => write!(f, "  packet {packet_id}"),
            Self::Pingreq | Self::Pingresp | Self::Disconnect => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qualities_of_service_are_read() {
        assert_eq!("0".parse(), Ok(Qos::AtMostOnce));
        assert_eq!("1".parse(), Ok(Qos::AtLeastOnce));
        for other in ["2", "", "01", "1\n"] {
            let error = other.parse::<Qos>().unwrap_err();
            let shown = other.replace('\n', "\\u{a}");
            let words = format!("\"{shown}\" is no quality of service of DPS: it takes 0 and 1");
            assert_eq!(error.to_string(), words);
        }
    }

    #[test]
    fn a_connect_reads_like_a_log() {
        let packet = Packet::Connect {
            client_id: "dev".to_owned(),
            user_name: "scope/registrations/dev/api-version=2019-03-31".to_owned(),
            keep_alive: Duration::from_secs(60),
        };
        assert_eq!(
            packet.to_string(),
            "CONNECT  client ID \"dev\", user name \"scope/registrations/dev/api-version=2019-03-31\", \
             flags 0x82 (user name, clean session), password absent, keep alive 60 s"
        );
    }
}
