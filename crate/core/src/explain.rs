//! From a refusal, or whatever a client printed of it, and the device's own files to one cause.
//!
//! `text` masks secrets and knows places; `reading` finds facts in it, whatever client wrote it, one file a subject;
//! `gathering` makes each thing happen once; the catalogue says what can be behind it, and [`Explanation`] which of that
//! the files show or rule out.

mod catalogue;
mod explanation;
mod gathering;
mod reading;
mod refusal;
mod secret;
mod text;
mod words;

pub use catalogue::{PAGES, Unsettled, page};
pub use explanation::{Assigned, Cause, Device, Explanation, Happening, Verdict};
pub use refusal::refusal;
