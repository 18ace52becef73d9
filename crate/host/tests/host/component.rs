//! What was built: machine code that does not fit. What the component imports is looked at in `tests/toolkit`.

use dps_x509_host::{HostError, LoadError, Provisioner, net::Cancellation, pool, precompile};
use wasmtime::Engine;

use crate::{
    bench::{Bench, settings},
    built, peer, provisioner,
};

/// Loads code that is damaged on purpose; the checks come before anything in it runs.
#[expect(unsafe_code, reason = "only what is outside of the machine code is changed")]
fn load(code: &[u8]) -> LoadError {
    // SAFETY: the machine code itself is that of this workspace.
    unsafe { Provisioner::from_precompiled(code) }.unwrap_err()
}

/// The code with `old` replaced by `new` once.
fn patched(old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut code = built("provisioner.cwasm");
    let at = code.windows(old.len()).position(|window| window == old).unwrap();
    code[at..at + old.len()].copy_from_slice(new);
    code
}

#[tokio::test]
#[expect(unsafe_code, reason = "the code was made by `cargo xtask component` of this workspace")]
async fn precompiled_code_does_the_same() {
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    // SAFETY: written by `precompile` in this build.
    let provisioner = unsafe { Provisioner::from_precompiled(&built("provisioner.cwasm")) }.unwrap();
    let access = bench.access().allow("localhost", port);
    let report = provisioner.provision(&settings(port), &access, |_, _| {}, &Cancellation::new()).await;
    assert_eq!(report.unwrap().result.unwrap().assigned_hub.as_str(), "hub.example");
}

/// The one that is too many is told so at once, and the place is free again when another has ended.
#[tokio::test]
async fn as_many_devices_as_may_be_are_under_way() {
    let provisioner = provisioner().at_once(1);
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let (settings, access) = (settings(port), bench.access().allow("localhost", port));
    let cancellation = Cancellation::new();
    let run = || provisioner.provision(&settings, &access, |_, _| {}, &cancellation);
    let (first, second) = tokio::join!(run(), run());
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err(), HostError::TooMany { at_once: 1 });
    assert!(run().await.is_ok());
}

/// Places are used again, and there are no more of them than were asked for.
#[tokio::test]
async fn places_of_a_pool_are_used_again() {
    let provisioner = Provisioner::from_component_with(pool(1), &built("provisioner.wasm")).unwrap();
    let bench = Bench::new();
    let port = peer::good(&bench.authority).await;
    let (settings, access) = (settings(port), bench.access().allow("localhost", port));
    let cancellation = Cancellation::new();
    let run = || provisioner.provision(&settings, &access, |_, _| {}, &cancellation);
    for _ in 0..3 {
        assert_eq!(run().await.unwrap().result.unwrap().assigned_hub.as_str(), "hub.example");
    }
    let (first, second) = tokio::join!(run(), run());
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err(), HostError::TooMany { at_once: 1 });
    assert!(run().await.is_ok());
}

#[test]
fn machine_code_that_does_not_fit_is_refused_with_the_reason() {
    assert_eq!(load(b"\0asm"), LoadError::NotPrecompiled);
    assert_eq!(load(&[]), LoadError::NotPrecompiled);
    // The engine section: a format byte, the length of the version, the version.
    let other_version = load(&patched(b"\x0248", b"\x0247"));
    assert!(matches!(other_version, LoadError::OtherWasmtime { .. }), "{other_version:?}");
    let ours = format!("{}-unknown", std::env::consts::ARCH);
    let other = if std::env::consts::ARCH == "x86_64" { "mips64" } else { "riscv64" };
    let other_processor = load(&patched(ours.as_bytes(), format!("{other}-unknown").as_bytes()));
    assert!(matches!(other_processor, LoadError::OtherProcessor { .. }), "{other_processor:?}");
    let code = built("provisioner.cwasm");
    for length in [64, code.len() / 2, code.len() - 1] {
        assert_eq!(load(&code[..length]), LoadError::NotPrecompiled);
    }
    // By an engine of other settings.
    let settings = Engine::default().precompile_component(&built("provisioner.wasm")).unwrap();
    let incompatible = load(&settings);
    assert!(matches!(incompatible, LoadError::Incompatible { .. }), "{incompatible:?}");
}

#[test]
fn what_is_no_component_is_not_compiled() {
    for bytes in [&b""[..], b"\0asm\x01\0\0\0", b"-----BEGIN CERTIFICATE-----"] {
        let error = Provisioner::from_component(bytes).unwrap_err();
        assert!(matches!(error, LoadError::NotAComponent { .. }), "{error:?}");
        let error = precompile(bytes).unwrap_err();
        assert!(matches!(error, LoadError::NotAComponent { .. }), "{error:?}");
    }
    let empty_component = b"\0asm\x0d\0\x01\0";
    let error = Provisioner::from_component(empty_component).unwrap_err();
    assert!(matches!(error, LoadError::OtherWorld { .. }), "{error:?}");
}
