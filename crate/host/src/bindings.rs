//! The contract of `wit/` as Rust types, generated.
#![allow(clippy::use_self, clippy::redundant_closure_for_method_calls, reason = "generated")]

wasmtime::component::bindgen!({
    world: "provisioner",
    path: "wit",
    imports: {
        "dps-x509:device/tls.[method]connection.close": async | trappable,
        default: trappable,
    },
    exports: { default: async },
    with: {
        "wasi:io": wasmtime_wasi_io::bindings::wasi::io,
        "dps-x509:device/tls.identity": dps_x509_net::Identity,
        "dps-x509:device/tls.connecting": crate::device::Connecting,
        "dps-x509:device/tls.connection": crate::link::Link,
    },
    additional_derives: [PartialEq],
});
