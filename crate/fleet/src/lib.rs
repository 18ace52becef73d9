#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod device;
mod files;
mod inspection;
pub mod journal;
mod key;
mod list;
mod load;
mod pace;
mod plan;
#[cfg(feature = "nats")]
pub mod queue;
mod run;
mod shard;
pub mod summary;
mod template;

pub use device::{Device, Name, Unusable};
pub use dps_x509_net as net;
pub use inspection::{Inspected, inspect};
pub use journal::{Journal, JournalError};
pub use key::Key;
pub use list::{List, ListError, Row, RowFault, Rows};
pub use load::{Load, LoadError, Loading, Measured};
pub use pace::{Pace, Rate, RateError};
pub use plan::{Plan, Source, words};
pub use run::{Ended, Progress, Run};
pub use shard::{Shard, ShardError};
pub use template::{Template, TemplateError};
