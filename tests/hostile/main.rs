//! What strangers write is shown safely, and what is secret is not shown at all: every command, with marked texts wherever one
//! can come from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]
#![cfg(unix)]

mod believed;
mod desk;
mod endless;
mod full;
mod link;
mod secret;
mod shown;
mod time;
