//! The components, and their contract as a package, as OCI artefacts: what wasm-pkg-tools, wasmtime's and Spin's registries
//! expect (CNCF TAG Runtime, "Wasm OCI Artifact").

use std::fs;

use serde_json::json;
use wit_parser::Resolve;

use super::{
    Release,
    layout::{Layout, timestamp},
    sha256,
};
use crate::{
    component::{self, metadata},
    workspace::{self, Result},
};

/// The package of the contract.
pub(crate) const CONTRACT: &str = "device-wit";

/// The files in `component`, and as one OCI layout in `component/oci` whose references are `NAME-VERSION`.
pub(crate) fn write(release: &Release) -> Result<()> {
    let folder = release.folder.join("component");
    let mut layout = Layout::new(&folder.join("oci"))?;
    for name in component::COMPONENTS {
        let built = component::path(name);
        let bytes = fs::read(&built).map_err(|error| {
            format!("{} cannot be read: {error}; `cargo xtask component` makes it", built.display())
        })?;
        let bytes = metadata::add_revision(bytes, &release.commit);
        workspace::write(&folder.join(name).with_extension("wasm"), &bytes)?;
        let description = metadata::Metadata::of(name)?.description;
        add(release, &mut layout, name, &description, &bytes)?;
    }
    let contract = contract()?;
    workspace::write(&folder.join(CONTRACT).with_extension("wasm"), &contract)?;
    add(
        release,
        &mut layout,
        CONTRACT,
        "The interfaces that the components of dps-x509 export and import",
        &contract,
    )?;
    layout.finish()
}

/// The WIT of `wit/` with its documentation and its dependencies, as one binary package.
fn contract() -> Result<Vec<u8>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(workspace::root().join("wit"))?;
    Ok(wit_component::encode(&resolve, package)?)
}

fn add(release: &Release, layout: &mut Layout, name: &str, description: &str, bytes: &[u8]) -> Result<()> {
    let layer = layout.blob("application/wasm", bytes)?;
    let created = timestamp(release.time);
    let config = json!({
        "created": created,
        "architecture": "wasm",
        "os": "wasip2",
        "layerDigests": [format!("sha256:{}", sha256(bytes))],
        "component": { "imports": component::imports(bytes)?, "exports": component::exports(bytes)? },
    });
    let config = layout.blob("application/vnd.wasm.config.v0+json", config.to_string().as_bytes())?;
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config,
        "layers": [layer],
        "annotations": {
            "org.opencontainers.image.title": format!("dps-x509 {name}"),
            "org.opencontainers.image.description": description,
            "org.opencontainers.image.version": release.version,
            "org.opencontainers.image.revision": release.commit,
            "org.opencontainers.image.licenses": "Apache-2.0 OR MIT",
            "org.opencontainers.image.created": created,
        },
    });
    let manifest =
        layout.blob("application/vnd.oci.image.manifest.v1+json", manifest.to_string().as_bytes())?;
    layout.name(manifest, &format!("{name}-{}", release.version));
    Ok(())
}
