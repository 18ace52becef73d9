//! OCI image layouts (image-spec 1.1) and the archives in them, the same bytes whenever they are made.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::sha256;
use crate::workspace::{self, Result};

/// A tar archive in the making.
pub(crate) struct Tree {
    archive: tar::Builder<Vec<u8>>,
    folders: BTreeSet<String>,
    time: u64,
}

/// Who owns what nobody else does.
const ROOT: u64 = 0;

impl Tree {
    /// Every file is of this time.
    pub(crate) fn new(time: u64) -> Self {
        Self { archive: tar::Builder::new(Vec::new()), folders: BTreeSet::new(), time }
    }

    /// A file, with the folders above it.
    pub(crate) fn file(&mut self, path: &str, bytes: &[u8], mode: u32) -> Result<()> {
        self.folders_above(path)?;
        let mut header = self.header(tar::EntryType::Regular, mode, ROOT);
        header.set_size(u64::try_from(bytes.len())?);
        Ok(self.archive.append_data(&mut header, path, bytes)?)
    }

    /// A folder of somebody's.
    pub(crate) fn folder(&mut self, path: &str, mode: u32, owner: u64) -> Result<()> {
        self.folders_above(path)?;
        self.folders.insert(path.to_owned());
        let mut header = self.header(tar::EntryType::Directory, mode, owner);
        header.set_size(0);
        Ok(self.archive.append_data(&mut header, format!("{path}/"), std::io::empty())?)
    }

    /// The bytes of the archive.
    pub(crate) fn finish(self) -> Result<Vec<u8>> {
        Ok(self.archive.into_inner()?)
    }

    fn folders_above(&mut self, path: &str) -> Result<()> {
        let parents: Vec<_> =
            Path::new(path).ancestors().skip(1).map(|it| it.to_string_lossy().into_owned()).collect();
        for parent in parents.into_iter().rev().filter(|parent| !parent.is_empty()) {
            if self.folders.insert(parent.clone()) {
                let mut header = self.header(tar::EntryType::Directory, 0o755, ROOT);
                header.set_size(0);
                self.archive.append_data(&mut header, format!("{parent}/"), std::io::empty())?;
            }
        }
        Ok(())
    }

    fn header(&self, kind: tar::EntryType, mode: u32, owner: u64) -> tar::Header {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(owner);
        header.set_gid(owner);
        header.set_mtime(self.time);
        header
    }
}

/// A layout in the making: its folder has blobs by their hashes, and an index that names some of them.
pub(crate) struct Layout {
    folder: PathBuf,
    manifests: Vec<Value>,
}

impl Layout {
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        workspace::write(&folder.join("oci-layout"), br#"{"imageLayoutVersion":"1.0.0"}"#)?;
        Ok(Self { folder: folder.to_owned(), manifests: Vec::new() })
    }

    /// Puts bytes there, and gives their descriptor.
    pub(crate) fn blob(&self, media_type: &str, bytes: &[u8]) -> Result<Value> {
        let digest = sha256(bytes);
        let path = self.folder.join("blobs/sha256").join(&digest);
        std::fs::create_dir_all(self.folder.join("blobs/sha256"))?;
        std::fs::write(path, bytes)?;
        Ok(json!({ "mediaType": media_type, "digest": format!("sha256:{digest}"), "size": bytes.len() }))
    }

    /// Names a manifest that was put there.
    pub(crate) fn name(&mut self, mut descriptor: Value, reference: &str) {
        if let Some(object) = descriptor.as_object_mut() {
            object.insert("annotations".into(), json!({ "org.opencontainers.image.ref.name": reference }));
        }
        self.manifests.push(descriptor);
    }

    /// Writes the index.
    pub(crate) fn finish(self) -> Result<()> {
        let index = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": self.manifests,
        });
        workspace::write(&self.folder.join("index.json"), index.to_string().as_bytes())
    }
}

/// A time of seconds since 1970, as RFC 3339 writes it.
pub(crate) fn timestamp(time: u64) -> String {
    let (days, rest) = (time / 86_400, time % 86_400);
    // Days of the proleptic Gregorian calendar, in years that begin with March.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (time, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(time), expected);
        }
    }

    #[test]
    fn an_archive_has_the_folders_above_its_files_once() {
        let mut tree = Tree::new(7);
        tree.file("a/b/c", b"1", 0o644).unwrap();
        tree.file("a/d", b"2", 0o755).unwrap();
        let bytes = tree.finish().unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let paths: Vec<_> = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(paths, ["a/", "a/b/", "a/b/c", "a/d"]);
    }
}
