//! What is tried with arbitrary bytes. Each target is a function that panics where a promise is broken.

mod check;
mod config;
mod emulator;
mod explain;
mod file;
mod fleet;
mod guest;
mod key;
mod lexicon;
mod mqtt;
mod name;
mod path;
mod session;
mod settings;

/// A target: its name, where its inputs begin (folders beside this crate), what is tried.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    /// Below `tests`.
    pub(crate) seeds: &'static [&'static str],
    pub(crate) run: fn(&[u8]),
}

/// All of them.
pub(crate) const ALL: [Target; 15] = [
    Target { name: "file", seeds: &["fixture/cert"], run: file::run },
    Target { name: "key", seeds: &["fixture/cert"], run: key::run },
    Target { name: "check", seeds: &["fixture/cert"], run: check::run },
    Target { name: "path", seeds: &[], run: path::run },
    Target { name: "explain", seeds: &["case/explain"], run: explain::run },
    Target { name: "lexicon", seeds: &["../crate/core/lexicon"], run: lexicon::run },
    Target { name: "name", seeds: &[], run: name::run },
    Target { name: "mqtt", seeds: &[], run: mqtt::run },
    Target { name: "session", seeds: &[], run: session::run },
    Target { name: "config", seeds: &["../crate/emulator/example"], run: config::run },
    Target { name: "settings", seeds: &[], run: settings::run },
    Target { name: "fleet", seeds: &[], run: fleet::run },
    Target { name: "guest", seeds: &[], run: guest::run },
    Target { name: "emulator", seeds: &[], run: emulator::device },
    Target { name: "control", seeds: &[], run: emulator::control },
];
