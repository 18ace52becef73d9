//! The components into a registry and out of it: Debian's docker-registry, by skopeo.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    component,
    dist::{Release, artefact},
    workspace::{self, Result},
};

/// A registry on loopback until it is dropped.
struct Registry {
    process: Child,
    address: String,
}

impl Registry {
    fn start(folder: &Path) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let config = json!({
            "version": "0.1",
            "log": { "level": "error" },
            "storage": { "filesystem": { "rootdirectory": folder.join("registry") } },
            "http": { "addr": address },
        });
        let path = folder.join("registry.json");
        workspace::write(&path, config.to_string().as_bytes())?;
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let registry = Self { process, address };
        for _ in 0..100 {
            if TcpStream::connect(&registry.address).is_ok() {
                return Ok(registry);
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err("docker-registry does not listen".into())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.process.kill().unwrap_or_default();
        self.process.wait().map(drop).unwrap_or_default();
    }
}

/// Pushes each, pulls it again, and compares what came with the file.
pub(crate) fn there_and_back(release: &Release, folder: &Path) -> Result<()> {
    let registry = Registry::start(folder)?;
    let layout = release.folder.join("component/oci");
    for name in component::COMPONENTS.into_iter().chain([artefact::CONTRACT]) {
        let there = format!("docker://{}/dps-x509/{name}:{}", registry.address, release.version);
        let copy = |from: &str, to: &str| {
            let flags =
                ["copy", "--quiet", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false"];
            workspace::run(Command::new("skopeo").args(flags).args([from, to]))
        };
        copy(&format!("oci:{}:{name}-{}", layout.display(), release.version), &there)?;
        let back = folder.join(name);
        copy(&there, &format!("oci:{}:it", back.display()))?;
        let read = |path: &str| -> Result<Value> { Ok(serde_json::from_slice(&fs::read(back.join(path))?)?) };
        let blob = |descriptor: Option<&Value>| -> Result<String> {
            let digest = descriptor.and_then(|it| it.get("digest")).and_then(Value::as_str);
            Ok(format!("blobs/{}", digest.ok_or("a descriptor without a digest")?.replace(':', "/")))
        };
        let index = read("index.json")?;
        let manifest = read(&blob(index.pointer("/manifests/0"))?)?;
        let layer = manifest.pointer("/layers/0");
        let pulled = fs::read(back.join(blob(layer)?))?;
        let built = fs::read(release.folder.join("component").join(name).with_extension("wasm"))?;
        let kind = layer.and_then(|layer| layer.get("mediaType")).and_then(Value::as_str);
        if pulled != built || kind != Some("application/wasm") {
            return Err(format!("{name} came back as {} bytes of {kind:?}", pulled.len()).into());
        }
    }
    Ok(())
}
