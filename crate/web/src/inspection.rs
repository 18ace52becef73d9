//! Reports, repair, comparison and refusals out of the core.

use dps_x509_core::cert::{
    self,
    repair::{Repair, repair},
};
use dps_x509_core::{
    cert::{
        Counting,
        outline::{self, outline},
    },
    explain,
    finding::{Definition, Severity, catalogue, json},
    service::{Answer, Channel},
    session::Settings,
};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Inputs, naming, unknown, wrong};

#[wasm_bindgen]
impl Inputs {
    /// The report as JSON text, `crate/core/schema/check.json`.
    #[must_use]
    pub fn inspect(&mut self) -> String {
        cert::json::report(&self.report(), naming()).to_string()
    }

    /// What a command line prints, as JSON text: the report with the verdict by its flags, a block of text for each
    /// finding, and whether each is `allowed`. A registration ID that is none becomes findings, and the files are looked at
    /// without it.
    ///
    /// # Errors
    /// The severity is none, or what is allowed is no code or name of a finding.
    #[wasm_bindgen(js_name = inspectAsText)]
    pub fn inspect_as_text(
        &mut self,
        registration_id: Option<String>,
        least: &str,
        allowed: Vec<String>,
        is_device_wanted: bool,
    ) -> Result<String, String> {
        let counting =
            Counting { least: severity(least)?, allowed: definitions(&allowed)?, is_device_wanted };
        (self.registration_id, self.doubts) = match registration_id.as_deref().map(Settings::registration_id)
        {
            None => (None, Vec::new()),
            Some(Ok((id, doubts))) => (Some(id), doubts),
            Some(Err(unusable)) => (None, unusable),
        };
        let report = self.report();
        let verdict = report.verdict(&counting);
        let blocks: Vec<_> = report.findings.iter().map(|finding| finding.to_text(naming())).collect();
        let allowed: Vec<_> = report.findings.iter().map(|finding| counting.allows(finding)).collect();
        let report = cert::json::judged(&report, &verdict, naming());
        Ok(json!({ "report": report, "blocks": blocks, "allowed": allowed }).to_string())
    }

    /// A refusal of the service as findings, as JSON text: the refusal first, then what in the files is likely behind
    /// it.
    ///
    /// # Errors
    /// The channel is none.
    pub fn refusal(
        &mut self,
        channel: &str,
        status: u16,
        code: Option<u32>,
        message: Option<String>,
    ) -> Result<String, String> {
        let channel = match channel {
            "request" => Channel::Request,
            "operation" => Channel::Operation,
            "connack" => Channel::Connack,
            "suback" => Channel::Suback,
            other => return Err(unknown(other, "channel of an answer")),
        };
        let answer = Answer { channel, status, code, message, ..Answer::default() };
        let findings = json::findings(&explain::refusal(&answer, &self.check()), naming());
        Ok(findings.to_string())
    }

    /// The files as they should have been, as JSON text: `fullChain` for a client, and `files` in their order.
    #[must_use]
    pub fn repair(&mut self) -> String {
        let report = self.check();
        let files = self.files.iter().map(|file| {
            let path = &file.place().path;
            match repair(file, self.passphrase.as_ref()) {
                Repair::Needless => json!({ "path": path, "outcome": "needless" }),
                Repair::Done { text, is_secret, is_without_key } => json!({
                    "path": path, "outcome": "done", "text": text.as_str(), "secret": is_secret, "withoutKey": is_without_key,
                }),
                Repair::Impossible(why) => json!({ "path": path, "outcome": "impossible", "why": why }),
            }
        });
        let full_chain = report.full_chain_pem();
        json!({ "fullChain": full_chain, "files": files.collect::<Value>() }).to_string()
    }

    /// What changed between the certificates here and those that are to follow, as JSON text.
    ///
    /// # Errors
    /// One of them has no certificate to compare.
    pub fn compare(&mut self, new: &mut Self) -> Result<String, String> {
        let (old, new) = (self.check(), new.check());
        let comparison = cert::compare::compare(&old, &new, self.enrollment).map_err(|findings| {
            let which = if old.chain.leaf.is_none() { "old" } else { "new" };
            wrong(&format!("The {which} files hold no one certificate to compare."), &findings)
        })?;
        let mut object = comparison.to_json(naming());
        object.insert("sentence".to_owned(), json!(comparison.sentence()));
        object.insert("text".to_owned(), json!(comparison.to_string()));
        Ok(Value::Object(object).to_string())
    }

    /// The parts of the certificate with this SHA-256, in hexadecimal, as JSON text. Its DER is in [`Inputs::der`].
    ///
    /// # Errors
    /// None of the certificates has it.
    pub fn outline(&mut self, sha256: &str) -> Result<String, String> {
        let report = self.check();
        let is_it = |certificate: &cert::Certificate| {
            cert::der::hex(&certificate.sha256()).eq_ignore_ascii_case(sha256)
        };
        let mut certificates = report.roles().map(|(link, _)| &link.certificate);
        let Some(certificate) = certificates.find(|certificate| is_it(certificate)) else {
            return Err(wrong("No certificate in the files has this SHA-256.", &report.findings));
        };
        self.der = certificate.der.to_vec();
        Ok(outline::to_json(&outline(&self.der)).to_string())
    }

    /// The bytes of the last [`Inputs::outline`], once.
    #[must_use]
    pub fn der(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.der)
    }
}

fn severity(text: &str) -> Result<Severity, String> {
    [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .find(|severity| severity.to_string() == text)
        .ok_or_else(|| unknown(text, "severity: error, warning or note"))
}

fn definitions(texts: &[String]) -> Result<Vec<&'static Definition>, String> {
    let definition = |text: &String| {
        catalogue::by_code(&text.to_ascii_uppercase())
            .or_else(|| catalogue::by_name(&text.to_ascii_lowercase()))
            .ok_or_else(|| unknown(text, "code or name of a finding"))
    };
    texts.iter().map(definition).collect()
}
