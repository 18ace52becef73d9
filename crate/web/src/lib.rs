//! [`dps_x509_core`] for JavaScript: plain values in, JSON text out, nothing decided here.
//!
//! This is the raw side of the npm package `dps-x509`; its entry points in `npm/` make promises, objects and typed
//! errors of it. Built for wasm32-unknown-unknown and cut into modules by `cargo xtask npm`.
//!
//! Whatever was given is wiped here when it has been used. What was made of it on the way is wiped by the package,
//! which clears the whole memory after a call that [may have seen a secret](Inputs::may_hold_secret), or that
//! [made one](generation).

pub mod advice;
pub mod generation;
pub mod identity;
pub mod inputs;
pub mod inspection;
mod platform;
pub mod session;

pub use inputs::Inputs;

use std::cell::Cell;

use dps_x509_core::{
    finding::{Finding, Naming, json},
    text::Quoted,
};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    /// Whose words are spoken: the package's, unless a front end of its own says who it is.
    static NAMING: Cell<Naming> = const { Cell::new(Naming::JavaScript) };
}

fn naming() -> Naming {
    NAMING.get()
}

/// From here on findings name what the `page` has, its fields and buttons, or what the `command-line` has, its flags and
/// commands, instead of options and functions.
#[wasm_bindgen(js_name = speakAs)]
pub fn speak_as(who: &str) {
    NAMING.set(match who {
        "page" => Naming::Page,
        "command-line" => Naming::CommandLine,
        _ => Naming::JavaScript,
    });
}

/// What is thrown: a JSON object with `message` and `findings`.
fn wrong(message: &str, findings: &[Finding]) -> String {
    let findings = json::findings(findings, naming());
    json!({ "message": message, "findings": findings }).to_string()
}

/// A word that is none of those that are known.
fn unknown(word: &str, what: &str) -> String {
    wrong(&format!("{} is no {what}.", Quoted(word)), &[])
}

/// Settings that are wrong, told by the first of their findings.
fn wrong_settings(findings: &[Finding]) -> String {
    let message = findings.first().map(|finding| finding.message.said(naming()));
    wrong(message.as_deref().unwrap_or("The settings are wrong."), findings)
}
