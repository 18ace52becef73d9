//! From a refusal, or whatever a client printed of it, and the device's own files to one cause.
//!
//! `text` masks secrets and knows places; `lexicon` is what clients print; `reading` finds facts (`said`) by it, and by what
//! has a form of its own; `speaking` knows who speaks about whom, and `subject` what a text is about that does not say;
//! `occurrences` makes each thing happen once; the catalogue says what can be behind it, and [`Explanation`] which of that the
//! files show or rule out.

mod alert;
mod catalogue;
mod columns;
mod explanation;
mod fold;
mod hit;
mod hub;
mod joined;
mod lexicon;
mod number;
mod occurrences;
mod octets;
mod reading;
mod refusal;
mod secret;
mod speaking;
mod statement;
mod subject;
mod text;
mod words;
mod work;

pub use catalogue::{Unsettled, page, pages};
pub use explanation::{Assigned, Cause, CauseVerdict, DeviceNames, Explanation, Happening};
pub use joined::joined;
#[cfg(feature = "explain")]
pub use lexicon::lexicon_text;
pub use lexicon::{lexicon_mistakes, take_lexicon};
pub use refusal::refusal;
