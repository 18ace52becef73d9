//! Certificate and key files: what is in them, what chain they make, and what is wrong with it.
//!
//! [`check()`] takes files as bytes and gives a [`Report`]: the chain and the findings. Below it,
//! [`File`] tells what a file holds, [`Certificate`] reads one certificate part by part, [`Chain`] orders a bag of
//! them, and [`rules`] judge it for a device that is to be provisioned by DPS.

pub mod authority;
pub mod ber;
pub mod candidate;
pub mod chain;
pub mod check;
pub mod compare;
pub mod der;
pub mod distinguished_name;
pub mod encryption;
pub mod extension;
pub mod file;
pub mod issuance;
pub mod json;
pub mod key;
pub mod kind;
pub mod name_constraints;
pub mod outline;
pub mod path;
pub mod repair;
pub mod request;
pub mod rfc5280;
pub mod role;
pub mod rules;
pub mod server_name;
pub mod signature;
pub mod store;
pub mod time;
pub mod view;

pub use chain::{Chain, Link};
pub use check::{Enrollment, Input, Inputs, Purpose, Report, check, read};
pub use file::{File, Item, unreadable};
pub use kind::{KeyContainer, Kind};
pub use role::Role;
pub use rules::definitions;
pub use time::UnixTime;
pub use view::Certificate;
