//! A folder with a folder for each device, as `generate --count` makes it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Row, RowFault, reason};

/// What the device's certificate is called, the one that counts first.
const CERTIFICATES: [&str; 5] =
    ["device-full-chain.pem", "device-cert.pem", "fullchain.pem", "full-chain.pem", "cert.pem"];
const KEYS: [&str; 3] = ["device-key.pem", "privkey.pem", "key.pem"];

/// The folder that `generate --count` puts its devices into.
const DEVICES: &str = "devices";

/// The devices, in the order in which the system names them. Hidden entries and files are none.
pub(super) fn rows(folder: &Path) -> io::Result<super::Boxed> {
    let inside = folder.join(DEVICES);
    let folder = if inside.is_dir() && certificate(&inside).is_none() { inside } else { folder.to_owned() };
    let entries = fs::read_dir(&folder)?;
    let mut number = 0;
    Ok(Box::new(entries.filter_map(move |entry| {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => return Some(Err((None, reason(&error)))),
        };
        let name = path.file_name()?.to_string_lossy().into_owned();
        if name.starts_with('.') || !path.is_dir() {
            return None;
        }
        number += 1;
        Some(Ok(row(number, &name, &path)))
    })))
}

fn row(number: u64, name: &str, folder: &Path) -> Result<Row, RowFault> {
    let fault = |reason: String| RowFault {
        number,
        line: number,
        reason: format!("in the folder \"{name}\" {reason}"),
    };
    let cert = certificate(folder)
        .ok_or_else(|| fault(format!("there is no certificate called {}", CERTIFICATES.join(", "))))?;
    let key =
        first(folder, &KEYS).ok_or_else(|| fault(format!("there is no key called {}", KEYS.join(", "))))?;
    // A row says its files by whole paths.
    let (cert, key) = (fs::canonicalize(cert), fs::canonicalize(key));
    match (&cert, &key) {
        (Ok(cert), Ok(key)) => match (cert.to_str(), key.to_str()) {
            (Some(cert), Some(key)) => {
                Ok(Row::of(number, number, [("folder", name), ("cert", cert), ("key", key)]))
            }
            _ => Err(fault("the path is not UTF-8".to_owned())),
        },
        (Err(error), _) | (_, Err(error)) => Err(fault(reason(error))),
    }
}

fn certificate(folder: &Path) -> Option<PathBuf> {
    first(folder, &CERTIFICATES)
}

fn first(folder: &Path, names: &[&str]) -> Option<PathBuf> {
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::super::{List, Row};

    #[test]
    fn every_folder_is_a_device_in_devices_or_beside() {
        let folder = tempfile::tempdir().unwrap();
        for (name, files) in [
            ("a", &["device-cert.pem", "device-full-chain.pem", "device-key.pem"][..]),
            ("b", &["fullchain.pem", "privkey.pem"]),
            ("c", &["device-cert.pem"]),
            (".hidden", &["cert.pem", "key.pem"]),
        ] {
            let device = folder.path().join("devices").join(name);
            std::fs::create_dir_all(&device).unwrap();
            files.iter().for_each(|file| std::fs::write(device.join(file), "").unwrap());
        }
        std::fs::write(folder.path().join("devices/note.txt"), "").unwrap();
        for path in [folder.path().to_owned(), folder.path().join("devices")] {
            let rows: Vec<_> = List::of(&path).rows().unwrap().map(Result::unwrap).collect();
            let (mut good, bad): (Vec<Row>, Vec<_>) =
                rows.into_iter().fold((Vec::new(), Vec::new()), |(mut good, mut bad), row| {
                    match row {
                        Ok(row) => good.push(row),
                        Err(fault) => bad.push(fault),
                    }
                    (good, bad)
                });
            good.sort_by_key(|row| row.get("folder").map(str::to_owned));
            let certs: Vec<_> =
                good.iter().map(|row| row.get("cert").unwrap().rsplit_once('/').unwrap().1).collect();
            assert_eq!(certs, ["device-full-chain.pem", "fullchain.pem"]);
            assert_eq!(bad.len(), 1);
            assert!(bad[0].reason.contains("\"c\" there is no key"), "{bad:?}");
        }
    }
}
