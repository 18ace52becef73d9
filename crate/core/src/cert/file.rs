//! From the bytes of a file to the objects in it.
//!
//! Reading never fails: a file gives [`Item`]s, and findings for what is wrong with it. An item that had to be
//! repaired has the bytes that were meant, bit for bit, or it is not there: nothing is ever made up.

mod base64;
mod behind;
mod block;
mod body;
mod canonical;
mod carve;
mod conflict;
mod contents;
mod finding;
mod fold;
mod foreign;
mod frame;
mod item;
#[cfg(test)]
mod many;
mod marker;
mod octets;
mod reader;
mod rest;
mod text;
mod value;
mod wiped;
mod written;

pub use canonical::NotPlain;
pub use contents::File;
pub(in crate::cert) use finding::too_many;
pub use finding::unreadable;
pub use item::{Item, to_pem};
