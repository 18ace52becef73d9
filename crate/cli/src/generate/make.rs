//! Making it, on a thread of its own.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use dps_x509_core::{
    generate::{
        self, Authority, Certificate, KeySearch, KeyType, Parts, PrivateKey, Random, Step, Subject, Validity,
        self_signed,
    },
    name::RegistrationId,
};

use super::{
    Failure,
    args::{DeviceArgs, KeyTypeArg, What},
    authority::{Given, since_1970},
    made::{DEVICES, File, Kind, Made, Task},
    progress::Progress,
};
use crate::{
    input::{now, random},
    output::{Folder, Mode},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long CAs are valid, unless their devices are longer.
const AUTHORITY: Duration = DAY.saturating_mul(3650);
/// DPS looks at it once.
const VERIFICATION: Duration = DAY.saturating_mul(30);
/// Clocks of devices are behind.
const LEEWAY: Duration = Duration::from_secs(60 * 60);

/// Makes what was asked for. Nothing is in the folder before everything is made.
pub(super) fn make(what: &What, given: Option<Given>, is_cancelled: &AtomicBool) -> Result<Made, Failure> {
    let devices = if let What::Chain { count, .. } = what { *count } else { 1 };
    let folder = Folder::open("--out", &what.output().out, &what.names()).map_err(Failure::Because)?;
    let random = random().map_err(Failure::Because)?;
    let progress = Progress::new(devices);
    let mut bench = Bench { random, folder, is_cancelled, progress, files: Vec::new() };
    let task = match (what, given) {
        (What::SelfSigned { device, key, .. }, _) => bench.self_signed(device, key.key_type)?,
        (What::Chain { device, key, count, .. }, _) => bench.chain(device, key.key_type, *count)?,
        (What::Csr { registration_id, parts, key_type, .. }, _) => {
            bench.request(registration_id, &parts.into(), *key_type)?
        }
        (What::Device { device, key, .. }, Some(given)) => bench.device(device, key.key_type, &given)?,
        (What::Verification { code, .. }, Some(given)) => bench.verification(code.trim(), &given)?,
        (What::Device { .. } | What::Verification { .. }, None) => {
            return Err(Failure::Because("--ca and --ca-key are missing".to_owned()));
        }
    };
    if is_cancelled.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    bench.folder.finish().map_err(Failure::Because)?;
    Ok(Made { task, out: what.output().out.clone(), files: bench.files })
}

struct Bench<'a> {
    random: Random,
    folder: Folder,
    is_cancelled: &'a AtomicBool,
    progress: Progress,
    files: Vec<File>,
}

impl Bench<'_> {
    fn self_signed(&mut self, device: &DeviceArgs, key_type: KeyTypeArg) -> Result<Task, Failure> {
        let subject = Subject::device(&device.registration_id, &(&device.parts).into())?;
        let key = self.key(key_type.into())?;
        let certificate = self_signed(&subject, &key, validity(device)?, &mut self.random)?;
        let id = &device.registration_id;
        self.certificate(Kind::Device, "", Some(id), &certificate, "")?;
        self.write(Kind::DeviceKey, "", Some(id), &key.to_pem()?)?;
        let enrollment =
            format!("[[individual]]\nregistration-id = \"{id}\"\ncertificate = \"device.pem\"\n");
        self.enrollments(&enrollment)?;
        Ok(Task::SelfSigned)
    }

    fn chain(&mut self, device: &DeviceArgs, key_type: KeyTypeArg, count: u32) -> Result<Task, Failure> {
        let parts = Parts::from(&device.parts);
        let ids = registration_ids(&device.registration_id, count)?;
        let subjects: Result<Vec<_>, _> = ids.iter().map(|id| Subject::device(id, &parts)).collect();
        let subjects = subjects?;
        let of_device = validity(device)?;
        let length = AUTHORITY.max(of_device.not_after().saturating_sub(of_device.not_before()));
        let of_authority = Validity::starting(of_device.not_before(), length)?;

        let subject = Subject::authority("root", &parts, &mut self.random)?;
        let key = self.key(key_type.into())?;
        let root = Authority::root(&subject, key, of_authority, &mut self.random)?;
        self.authority(&root, Kind::Root, Kind::RootKey)?;
        let subject = Subject::authority("intermediate", &parts, &mut self.random)?;
        let key = self.key(key_type.into())?;
        let intermediate = root.intermediate(&subject, key, of_authority, &mut self.random)?;
        self.authority(&intermediate, Kind::Intermediate, Kind::IntermediateKey)?;
        for (id, subject) in ids.iter().zip(&subjects) {
            let folder = if count == 1 { String::new() } else { format!("{DEVICES}/{}/", folder_name(id)) };
            let below = Below { authority: &intermediate, chain: intermediate.certificate().to_pem() };
            self.one_device(&folder, (id, subject), key_type, of_device, &below)?;
            self.progress.device();
        }
        self.enrollments("[[group]]\nname = \"test\"\ncertificate = \"root.pem\"\n")?;
        Ok(Task::Chain)
    }

    fn device(&mut self, device: &DeviceArgs, key_type: KeyTypeArg, given: &Given) -> Result<Task, Failure> {
        let id = &device.registration_id;
        let subject = Subject::device(id, &(&device.parts).into())?;
        let wanted = validity(device)?;
        let below = Below { authority: &given.authority, chain: &given.chain };
        let got = self.one_device("", (id, &subject), key_type, wanted, &below)?;
        Ok(Task::Device { ends_early: got.not_after() < wanted.not_after() })
    }

    fn request(&mut self, id: &RegistrationId, parts: &Parts, key_type: KeyTypeArg) -> Result<Task, Failure> {
        let subject = Subject::applicant(id, parts)?;
        let key = self.key(key_type.into())?;
        let request = generate::request(&subject, &key, &mut self.random)?;
        self.write(Kind::Request, "", Some(id), request.to_pem())?;
        self.write(Kind::DeviceKey, "", Some(id), &key.to_pem()?)?;
        Ok(Task::Request)
    }

    fn verification(&mut self, code: &str, given: &Given) -> Result<Task, Failure> {
        let subject = Subject::verification(code)?;
        let key = self.key(KeyType::P256)?;
        let validity = Validity::starting(since_1970(now()).saturating_sub(LEEWAY), VERIFICATION)?;
        let certificate = given.authority.verification(&subject, &key, validity, &mut self.random)?;
        self.certificate(Kind::Verification, "", None, &certificate, "")?;
        Ok(Task::Verification)
    }

    fn authority(&mut self, authority: &Authority, certificate: Kind, key: Kind) -> Result<(), Failure> {
        self.certificate(certificate, "", None, authority.certificate(), "")?;
        self.write(key, "", None, &authority.key().to_pem()?)
    }

    fn one_device(
        &mut self,
        folder: &str,
        (id, subject): (&RegistrationId, &Subject),
        key_type: KeyTypeArg,
        validity: Validity,
        below: &Below<'_>,
    ) -> Result<Validity, Failure> {
        let key = self.key(key_type.into())?;
        let leaf = below.authority.device(subject, &key, validity, &mut self.random)?;
        // In a folder of many devices `check --each` would find it twice; a group has no use for it.
        if folder.is_empty() {
            self.certificate(Kind::Device, folder, Some(id), &leaf, "")?;
        }
        self.write(Kind::DeviceKey, folder, Some(id), &key.to_pem()?)?;
        self.certificate(Kind::DeviceFullChain, folder, Some(id), &leaf, below.chain)?;
        Ok(leaf.validity())
    }

    fn key(&mut self, key_type: KeyType) -> Result<PrivateKey, Failure> {
        let mut search = KeySearch::new(key_type);
        loop {
            if self.is_cancelled.load(Ordering::Relaxed) {
                return Err(Failure::Interrupted);
            }
            match search.step(&mut self.random) {
                Step::Found(key) => return Ok(key),
                Step::Searching(progress) => self.progress.searching(key_type, progress),
            }
        }
    }

    /// A file of enrollments for `dps-x509 emulate`.
    fn enrollments(&mut self, enrollment: &str) -> Result<(), Failure> {
        let text = format!(
            "# For `dps-x509 emulate`, a DPS on this machine.\nid-scope = \"0ne00111111\"\n\n{enrollment}"
        );
        self.write(Kind::Enrollments, "", None, &text)
    }

    /// A certificate, and in PEM what follows it in its file.
    fn certificate(
        &mut self,
        kind: Kind,
        folder: &str,
        id: Option<&RegistrationId>,
        certificate: &Certificate,
        rest: &str,
    ) -> Result<(), Failure> {
        self.write(kind, folder, id, &[certificate.to_pem(), rest].concat())?;
        if let Some(file) = self.files.last_mut() {
            file.certificate = Some((certificate.subject(), certificate.validity()));
        }
        Ok(())
    }

    fn write(
        &mut self,
        kind: Kind,
        folder: &str,
        id: Option<&RegistrationId>,
        text: &str,
    ) -> Result<(), Failure> {
        let name = format!("{folder}{}", kind.file_name());
        let mode = if kind.is_secret() { Mode::Secret } else { Mode::Public };
        self.folder.write(&name, text, mode).map_err(Failure::Because)?;
        self.files.push(File { kind, name, registration_id: id.cloned(), certificate: None });
        Ok(())
    }
}

/// The CA above a device, and what its client sends after the leaf.
struct Below<'a> {
    authority: &'a Authority,
    chain: &'a str,
}

fn validity(device: &DeviceArgs) -> Result<Validity, Failure> {
    let length = DAY.saturating_mul(device.days);
    let begins = |from: Duration, length| Validity::starting(from, length).map_err(Failure::from);
    match device.not_before {
        Some(time) if time.seconds() < 0 => Err(Failure::from(generate::Error::BadValidity)),
        Some(time) => begins(since_1970(time), length),
        None => begins(since_1970(now()).saturating_sub(LEEWAY), length.saturating_add(LEEWAY)),
    }
}

/// `sensor`, or `sensor-1`, `sensor-2`, …
fn registration_ids(id: &RegistrationId, count: u32) -> Result<Vec<RegistrationId>, Failure> {
    if count == 1 {
        return Ok(vec![id.clone()]);
    }
    let numbered = (1..=count).map(|number| RegistrationId::new(&format!("{id}-{number}")));
    numbered.collect::<Result<_, _>>().map_err(|error| Failure::Because(error.to_string()))
}

/// No hidden folder, and none that Windows has no name for. All IDs of a run begin alike, so they stay apart.
fn folder_name(id: &RegistrationId) -> String {
    let name = id.as_str().replace(':', "_");
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}
