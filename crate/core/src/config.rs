//! Configurations that run: for each client of a device, and for the Azure side, the files it needs.
//!
//! A [`Device`] holds what is known, parsed and inspected; a [`Target`] is a client, one file each in `config/target`;
//! [`configure()`] writes its [`Artifact`]s with the [`Guide`] to them. What a target cannot carry is refused with
//! findings, and nothing is half written: the caller gets every file or none.
//!
//! The facts behind the formats are those of the clients' own documents and sources, named at each target.

mod artifact;
mod command;
mod device;
mod escape;
mod finding;
mod job;
mod json;
mod judgment;
mod limit;
mod root;
mod set;
mod target;

pub use artifact::{Artifact, Guide};
pub use device::{Azure, Device, Folder, Key, Pem};
pub use escape::Language;
pub use finding::unknown;
pub use job::{Configuration, certificates, configure};
pub use json::{VERSION, report, targets, with_texts};
pub use judgment::{common_name, judgment};
pub use limit::{Limits, Piece};
pub use root::{Root, roots};
pub use set::{Set, Wish};
pub use target::{ALL, Family, Proof, Target, find};
