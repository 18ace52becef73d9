//! From a row to a device that can be provisioned, or to what is wrong with it.

use std::{
    path::Path,
    process::Stdio,
    sync::Arc,
    time::{Duration, SystemTime},
};

use dps_x509_core::{
    cert::{self, Certificate, Kind, Passphrase, Purpose, Read, UnixTime},
    explain,
    finding::{Family, Finding, Input, Naming, Origin, Place, Severity, catalogue},
    name::RegistrationId,
    session::{Class, Config, Report, Settings, Shortfall, TransportFailureKind},
    text,
};
use dps_x509_net::{
    Access, Identity,
    pkcs11::{self, Pin},
};
use serde_json::{Map, Value, json};
use tokio::{io::AsyncReadExt as _, process::Command, time::timeout};
use zeroize::Zeroizing;

use crate::{
    key::Key,
    list::{Row, RowFault, reason},
    plan::{Fault, From, Given, Plan},
};

/// A device that can be provisioned.
#[derive(Debug)]
pub struct Device {
    pub(crate) name: Name,
    pub(crate) key: Key,
    pub(crate) config: Config,
    pub(crate) access: Access,
    /// The device's chain as it was read, for the case that it is refused.
    chain: Read,
    warnings: Vec<Finding>,
    cloud: Option<dps_x509_core::name::Cloud>,
    enrollment: cert::Enrollment,
}

/// How a row and its device are called in a result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// The how manieth row.
    pub row: u64,
    /// Where it stands.
    pub line: u64,
    /// The ID scope as it was given.
    pub id_scope: Option<String>,
    /// The registration ID as it was given, or as the certificate says it.
    pub device: Option<String>,
}

/// A row that nothing can be dialled for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unusable {
    /// Which one.
    pub name: Name,
    /// Why not.
    pub findings: Vec<Finding>,
}

/// A device's files.
pub(crate) struct Files {
    pub(crate) cert: Read,
    /// `None` where the key stays in a token.
    pub(crate) key: Option<Read>,
}

impl Files {
    fn new(from: &From, cert: Zeroizing<Vec<u8>>, key: Option<Zeroizing<Vec<u8>>>) -> Self {
        Self {
            cert: Read::new(Purpose::DeviceChain, place("cert", from.cert()), cert),
            key: key.map(|key| Read::new(Purpose::DeviceKey, place("key", from.key()), key)),
        }
    }

    /// Both, as the core takes them.
    pub(crate) fn all(&self) -> Vec<Read> {
        [&self.cert].into_iter().chain(&self.key).cloned().collect()
    }
}

/// Longest that a command may take, and print.
const COMMAND: Duration = Duration::from_secs(60);
const MAX_OUTPUT: u64 = 1024 * 1024;

impl Name {
    pub(crate) const fn of(row: &Row) -> Self {
        Self { row: row.number(), line: row.line(), id_scope: None, device: None }
    }

    /// What the device is remembered by.
    pub(crate) fn key(&self) -> Key {
        match (&self.id_scope, &self.device) {
            (Some(scope), Some(device)) => Key::of(scope, device),
            _ => Key::of_row(self.row),
        }
    }

    /// The members of a result that say which device it is of.
    fn put(&self, object: &mut Map<String, Value>) {
        object.insert("row".into(), json!(self.row));
        for (member, value) in [("idScope", &self.id_scope), ("device", &self.device)] {
            if let Some(value) = value {
                object.insert(member.into(), json!(value));
            }
        }
    }
}

impl Unusable {
    /// Of a row that cannot be read.
    #[must_use]
    pub fn row(fault: &RowFault) -> Self {
        let name = Name { row: fault.number, line: fault.line, ..Name::default() };
        let finding = row_invalid(&name, &fault.reason);
        Self { name, findings: vec![finding] }
    }

    /// The result of it, a JSON object.
    pub(crate) fn to_json(&self, at: SystemTime) -> Map<String, Value> {
        let mut object = Report::invalid_settings(self.findings.clone()).to_json(Naming::CommandLine);
        self.name.put(&mut object);
        object.insert("at".into(), json!(rfc3339(at)));
        object
    }
}

impl Device {
    /// Reads everything that a row names.
    pub(crate) async fn prepare(row: &Row, plan: &Arc<Plan>) -> Result<Self, Unusable> {
        let mut name = Name::of(row);
        let given = match given(row, plan, &mut name) {
            Ok(given) => given,
            Err(findings) => return Err(Unusable { name, findings }),
        };
        let files = match read(&given.from).await {
            Ok(files) => files,
            Err(finding) => return Err(Unusable { name, findings: vec![*finding] }),
        };
        // Keys are parsed and compared here, which takes about as long as a signature; a token may take its time.
        let plan = Arc::clone(plan);
        let of_files = move || {
            let device = Self::of_files(&mut name, given, files, &plan);
            device.map_err(|findings| Unusable { name, findings })
        };
        match tokio::task::spawn_blocking(of_files).await {
            Ok(device) => device,
            Err(error) => {
                let finding = not_usable(&error.to_string(), &Place::default());
                Err(Unusable { name: Name::of(row), findings: vec![finding] })
            }
        }
    }

    fn of_files(name: &mut Name, given: Given, files: Files, plan: &Plan) -> Result<Self, Vec<Finding>> {
        let chain_place = files.cert.place().clone();
        let opened = cert::open(&cert::Inputs {
            files: files.all(),
            passphrase: plan.passphrase.clone(),
            ..cert::Inputs::default()
        });
        let wrong = unusable(&opened.findings);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let certificates = opened.items.iter().filter(|item| item.kind == Kind::Certificate);
        let certificates = certificates.filter(|item| item.place.input == chain_place.input);
        let chain: Vec<Vec<u8>> = certificates.map(|item| item.der.to_vec()).collect();
        if name.device.is_none() {
            name.device = chain.first().and_then(|leaf| common_name(leaf));
        }
        let Some(device) = &name.device else {
            return Err(vec![lacks_name(chain_place)]);
        };
        let identity = identity(&chain, &given.from, &files, plan)?;
        let settings = Settings {
            id_scope: name.id_scope.clone().unwrap_or_default(),
            registration_id: device.clone(),
            payload: given.payload,
            ..plan.settings.clone()
        };
        let (config, warnings) = settings.parse()?;
        let access = Access::trusting(identity, &plan.trust)
            .allow(config.endpoint.host(), config.endpoint.port())
            .route(plan.route.clone());
        Ok(Self {
            key: name.key(),
            name: name.clone(),
            config,
            access,
            chain: files.cert,
            warnings,
            cloud: plan.cloud,
            enrollment: plan.enrollment,
        })
    }

    /// Which device it is.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// What it is to do.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The result of a run, a JSON object (`crate/core/schema/fleet-result.json`): the report of `provision`, and which
    /// device it is of.
    pub(crate) fn to_json(&self, report: &Report, attempts: u32, at: SystemTime) -> Map<String, Value> {
        let mut object = report.to_json(Naming::CommandLine);
        let findings = match &report.result {
            Ok(_) => Vec::new(),
            Err(shortfall) => self.joined(shortfall, at),
        };
        let findings = findings.iter().chain(&self.warnings);
        object
            .insert("findings".into(), dps_x509_core::finding::json::findings(findings, Naming::CommandLine));
        self.name.put(&mut object);
        object.insert("endpoint".into(), json!(self.config.endpoint.to_string()));
        object.insert("attempts".into(), json!(attempts));
        object.insert("at".into(), json!(rfc3339(at)));
        object
    }

    /// What went wrong together with what the device's own files say to it, as `provision` tells it.
    fn joined(&self, shortfall: &Shortfall, at: SystemTime) -> Vec<Finding> {
        let is_alert = |kind: &TransportFailureKind| matches!(kind, TransportFailureKind::Alert(_));
        let refused_in_tls = shortfall.transport.as_ref().is_some_and(|failure| is_alert(&failure.kind));
        match &shortfall.answer {
            Some(answer) if shortfall.class == Class::Refused => {
                let mut findings = explain::refusal(answer, &self.check(at));
                if let (Some(joined), Some(plain)) = (findings.first_mut(), shortfall.findings.first()) {
                    joined.place = plain.place.clone();
                }
                findings
            }
            _ if refused_in_tls => {
                let report = self.check(at);
                let wrong = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
                shortfall.findings.iter().chain(wrong).cloned().collect()
            }
            _ => shortfall.findings.clone(),
        }
    }

    fn check(&self, at: SystemTime) -> cert::Report {
        cert::check(&cert::Inputs {
            files: vec![self.chain.clone()],
            registration_id: Some(self.config.registration_id.clone()),
            at: Some(unix_time(at)),
            cloud: self.cloud,
            enrollment: self.enrollment,
            ..cert::Inputs::default()
        })
    }
}

/// The chain with its key, from a file or in a token.
fn identity(chain: &[Vec<u8>], from: &From, files: &Files, plan: &Plan) -> Result<Identity, Vec<Finding>> {
    let passphrase = plan.passphrase.as_ref().map(Passphrase::as_bytes);
    let place = files.key.as_ref().map_or_else(|| Place::input("key"), |key| key.place().clone());
    let made = match (from, &files.key) {
        (From::Token { key, .. }, _) => {
            let pin = passphrase.map(|pin| Pin::new(String::from_utf8_lossy(pin).into_owned()));
            let key = pkcs11::signing_key(key, pin.as_ref())
                // Its semicolons are those of the URI.
                .map_err(|error| vec![not_usable(&error.to_string().replace(';', ","), &place)])?;
            Identity::from_signing_key(chain.iter().cloned(), key)
        }
        (_, Some(key)) => Identity::from_chain(chain.iter().cloned(), key.bytes(), passphrase),
        (_, None) => Identity::from_chain(chain.iter().cloned(), &[], passphrase),
    };
    made.map_err(|error| vec![not_usable(&error.to_string(), &place)])
}

/// What a row says, with what it is called.
pub(crate) fn given(row: &Row, plan: &Plan, name: &mut Name) -> Result<Given, Vec<Finding>> {
    let wrong = |error| vec![fault(row, error)];
    let named = plan.named(row).map_err(wrong)?;
    name.id_scope = named.id_scope;
    name.device = named.registration_id;
    let given = plan.given(row).map_err(wrong)?;
    if name.id_scope.is_none() {
        return Err(vec![lacks_scope(name)]);
    }
    Ok(given)
}

/// What a row does not say.
pub(crate) fn fault(row: &Row, (input, error): Fault) -> Finding {
    let message = format!("The {input} of row {} cannot be told: {error}.", row.number());
    let next_step = "Correct the row, or the flag's template.";
    let place = Place::input(Origin::named(input.to_string())).line(line(row.line()));
    Finding::new(&catalogue::DEVICE_ROW_INVALID, message, next_step).at(place)
}

fn lacks_scope(name: &Name) -> Finding {
    let what = "What is missing is the ID scope of the DPS instance.";
    let next_step = "Give --id-scope, or a column of that name.";
    let finding = Finding::new(&catalogue::SETTING_MISSING, what, next_step);
    finding.at(Place::input(Input::IdScope).line(line(name.line)))
}

fn lacks_name(place: Place) -> Finding {
    let what = "What is missing is the registration ID: the leaf has no CN to take it from.";
    let next_step = "Give --registration-id, or a column of that name.";
    Finding::new(&catalogue::SETTING_MISSING, what, next_step).at(place)
}

/// Which of its two names a device does not have.
#[cfg(feature = "nats")]
pub(crate) fn lacks(name: &Name) -> Finding {
    match name.id_scope {
        None => lacks_scope(name),
        Some(_) => lacks_name(Place::input("list").line(line(name.line))),
    }
}

/// The CN of a device's leaf, from its file alone.
#[cfg(feature = "nats")]
pub(crate) fn name_of_leaf(from: &From) -> Result<Option<String>, Box<Finding>> {
    let (From::Files { cert, .. } | From::Token { cert, .. }) = from else { return Ok(None) };
    let chain = Read::new(Purpose::DeviceChain, place("cert", cert), read_file("cert", cert)?);
    let leaf = chain.items().iter().find(|item| item.kind == Kind::Certificate);
    Ok(leaf.and_then(|leaf| common_name(&leaf.der)))
}

/// What is wrong with the names of a device, before anybody has its files.
#[cfg(feature = "nats")]
pub(crate) fn wrong_name(plan: &Plan, id_scope: &str, device: &str) -> Vec<Finding> {
    let settings = Settings {
        id_scope: id_scope.to_owned(),
        registration_id: device.to_owned(),
        payload: None,
        ..plan.settings.clone()
    };
    settings.parse().err().unwrap_or_default()
}

/// The registration ID as a name, for those who check files.
pub(crate) fn registration_id(name: &Name) -> Result<Option<RegistrationId>, Vec<Finding>> {
    name.device.as_deref().map(Settings::registration_id).transpose()
}

/// What a row's identity comes from: two files, or what a program prints.
pub(crate) async fn read(from: &From) -> Result<Files, Box<Finding>> {
    match from {
        From::Files { .. } | From::Token { .. } => {
            let from = from.clone();
            let read = tokio::task::spawn_blocking(move || read_files(&from)).await;
            read.unwrap_or_else(|error| Err(Box::new(not_usable(&error.to_string(), &Place::default()))))
        }
        From::Command(words) => {
            let bytes = run(words).await?;
            Ok(Files::new(from, bytes.clone(), Some(bytes)))
        }
    }
}

/// The files; a command is not run here.
pub(crate) fn read_files(from: &From) -> Result<Files, Box<Finding>> {
    let key = match from {
        From::Token { .. } => None,
        _ => Some(read_file("key", from.key())?),
    };
    Ok(Files::new(from, read_file("cert", from.cert())?, key))
}

fn read_file(input: &str, path: &Path) -> Result<Zeroizing<Vec<u8>>, Box<Finding>> {
    let read = std::fs::File::open(path).and_then(|file| {
        let mut bytes = Zeroizing::new(Vec::new());
        // A byte more than is read further, so that this can be told.
        let most = u64::try_from(cert::File::MAX_SIZE).unwrap_or(u64::MAX).saturating_add(1);
        std::io::Read::read_to_end(&mut std::io::Read::take(file, most), &mut bytes)?;
        Ok(bytes)
    });
    read.map_err(|error| Box::new(cert::unreadable(place(input, path), reason(&error))))
}

/// What a program prints, within a minute.
async fn run(words: &[String]) -> Result<Zeroizing<Vec<u8>>, Box<Finding>> {
    let failed = |why: String| {
        let program = words.first().map_or("", String::as_str);
        let message = format!("The program {} gives no identity: {why}.", text::visible(program));
        let next_step =
            "Run it by hand for this device: it has to print the certificates and the key as PEM.";
        let place = Place::input("identity-command");
        Box::new(Finding::new(&catalogue::IDENTITY_NOT_USABLE, message, next_step).at(place))
    };
    let mut parts = words.iter();
    let mut command = Command::new(parts.next().map_or("", String::as_str));
    command.args(parts).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| failed(reason(&error)))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let running = async {
        let mut printed = Zeroizing::new(Vec::new());
        let mut said = Vec::new();
        let reading = async {
            if let Some(out) = out {
                out.take(MAX_OUTPUT).read_to_end(&mut printed).await?;
            }
            std::io::Result::Ok(())
        };
        let listening = async {
            if let Some(err) = err {
                err.take(4096).read_to_end(&mut said).await?;
            }
            std::io::Result::Ok(())
        };
        let (read, listened) = tokio::join!(reading, listening);
        read.and(listened)?;
        Ok((child.wait().await?, printed, said))
    };
    match timeout(COMMAND, running).await {
        Err(_) => Err(failed(format!("it takes longer than {} s", COMMAND.as_secs()))),
        Ok(Err(error)) => Err(failed(std::io::Error::to_string(&error))),
        Ok(Ok((status, printed, _))) if status.success() => Ok(printed),
        Ok(Ok((status, _, said))) => {
            let said = String::from_utf8_lossy(&said).lines().last().unwrap_or_default().to_owned();
            Err(failed(format!("{status} {}", text::visible(said.trim())).trim().to_owned()))
        }
    }
}

/// Errors about files, or if there are none about keys: what cannot be used at all.
fn unusable(findings: &[Finding]) -> Vec<Finding> {
    let errors_of = |is_of: fn(Family) -> bool| {
        let errors = findings.iter().filter(|finding| finding.is_error_of(is_of));
        errors.cloned().collect::<Vec<_>>()
    };
    let files = errors_of(Family::is_about_files);
    if files.is_empty() { errors_of(Family::is_about_keys) } else { files }
}

pub(crate) fn common_name(leaf: &[u8]) -> Option<String> {
    Certificate::read(leaf).ok()?.subject.common_names().next()?.text.clone()
}

fn not_usable(why: &str, place: &Place) -> Finding {
    let why = why.split(';').next().unwrap_or_default();
    let next_step = "Give the leaf first, then its intermediates, and the leaf's key as PKCS#8.";
    let message = format!("The identity cannot be used: {why}.");
    Finding::new(&catalogue::IDENTITY_NOT_USABLE, message, next_step).at(place.clone())
}

fn row_invalid(name: &Name, reason: &str) -> Finding {
    let message = format!("Row {} of the list cannot be used: {}.", name.row, text::visible(reason));
    let next_step = "Correct the row; the others are done without it.";
    let place = Place::input("list").line(line(name.line));
    Finding::new(&catalogue::DEVICE_ROW_INVALID, message, next_step).at(place)
}

fn line(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

pub(crate) fn place(input: &str, path: &Path) -> Place {
    Place::input(Origin::named(input.to_owned())).path(text::visible(&path.to_string_lossy()))
}

pub(crate) fn unix_time(time: SystemTime) -> UnixTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

pub(crate) fn rfc3339(time: SystemTime) -> String {
    unix_time(time).to_rfc3339()
}
