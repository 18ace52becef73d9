//! The cases of `tests/case/explain`, as they are written; unknown members and files are refused.

use std::{
    fs,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{Enrollment, Inputs, Purpose, Read, UnixTime},
    finding::Place,
    name::RegistrationId,
};
use serde::Deserialize;
use serde_json::Value;

/// One case: a text or a code, and files beside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The folder's name.
    #[serde(skip)]
    pub(crate) name: String,
    pub(crate) what: String,
    /// Where it comes from.
    pub(crate) thread: Option<String>,
    /// The code of the cause in the thread; none where it was not established.
    pub(crate) cause: Option<String>,
    /// Words of the fix.
    pub(crate) fix: Option<String>,
    pub(crate) given: Given,
    code: Option<u32>,
    pub(crate) expected: Value,
    #[serde(skip)]
    pub(crate) subject: Subject,
}

/// What is to be explained.
pub(crate) enum Subject {
    Code(u32),
    Text(Vec<u8>),
}

impl Default for Subject {
    fn default() -> Self {
        Self::Text(Vec::new())
    }
}

/// What is given besides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Given {
    pub(crate) files: Vec<File>,
    pub(crate) registration_id: Option<String>,
    /// Seconds since 1970.
    pub(crate) at: Option<i64>,
    pub(crate) cloud: Option<String>,
    enrollment: Option<String>,
}

/// A file of `tests/fixture/cert`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    purpose: String,
    pub(crate) path: String,
    #[serde(skip)]
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// The purpose, and the flag that stands for it.
    pub(crate) fn purpose(&self) -> (Purpose, &'static str) {
        match self.purpose.as_str() {
            "any" => (Purpose::Any, "FILE"),
            "group-ca" => (Purpose::GroupCa, "--group-ca"),
            "server-trust" => (Purpose::ServerTrust, "--trust"),
            other => panic!("{other} is no purpose"),
        }
    }
}

impl Given {
    pub(crate) fn enrollment(&self) -> Enrollment {
        match self.enrollment.as_deref() {
            None => Enrollment::Unknown,
            Some("individual") => Enrollment::Individual,
            Some("group") => Enrollment::Group,
            Some(other) => panic!("{other} is no enrollment"),
        }
    }
}

impl Case {
    /// What is given, for the core.
    pub(crate) fn inputs(&self) -> Inputs {
        let given = &self.given;
        let files = given.files.iter().map(|file| {
            let (purpose, flag) = file.purpose();
            Read::new(purpose, Place::input(flag).path(&*file.path), file.bytes.clone())
        });
        Inputs {
            files: files.collect(),
            registration_id: given.registration_id.as_deref().map(|id| RegistrationId::new(id).unwrap()),
            at: given.at.map(UnixTime::from_seconds),
            cloud: given.cloud.as_deref().map(|cloud| cloud.parse().unwrap()),
            enrollment: given.enrollment(),
            ..Inputs::default()
        }
    }

    fn read(folder: &Path) -> Self {
        let json = fs::read_to_string(folder.join("case.json")).unwrap();
        let mut case: Self =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        case.subject = match case.code {
            Some(code) => {
                assert_eq!(names, ["case.json"], "{}", folder.display());
                Subject::Code(code)
            }
            None => {
                assert_eq!(names, ["case.json", "input.txt"], "{}", folder.display());
                Subject::Text(fs::read(folder.join("input.txt")).unwrap())
            }
        };
        case.name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for file in &mut case.given.files {
            file.bytes = fs::read(tests().join("fixture/cert").join(&file.path)).unwrap();
        }
        case
    }
}

fn tests() -> PathBuf {
    // From the core, and from the tests' own crate.
    ["../../tests", "../tests"]
        .iter()
        .map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .find(|path| path.join("case/explain").is_dir())
        .unwrap()
}

/// Where the cases are.
pub(crate) fn folder() -> PathBuf {
    tests().join("case/explain")
}

/// All cases, in order.
pub(crate) fn all() -> Vec<Case> {
    let mut folders: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() >= 100, "there are {} cases", folders.len());
    folders.iter().map(|folder| Case::read(folder)).collect()
}
