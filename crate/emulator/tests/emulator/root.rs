//! The root in its folder.

use std::{fs, path::Path};

use dps_x509_emulator::{Config, Emulator, Running, StartError};
use rustls::version::TLS12;

use crate::client::{scope, start, tls};

async fn start_in(folder: &Path) -> Result<Running, StartError> {
    Emulator::new(Config::new(scope())).folder(folder).start().await
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn without_a_folder_every_start_has_its_own_root() {
    let (first, second) = (start(Config::new(scope())).await, start(Config::new(scope())).await);
    assert_ne!(first.root_pem(), second.root_pem());
    assert_eq!(first.root_path(), None);
}

#[tokio::test]
async fn the_root_survives_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("state/emulator");
    let first = start_in(&folder).await.unwrap();
    let (pem, path) = (first.root_pem().to_owned(), first.root_path().unwrap().to_owned());
    assert_eq!(fs::read_to_string(&path).unwrap(), pem);
    first.shutdown().await;

    let second = start_in(&folder).await.unwrap();
    assert_eq!(second.root_pem(), pem);
    assert!(tls(&second, None, &TLS12, "localhost").await.is_ok());
    assert_eq!(names(&folder), ["root-key.pem", "root.pem", "service.key", "state.journal", "state.lock"]);
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_key() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    start_in(folder.path()).await.unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("root-key.pem"), 0o600);
    assert_eq!(mode("root.pem") & 0o444, 0o444, "clients may run as somebody else");
}

#[tokio::test]
async fn a_start_that_was_killed_between_the_two_files_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    start_in(folder.path()).await.unwrap().shutdown().await;
    let key = fs::read(folder.path().join("root-key.pem")).unwrap();
    fs::remove_file(folder.path().join("root.pem")).unwrap();
    let again = start_in(folder.path()).await.unwrap();
    assert!(tls(&again, None, &TLS12, "localhost").await.is_ok());
    assert_eq!(fs::read(folder.path().join("root-key.pem")).unwrap(), key);
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    start_in(folder.path()).await.unwrap().shutdown().await;
    let (root, key) = (folder.path().join("root.pem"), folder.path().join("root-key.pem"));

    let other = tempfile::tempdir().unwrap();
    start_in(other.path()).await.unwrap().shutdown().await;
    let own_root = fs::read(&root).unwrap();
    fs::copy(other.path().join("root.pem"), &root).unwrap();
    let error = start_in(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains("root.pem: it does not belong to root-key.pem"), "{error}");
    fs::write(&root, own_root).unwrap();

    let own_key = fs::read_to_string(&key).unwrap();
    fs::write(&key, "nonsense").unwrap();
    let error = start_in(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains("root-key.pem: "), "{error}");

    fs::remove_file(&key).unwrap();
    let error = start_in(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains("root-key.pem is not; put it back"), "{error}");
    assert!(!error.contains(own_key.lines().nth(1).unwrap()));

    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = start_in(&file).await.unwrap_err().to_string();
    assert!(error.contains("file"), "{error}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let first = start(Config::new(scope())).await;
    let error = Emulator::new(Config::new(scope())).listen(first.addr()).start().await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on {}", first.addr())), "{error}");
}
