//! Guests that misbehave, of the same world.

use std::{path::Path, time::Duration};

use dps_x509_host::{HostError, Limits, LoadError, Provisioner, net::Cancellation};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::bench::{Bench, settings};

/// A component of the world whose `provision` does `body`, and needs `imports`.
fn guest(imports: &str, body: &str) -> Vec<u8> {
    let module = format!(
        r#"(module
            {imports}
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
            (func (export "dps-x509:device/provisioning@0.1.0#provision") (param i32) (result i32)
                {body}
                unreachable))"#
    );
    let mut module = wat::parse_str(module).unwrap();
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("wit");
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some("provisioner")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

async fn run(component: &[u8], change: impl FnOnce(&mut Limits)) -> HostError {
    let mut limits = Limits::default();
    change(&mut limits);
    let provisioner = Provisioner::from_component(component).unwrap().limits(limits);
    let mut settings = settings(1);
    settings.timeout = Some(Duration::from_millis(100));
    let access = Bench::new().access();
    provisioner.provision(&settings, &access, |_, _| {}, &Cancellation::new()).await.unwrap_err()
}

#[tokio::test]
async fn a_guest_that_spins_is_stopped() {
    let limit = Duration::from_millis(200);
    let error = run(&guest("", "(loop br 0)"), |limits| limits.computing = limit).await;
    assert_eq!(error, HostError::Spinning { limit });
}

#[tokio::test]
async fn a_guest_that_spins_through_the_host_is_stopped() {
    let imports = r#"(import "wasi:clocks/monotonic-clock@0.2.12" "now" (func $now (result i64)))"#;
    let limit = Duration::from_millis(200);
    let error =
        run(&guest(imports, "(loop (drop (call $now)) br 0)"), |limits| limits.computing = limit).await;
    assert_eq!(error, HostError::Spinning { limit });
}

#[tokio::test]
async fn waiting_is_not_computing_and_has_its_own_limit() {
    let imports = r#"
        (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $timer (param i64) (result i32)))
        (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))"#;
    // An hour.
    let waits = guest(imports, "(call $block (call $timer (i64.const 3600000000000)))");
    let error = run(&waits, |limits| {
        limits.computing = Duration::from_millis(200);
        limits.grace = Duration::from_millis(500);
    })
    .await;
    assert_eq!(error, HostError::Overdue { limit: Duration::from_millis(600) });
}

#[tokio::test]
async fn a_guest_that_wants_too_much_memory_is_stopped() {
    let hog = guest("", "(loop (drop (memory.grow (i32.const 16))) br 0)");
    let error = run(&hog, |_| {}).await;
    assert!(matches!(&error, HostError::Trap { reason } if reason.contains("memory")), "{error:?}");
}

#[tokio::test]
async fn a_guest_that_hoards_handles_is_stopped() {
    let imports = r#"
        (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $timer (param i64) (result i32)))"#;
    let hoards = guest(imports, "(loop (drop (call $timer (i64.const 1))) br 0)");
    let error = run(&hoards, |_| {}).await;
    assert!(matches!(&error, HostError::Trap { reason } if reason.contains("table")), "{error:?}");
}

#[tokio::test]
async fn a_guest_that_breaks_down_says_so() {
    let error = run(&guest("", ""), |_| {}).await;
    assert!(matches!(&error, HostError::Trap { reason } if reason.contains("unreachable")), "{error:?}");
}

#[test]
fn a_component_that_wants_more_than_the_world_is_not_loaded() {
    let wat = r#"(component (import "wasi:cli/environment@0.2.12" (instance
        (export "get-arguments" (func (result (list string)))))))"#;
    let error = Provisioner::from_component(&wat::parse_str(wat).unwrap()).unwrap_err();
    match error {
        LoadError::OtherWorld { reason } => assert!(reason.contains("wasi:cli/environment"), "{reason}"),
        other => panic!("{other:?}"),
    }
}
