//! The configuration file of a running emulator: read again when it changes, or when its owner asks.
//!
//! What counts is the content of the file and of the certificates that it names, looked at from time to time: that
//! works for editors that write a new file, for mounted volumes and for symbolic links alike.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ring::digest::{Context, Digest, SHA256};
use tokio::{sync::watch, time::sleep};

use crate::{
    config::{Config, ConfigError, read},
    dps::Dps,
    event::{EventSender, What},
};

/// How long a change takes to be seen. It is put in force when two looks in a row find the same: a file that is
/// being written is not read half.
const PAUSE: Duration = Duration::from_millis(250);
/// Looking takes at most this share of the time, however many certificates there are.
const SHARE: u32 = 20;

#[derive(Debug)]
pub(crate) struct Source {
    file: PathBuf,
    /// Of what was read last.
    seen: Mutex<Vec<u8>>,
}

impl Source {
    /// Of this file, as it is now.
    pub(crate) fn new(file: &Path) -> Self {
        Self { file: file.to_owned(), seen: Mutex::new(stamp(file)) }
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Reads the file and puts it in force; if it cannot be used, the old configuration stays.
    pub(crate) fn reload(&self, dps: &Dps, events: &EventSender) -> Result<(), ConfigError> {
        // Before the file is read: what changes in between is seen at the next look.
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = stamp(&self.file);
        reload(&self.file, dps, events)
    }

    fn has_seen(&self, stamp: &[u8]) -> bool {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) == stamp
    }

    /// Reads the file again whenever it has changed, until the emulator ends.
    pub(crate) async fn follow(&self, dps: &Dps, events: &EventSender, mut ending: watch::Receiver<bool>) {
        let (mut pause, mut candidate) = (PAUSE, None);
        loop {
            tokio::select! {
                _ = ending.wait_for(|ending| *ending) => return,
                () = sleep(pause) => {}
            }
            let (file, started) = (self.file.clone(), Instant::now());
            let Ok(found) = tokio::task::spawn_blocking(move || stamp(&file)).await else { continue };
            pause = PAUSE.max(started.elapsed() * SHARE);
            if self.has_seen(&found) {
                candidate = None;
            } else if candidate.as_ref() == Some(&found) {
                // Either way an event tells of it.
                self.reload(dps, events).unwrap_or_default();
                candidate = None;
            } else {
                candidate = Some(found);
            }
        }
    }
}

/// Puts a file in force, or says why not.
pub(crate) fn reload(file: &Path, dps: &Dps, events: &EventSender) -> Result<(), ConfigError> {
    match Config::from_file(file) {
        Ok(config) => {
            configure(config, dps, events);
            Ok(())
        }
        Err(error) => {
            events.tell(|| What::ConfigurationRefused { reason: error.to_string() });
            Err(error)
        }
    }
}

/// Puts a configuration in force.
pub(crate) fn configure(config: Config, dps: &Dps, events: &EventSender) {
    let (individuals, groups) = config.enrollments.count();
    let ca_certificates = config.ca_certificates.len();
    dps.configure(config);
    events.tell(|| What::Configured { individuals, groups, ca_certificates });
}

/// Of the file's content and that of the certificates it names.
fn stamp(file: &Path) -> Vec<u8> {
    let mut all = Context::new(&SHA256);
    let text = read(file);
    let named = text.as_ref().map_or_else(|_| Vec::new(), |text| certificates(text));
    let folder = file.parent().unwrap_or(Path::new(""));
    all.update(digest(text.ok()).as_ref());
    for certificate in named {
        all.update(digest(read(&folder.join(certificate)).ok()).as_ref());
    }
    all.finish().as_ref().to_vec()
}

/// A file that cannot be read differs from an empty one.
fn digest(content: Option<Vec<u8>>) -> Digest {
    let mut one = Context::new(&SHA256);
    one.update(&[u8::from(content.is_some())]);
    one.update(&content.unwrap_or_default());
    one.finish()
}

/// The certificate files of a configuration; none of one that is not TOML.
fn certificates(text: &[u8]) -> Vec<PathBuf> {
    let text = String::from_utf8_lossy(text);
    let file: toml::Table = toml::from_str(&text).unwrap_or_default();
    let entries = ["ca", "individual", "group"].into_iter().filter_map(|kind| file.get(kind)?.as_array());
    let entries = entries.flatten();
    let paths = entries.flat_map(|entry| {
        ["certificate", "secondary-certificate"].into_iter().filter_map(|key| entry.get(key)?.as_str())
    });
    paths.map(PathBuf::from).collect()
}
