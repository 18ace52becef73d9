//! What the service answers, and what its codes mean.
//!
//! The list of DPS error codes is not published; [`known`] holds those found in documents, SDK sources and
//! users' traces, each with its standing. [`Answer`] is one refusal with all its evidence.

mod alert;
mod answer;
mod class;
mod connack;
pub mod known;
mod meaning;

pub use alert::{AlertMeaning, TlsAlert};
pub use answer::{Answer, Channel};
pub use class::class;
pub use connack::ReturnCode;
