//! One target for one device: names and paths as its template wants them, and what its writer makes of them.

use std::collections::BTreeMap;

use super::{
    artifact::{Artifact, Group, Guide},
    command::{self, Line},
    device::{DeviceSetup, Folder},
    escape::Language,
    finding,
};
use crate::{
    finding::{Finding, Input},
    name::{ApiVersion, IdScope, RegistrationId},
};

pub(super) const CHAIN: &str = "device-full-chain.pem";
pub(super) const LEAF: &str = "device-cert.pem";
pub(super) const INTERMEDIATES: &str = "intermediates.pem";
pub(super) const ROOTS: &str = "server-roots.pem";
pub(super) const GROUP_CA: &str = "group-ca.pem";
pub(super) const KEY: &str = "device-key.pem";

/// Where a client wants its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// The folder of certificates.
    pub certificates: &'static str,
    /// The folder of keys.
    pub secrets: &'static str,
}

/// What a target's writer works with.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) device: &'a DeviceSetup,
    target: &'static str,
    home: Option<Home>,
    values: BTreeMap<&'static str, String>,
}

/// What a target's writer makes.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) artifacts: Vec<Artifact>,
    pub(super) guide: Guide,
    pub(super) form: Vec<Group>,
    pub(super) findings: Vec<Finding>,
}

impl Files {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn file(mut self, artifact: Artifact) -> Self {
        self.artifacts.push(artifact);
        self
    }

    pub(super) fn files(mut self, artifacts: impl IntoIterator<Item = Artifact>) -> Self {
        self.artifacts.extend(artifacts);
        self
    }

    pub(super) fn doubt(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    pub(super) fn form(mut self, form: Vec<Group>) -> Self {
        self.form = form;
        self
    }

    pub(super) fn guide(
        mut self,
        place: impl Into<String>,
        run: impl Into<String>,
        expect: impl Into<String>,
    ) -> Self {
        self.guide = Guide::new(place, run, expect);
        self
    }
}

impl<'a> Job<'a> {
    pub(super) fn new(target: &'static str, home: Option<Home>, device: &'a DeviceSetup) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let id_scope = text(device.id_scope.as_ref().map(IdScope::as_str));
        let registration_id = text(device.registration_id.as_ref().map(RegistrationId::as_str));
        let api_version = ApiVersion::DEFAULT.to_owned();
        let (certificates, secrets) = match (&device.folder, home) {
            (Folder::OnDevice(folder), _) => (folder.clone(), folder.clone()),
            (Folder::Output(_), Some(home)) => (home.certificates.to_owned(), home.secrets.to_owned()),
            (Folder::Output(folder), None) => (folder.clone(), String::new()),
        };
        let key = match (&device.key, secrets.is_empty()) {
            (Some(key), true) => key.path().to_owned(),
            (Some(key), false) => join(&secrets, last_name(key.path())),
            (None, _) => join(&secrets, KEY),
        };
        let user_name = format!("{id_scope}/registrations/{registration_id}/api-version={api_version}");
        let values = BTreeMap::from([
            ("host", device.endpoint.host().to_owned()),
            ("endpoint", device.endpoint.to_string()),
            ("hub_suffix", device.cloud.hub_suffix().to_owned()),
            ("id_scope", id_scope),
            ("registration_id", registration_id),
            ("api_version", api_version),
            ("user_name", user_name),
            ("chain_path", join(&certificates, CHAIN)),
            ("leaf_path", join(&certificates, LEAF)),
            ("intermediates_path", join(&certificates, INTERMEDIATES)),
            ("roots_path", join(&certificates, ROOTS)),
            ("group_ca_path", join(&certificates, GROUP_CA)),
            ("key_path", key),
            ("dps_name", text(device.azure.dps_name.as_deref())),
            ("resource_group", text(device.azure.resource_group.as_deref())),
            ("group_name", device.azure.group_name.clone().unwrap_or_else(|| "my-devices".to_owned())),
        ]);
        Self { device, target, home, values }
    }

    /// The same target for another device.
    pub(super) fn with<'b>(&self, device: &'b DeviceSetup) -> Job<'b> {
        Job::new(self.target, self.home, device)
    }

    /// A name or a path as it is; empty if there is none of this name.
    pub(super) fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A name or a path as a literal.
    pub(super) fn literal(&self, language: Language, name: &str) -> String {
        language.literal(self.text(name))
    }

    /// The port, which no language quotes.
    pub(super) fn port(&self) -> u16 {
        self.device.endpoint.port()
    }

    /// A template with its `@name@` replaced: names and paths as literals of the language, `@port@` as a number, and
    /// `more` as it stands. What is no name that is known stays as it is.
    pub(super) fn fill(&self, template: &str, language: Language, more: &[(&str, &str)]) -> String {
        let mut out = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('@') {
            out.push_str(before);
            let found = after
                .split_once('@')
                .and_then(|(name, behind)| Some((self.value(name, language, more)?, behind)));
            match found {
                Some((value, behind)) => {
                    out.push_str(&value);
                    rest = behind;
                }
                None => {
                    out.push('@');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }

    fn value(&self, name: &str, language: Language, more: &[(&str, &str)]) -> Option<String> {
        if let Some((_, value)) = more.iter().find(|(known, _)| *known == name) {
            return Some((*value).to_owned());
        }
        if name == "port" {
            return Some(self.port().to_string());
        }
        self.values.get(name).map(|value| language.literal(value))
    }

    /// The same lines as a script of each shell; a batch file only if that can hold every word.
    pub(super) fn scripts(&self, files: Files, stem: &str, what: &str, lines: &[Line]) -> Files {
        let scripts = command::scripts(stem, what, lines);
        let has_batch = scripts.len() == command::SHELLS;
        let files = files.files(scripts);
        if has_batch || lines.iter().any(Line::is_capture) {
            return files;
        }
        files.doubt(finding::doubtful(
            self.target,
            Input::Target,
            "a value holds a quotation mark, which a batch file cannot carry, so there is no .cmd file",
            "Use the PowerShell script, with PowerShell 7.3 or later. Older ones lose the quotation mark on the way to a program.",
        ))
    }

    /// Whatever no configuration can hold: control characters, which one language or another cuts a line at.
    pub(super) fn not_held(&self) -> Vec<Finding> {
        let refuse = |input| {
            finding::not_carried(
                self.target,
                input,
                "it has a control character",
                "Give a path without line breaks and the like.",
            )
        };
        let inputs = [
            (
                "chain_path",
                if matches!(self.device.folder, Folder::OnDevice(_)) { Input::Folder } else { Input::Out },
            ),
            ("key_path", Input::Key),
            ("dps_name", Input::DpsName),
            ("resource_group", Input::ResourceGroup),
            ("group_name", Input::GroupName),
        ];
        let is_wrong = |name: &str| self.text(name).chars().any(char::is_control);
        inputs.into_iter().filter(|(name, _)| is_wrong(name)).map(|(_, input)| refuse(input)).collect()
    }
}

/// A folder and a name in it, by the separator that the folder uses.
fn join(folder: &str, name: &str) -> String {
    let is_windows = folder.contains('\\') && !folder.contains('/');
    let separator = if is_windows { '\\' } else { '/' };
    match folder.strip_suffix(separator) {
        _ if folder.is_empty() => name.to_owned(),
        Some(folder) => format!("{folder}{separator}{name}"),
        None => format!("{folder}{separator}{name}"),
    }
}

fn last_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
