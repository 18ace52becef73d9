//! Configurations that run: for each client of a device, and for the Azure side, the files it needs.
//!
//! A [`DeviceSetup`] holds what is known, parsed and inspected; a [`Target`] is a client, one file each in `config/target`;
//! [`configure()`] writes its [`Artifact`]s with the [`Guide`] to them. What a target cannot carry is refused with
//! findings, and nothing is half written: the caller gets every file or none.
//!
//! The facts behind the formats are those of the clients' own documents and sources, named at each target.

mod artifact;
mod client;
mod command;
mod configuration;
mod device;
mod escape;
mod finding;
mod job;
mod json;
mod judgment;
mod limit;
mod piece;
mod root;
mod set;
mod target;
mod wanted;

pub use artifact::{Artifact, Field, Group, Guide};
pub use client::{Family, Limits, Proof, Target};
pub use configuration::{Configuration, certificates, configure};
pub use device::{Azure, DeviceSetup, Folder, Key, Pem};
pub use escape::Language;
pub use json::{VERSION, cloud, report, targets, with_texts};
pub use judgment::{common_name, judgment};
pub use piece::Piece;
pub use root::{Root, roots};
pub use set::{Selection, Set};
pub use target::{ALL, find, unknown};
pub use wanted::Wanted;
