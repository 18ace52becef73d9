//! From a bag of certificates to a chain, and from a leaf to a trust anchor.

pub mod authority;
pub mod candidate;
pub mod chain;
pub mod link;
pub mod name_constraints;
pub mod outlived;
pub mod part;
mod policy;
pub mod question;
pub mod rigour;
pub mod role;
pub mod search;
pub mod signatures;
pub mod step;
pub mod tpm;

pub use rigour::Rigour;
pub use search::{Failure, MAX_LENGTH, MAX_REJECTIONS, MAX_STEPS, Path, Problem, Rejection, Trust};
