//! The toolkit in wasmtime, with no import to satisfy.

use std::{path::PathBuf, sync::LazyLock};

use dps_x509_tests::environment::target;
use wasmtime::{
    Engine, Store,
    component::{Component, Linker},
};

/// The contract of `wit/` as Rust types, generated.
#[allow(clippy::use_self, clippy::redundant_closure_for_method_calls, reason = "generated")]
pub(crate) mod bindings {
    wasmtime::component::bindgen!({ world: "toolkit", path: "../wit" });
}

static COMPILED: LazyLock<(Engine, Component)> = LazyLock::new(|| {
    let engine = Engine::default();
    let component = Component::from_file(&engine, built("toolkit")).unwrap();
    (engine, component)
});

/// Where `cargo xtask component` puts a component.
pub(crate) fn built(name: &str) -> PathBuf {
    let path = target().join("component").join(name).with_extension("wasm");
    assert!(path.exists(), "{} is missing; `cargo xtask component` makes it", path.display());
    path
}

/// One instance in a store of its own.
pub(crate) struct Toolkit {
    pub(crate) store: Store<()>,
    pub(crate) exports: bindings::Toolkit,
}

impl Toolkit {
    pub(crate) fn new() -> Self {
        let (engine, component) = &*COMPILED;
        let mut store = Store::new(engine, ());
        // An empty linker: one import would be an error here.
        let exports = bindings::Toolkit::instantiate(&mut store, component, &Linker::new(engine)).unwrap();
        Self { store, exports }
    }
}
