//! Machine code made earlier: made here, and taken back here.
#![allow(
    unsafe_code,
    reason = "machine code is run as it is: the one place of this crate that cannot be safe"
)]

use wasmtime::{Engine, component::Component};

use crate::LoadError;

/// Takes machine code back.
///
/// wasmtime compares its own version, the processor's family and features, the operating system and the
/// engine's settings, all of which are written in `code`.
///
/// # Errors
/// It is not precompiled code, or not for this wasmtime, processor or engine.
///
/// # Safety
/// `code` comes unchanged from [`precompile`]. The checks find honest mistakes; whoever can choose these
/// bytes chooses what the processor runs, as with a shared library.
pub(crate) unsafe fn load(engine: &Engine, code: &[u8]) -> Result<Component, LoadError> {
    if Engine::detect_precompiled(code).is_none() {
        return Err(LoadError::NotPrecompiled);
    }
    // SAFETY: forwarded to the caller.
    unsafe { Component::deserialize(engine, code) }.map_err(|error| mismatch(&format!("{error:#}")))
}

/// The settings, for wasmtime's interpreter as wide as this machine.
#[cfg(feature = "pulley")]
pub(crate) fn interpreter(mut config: wasmtime::Config) -> Result<wasmtime::Config, LoadError> {
    let target = if cfg!(target_pointer_width = "32") { "pulley32" } else { "pulley64" };
    config.target(target).map_err(|error| LoadError::Engine { reason: format!("{error:#}") })?;
    Ok(config)
}

/// wasmtime gives words only; tests hold them to these cases.
fn mismatch(reason: &str) -> LoadError {
    let reason = reason.to_owned();
    if reason.contains("incompatible version") {
        LoadError::OtherWasmtime { reason }
    } else if ["for architecture", "for operating system", "native host"]
        .iter()
        .any(|words| reason.contains(words))
    {
        LoadError::OtherProcessor { reason }
    } else {
        LoadError::Incompatible { reason }
    }
}

/// Compiles a component to machine code for the baseline of this machine's architecture, so that every
/// machine of that architecture and operating system can run it, whatever this one can do beyond.
///
/// # Errors
/// It is not a component, or one that wasmtime does not take.
#[cfg(feature = "compile")]
pub fn precompile(component: &[u8]) -> Result<Vec<u8>, LoadError> {
    precompile_for(component, &triple())
}

/// The same for another target, by its triple: `aarch64-unknown-linux-gnu`, `x86_64-pc-windows-msvc`. `pulley64` (or
/// `pulley32`) is wasmtime's interpreter, for machines that no compiler is for; whoever runs that needs the feature
/// `pulley`.
///
/// # Errors
/// As [`precompile`], or the target is none; other architectures than this machine's take the feature `cross`.
#[cfg(feature = "compile")]
pub fn precompile_for(component: &[u8], target: &str) -> Result<Vec<u8>, LoadError> {
    let wrong = |error: wasmtime::Error| LoadError::NotAComponent { reason: format!("{error:#}") };
    let mut config = wasmtime::Config::new();
    // A named target stops wasmtime from looking at the processor it happens to run on.
    config.target(target).map_err(|error| LoadError::Engine { reason: format!("{target}: {error:#}") })?;
    crate::engine::engine(config)?.precompile_component(component).map_err(wrong)
}

#[cfg(feature = "compile")]
fn triple() -> String {
    let system = match std::env::consts::OS {
        "linux" => "unknown-linux-gnu",
        "macos" => "apple-darwin",
        "windows" => "pc-windows-msvc",
        other => other,
    };
    format!("{}-{system}", std::env::consts::ARCH)
}
