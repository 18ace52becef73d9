//! The assigned hub (`iot-mqtt-connect-to-iot-hub`): who may connect, and what devices and service do there.

mod admission;
mod cloud_message;
mod connection;
mod device;
mod feedback;
mod hubs;
mod identity;
mod lock;
mod message;
mod method;
mod property;
mod query;
mod service;
mod topic;
mod twin;
mod user_name;

pub use admission::HubTrust;
pub(crate) use admission::{NotAdmitted, admit};
pub use cloud_message::CloudMessage;
pub(crate) use cloud_message::Queued;
pub(crate) use connection::Attachment;
pub(crate) use device::Subscriptions;
pub(crate) use feedback::{Fate, Waiting};
pub(crate) use hubs::{Hubs, KeptDevice, Key};
pub(crate) use identity::{Authentication, Identity, IdentityError};
pub(crate) use lock::Settlement;
pub use message::{BodyEncoding, DeviceMessage, MessageList};
pub(crate) use message::{Sender, Wanted};
pub use method::{MethodAnswer, MethodCall};
pub(crate) use property::Properties;
pub(crate) use query::Query;
pub(crate) use service::{Presence, ServiceError};
pub(crate) use topic::{Filter, Topic, is_telemetry, twin_response};
pub(crate) use twin::{Extent, Twin, TwinChange, TwinError};
pub(crate) use user_name::HubUserName;
