//! The container image: from scratch around the binary, with an ordinary user, and the emulator as what it does unless told
//! otherwise.

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use serde_json::{Value, json};

use super::{
    Release,
    binary::{Binary, gzip},
    layout::{Layout, Tree, timestamp},
    sha256,
};
use crate::workspace::{self, Result};

const USER: u64 = 10001;
const CONTAINERFILE: &str = "crate/emulator/Containerfile";

/// An OCI layout in `image`, with one index over all architectures; and in `container` what an engine builds the same from.
pub(crate) fn write(release: &Release, binaries: &[&Binary]) -> Result<()> {
    let mut layout = Layout::new(&release.folder.join("image"))?;
    let context = release.folder.join("container");
    let mut manifests = Vec::new();
    for binary in chosen(binaries) {
        let root = files(release, binary)?;
        let packed = gzip(&root)?;
        manifests.push(manifest(release, binary, &layout, &root, &packed)?);
        workspace::write(&context.join(format!("root-{}.tar.gz", binary.go_architecture()?)), &packed)?;
    }
    workspace::write(&context.join("Containerfile"), &fs::read(workspace::root().join(CONTAINERFILE))?)?;
    let reference = release.version.clone();
    if let [manifest] = manifests.as_slice() {
        layout.name(manifest.clone(), &reference);
    } else {
        let index = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": manifests,
        });
        let index = layout.blob("application/vnd.oci.image.index.v1+json", index.to_string().as_bytes())?;
        layout.name(index, &reference);
    }
    layout.finish()
}

/// For each architecture the static one, if there is one.
fn chosen<'a>(binaries: &[&'a Binary]) -> Vec<&'a Binary> {
    let mut seen = BTreeSet::new();
    let (of_itself, others): (Vec<&Binary>, Vec<&Binary>) =
        binaries.iter().partition(|binary| binary.is_static());
    let all = of_itself.into_iter().chain(others);
    all.filter(|binary| seen.insert(binary.architecture().to_owned())).collect()
}

fn manifest(
    release: &Release,
    binary: &Binary,
    layout: &Layout,
    root: &[u8],
    packed: &[u8],
) -> Result<Value> {
    let layer = layout.blob("application/vnd.oci.image.layer.v1.tar+gzip", packed)?;
    let created = timestamp(release.time);
    let labels = json!({
        "org.opencontainers.image.title": "dps-x509",
        "org.opencontainers.image.description": "A local Azure DPS and its IoT hubs, and the command line for the real ones",
        "org.opencontainers.image.version": release.version,
        "org.opencontainers.image.revision": release.commit,
        "org.opencontainers.image.licenses": "Apache-2.0 OR MIT",
    });
    let config = json!({
        "created": created,
        "architecture": binary.go_architecture()?,
        "os": "linux",
        "config": {
            "User": format!("{USER}:{USER}"),
            "ExposedPorts": { "8883/tcp": {} },
            // A container's loopback is its own, so here the emulator has to listen on every address.
            "Env": [
                "PATH=/usr/bin",
                "DPS_X509_EMULATOR_LISTEN=0.0.0.0:8883",
                "DPS_X509_EMULATOR_FOLDER=/state",
                // Where the token of the control interface is.
                "XDG_RUNTIME_DIR=/state",
            ],
            "Entrypoint": ["dps-x509"],
            "Cmd": ["emulate"],
            "WorkingDir": "/state",
            "Volumes": { "/state": {} },
            "StopSignal": "SIGTERM",
            "Labels": labels,
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", sha256(root))] },
        "history": [{ "created": created, "created_by": "cargo xtask dist" }],
    });
    let config = layout.blob("application/vnd.oci.image.config.v1+json", config.to_string().as_bytes())?;
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config,
        "layers": [layer],
        "annotations": labels,
    });
    let mut manifest =
        layout.blob("application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes())?;
    if let Some(object) = manifest.as_object_mut() {
        let platform = json!({ "os": "linux", "architecture": binary.go_architecture()? });
        object.insert("platform".into(), platform);
    }
    Ok(manifest)
}

/// The layer.
fn files(release: &Release, binary: &Binary) -> Result<Vec<u8>> {
    let mut tree = Tree::new(release.time);
    tree.file("etc/passwd", format!("dps:x:{USER}:{USER}:dps:/state:\n").as_bytes(), 0o644)?;
    tree.file("etc/group", format!("dps:x:{USER}:\n").as_bytes(), 0o644)?;
    tree.file("usr/bin/dps-x509", &fs::read(&binary.path)?, 0o755)?;
    if !binary.is_static() {
        for library in libraries(&binary.path)? {
            let path = library.to_string_lossy();
            tree.file(path.trim_start_matches('/'), &fs::read(&library)?, 0o755)?;
        }
    }
    for file in ["NOTICES.txt", "LICENSE-APACHE", "LICENSE-MIT"] {
        let bytes = fs::read(workspace::root().join("crate/cli").join(file))?;
        tree.file(&format!("usr/share/doc/dps-x509/{file}"), &bytes, 0o644)?;
    }
    tree.folder("tmp", 0o1777, 0)?;
    tree.folder("state", 0o750, USER)?;
    tree.finish()
}

/// What a binary that is not static loads, its loader too: for a trial, on the machine that built it.
fn libraries(binary: &std::path::Path) -> Result<Vec<PathBuf>> {
    let told = workspace::read(Command::new("ldd").arg(binary))?;
    let paths = told.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')));
    Ok(paths.map(PathBuf::from).collect())
}
