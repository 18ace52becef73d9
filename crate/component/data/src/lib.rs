#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

/// A component of the WebAssembly component model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Component {
    /// The name of its world in the WIT.
    pub world: &'static str,
    /// The component. Empty in a working copy of the project where `cargo xtask component` has not run; in a package
    /// never.
    pub bytes: &'static [u8],
    /// SHA-256 of the bytes, in hex digits of lower case.
    pub sha256: &'static str,
}

/// Provisions a device over the TLS sockets of its host: the world `provisioner`.
pub static PROVISIONER: Component = Component {
    world: "provisioner",
    #[cfg(built)]
    bytes: include_bytes!("../provisioner.wasm"),
    #[cfg(built)]
    sha256: include_str!("../provisioner.sha256"),
    #[cfg(not(built))]
    bytes: &[],
    #[cfg(not(built))]
    sha256: "",
};

/// Inspection, explanation and the sans-IO machine, without imports: the world `toolkit`.
pub static TOOLKIT: Component = Component {
    world: "toolkit",
    #[cfg(built)]
    bytes: include_bytes!("../toolkit.wasm"),
    #[cfg(built)]
    sha256: include_str!("../toolkit.sha256"),
    #[cfg(not(built))]
    bytes: &[],
    #[cfg(not(built))]
    sha256: "",
};

/// The contract of both worlds, the package `dps-x509:device`: each file's path below the folder `wit` and its text. The
/// packages of WASI that it builds on are below `deps`.
pub static WIT: [(&str, &str); 18] = [
    ("cancellation.wit", include_str!("../wit/cancellation.wit")),
    ("configuration.wit", include_str!("../wit/configuration.wit")),
    ("deps/clocks/package.wit", include_str!("../wit/deps/clocks/package.wit")),
    ("deps/io/package.wit", include_str!("../wit/deps/io/package.wit")),
    ("events.wit", include_str!("../wit/events.wit")),
    ("explanation.wit", include_str!("../wit/explanation.wit")),
    ("findings.wit", include_str!("../wit/findings.wit")),
    ("generation.wit", include_str!("../wit/generation.wit")),
    ("identity.wit", include_str!("../wit/identity.wit")),
    ("inspection.wit", include_str!("../wit/inspection.wit")),
    ("machine.wit", include_str!("../wit/machine.wit")),
    ("naming.wit", include_str!("../wit/naming.wit")),
    ("provisioning.wit", include_str!("../wit/provisioning.wit")),
    ("session.wit", include_str!("../wit/session.wit")),
    ("tls.wit", include_str!("../wit/tls.wit")),
    ("transcript.wit", include_str!("../wit/transcript.wit")),
    ("transport.wit", include_str!("../wit/transport.wit")),
    ("world.wit", include_str!("../wit/world.wit")),
];
