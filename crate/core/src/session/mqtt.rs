//! MQTT 3.1.1 as far as a device at DPS needs it.
//!
//! The only place that names mqttbytes. Its codec is wrapped by what it leaves unchecked: lengths that it
//! would cut silently, header flags, packet lengths, identifiers (see [`Decoder`] and [`encode()`]).

mod decode;
mod encode;
mod packet;

pub use decode::{Decoder, MAX_PACKET, Violation};
pub use encode::{EncodeError, encode};
pub use packet::{Packet, Qos, QosError};

pub use crate::text::printable;
