//! The module in wasmtime, with nothing to import.

use std::{path::PathBuf, sync::LazyLock};

use dps_x509_tests::environment::target;
use serde_json::{Value, json};
use wasmtime::{Config, Engine, ExternType, Instance, Memory, Module, OptLevel, Store, TypedFunc};

static COMPILED: LazyLock<(Engine, Module)> = LazyLock::new(|| {
    // What it does counts here, not how fast.
    let engine = Engine::new(Config::new().cranelift_opt_level(OptLevel::None)).unwrap();
    let module = Module::from_file(&engine, built()).unwrap();
    (engine, module)
});

/// Where `cargo xtask component` puts it.
pub(crate) fn built() -> PathBuf {
    let path = target().join("module/dps-x509.wasm");
    assert!(path.exists(), "{} is missing; `cargo xtask component` makes it", path.display());
    path
}

/// One instance in a store of its own.
pub(crate) struct Asked {
    pub(crate) store: Store<()>,
    pub(crate) memory: Memory,
    pub(crate) allocate: TypedFunc<u32, u32>,
    pub(crate) free: TypedFunc<u32, ()>,
    pub(crate) call: TypedFunc<(u32, u32), u64>,
    pub(crate) version: TypedFunc<(), u64>,
}

impl Asked {
    pub(crate) fn new() -> Self {
        let (engine, module) = &*COMPILED;
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[]).unwrap();
        Self {
            memory: instance.get_memory(&mut store, "memory").unwrap(),
            allocate: instance.get_typed_func(&mut store, "allocate").unwrap(),
            free: instance.get_typed_func(&mut store, "free").unwrap(),
            call: instance.get_typed_func(&mut store, "call").unwrap(),
            version: instance.get_typed_func(&mut store, "version").unwrap(),
            store,
        }
    }

    /// The result; an error is one of the test.
    pub(crate) fn result(&mut self, request: &Value) -> Value {
        let mut answer = self.answer(request);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].take()
    }

    /// The whole answer.
    pub(crate) fn answer(&mut self, request: &Value) -> Value {
        serde_json::from_str(&self.text(request.to_string().as_bytes())).unwrap()
    }

    /// The answer as it is written.
    pub(crate) fn text(&mut self, request: &[u8]) -> String {
        let length = u32::try_from(request.len()).unwrap();
        let address = self.put(request);
        let answer = self.call.call(&mut self.store, (address, length)).unwrap();
        self.take(answer)
    }

    /// A buffer with these bytes.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> u32 {
        let length = u32::try_from(bytes.len()).unwrap();
        let address = self.allocate.call(&mut self.store, length).unwrap();
        assert_ne!(address, 0);
        self.memory.write(&mut self.store, usize::try_from(address).unwrap(), bytes).unwrap();
        address
    }

    /// What is in a buffer, which is given back.
    pub(crate) fn take(&mut self, answer: u64) -> String {
        let address = u32::try_from(answer >> 32).unwrap();
        let text = self.read(address, usize::try_from(answer & u64::from(u32::MAX)).unwrap());
        self.free.call(&mut self.store, address).unwrap();
        String::from_utf8(text).unwrap()
    }

    pub(crate) fn read(&self, address: u32, length: usize) -> Vec<u8> {
        let start = usize::try_from(address).unwrap();
        self.memory.data(&self.store)[start..start + length].to_vec()
    }
}

#[test]
fn it_has_four_functions_and_its_memory_and_imports_nothing() {
    let (_, module) = &*COMPILED;
    assert_eq!(module.imports().len(), 0);
    let shape = |kind: ExternType| match kind {
        ExternType::Func(it) => {
            format!("{:?} -> {:?}", it.params().collect::<Vec<_>>(), it.results().collect::<Vec<_>>())
        }
        ExternType::Memory(_) => "memory".to_owned(),
        other => format!("{other:?}"),
    };
    let mut exports: Vec<_> = module.exports().map(|it| (it.name().to_owned(), shape(it.ty()))).collect();
    exports.sort();
    let expected = [
        ("allocate", "[i32] -> [i32]"),
        ("call", "[i32, i32] -> [i64]"),
        ("free", "[i32] -> []"),
        ("memory", "memory"),
        ("version", "[] -> [i64]"),
    ];
    assert_eq!(exports, expected.map(|(name, shape)| (name.to_owned(), shape.to_owned())));
}

#[test]
fn it_has_the_version_of_the_house() {
    let mut asked = Asked::new();
    let version = asked.version.call(&mut asked.store, ()).unwrap();
    assert_eq!(asked.take(version), env!("CARGO_PKG_VERSION"));
}

#[test]
fn what_is_wrong_is_said() {
    let mut asked = Asked::new();
    for (request, words) in [
        (json!(5), "not understood"),
        (json!({ "dance": {} }), "unknown variant `dance`, expected one of `inspect`"),
        (json!({ "inspect": {} }), "missing field `files`"),
        (json!({ "inspect": { "files": [{ "text": "", "base64": "" }] } }), "either `text` or `base64`"),
        (json!({ "inspect": { "files": [{}] } }), "either `text` or `base64`"),
        (json!({ "inspect": { "files": [{ "base64": "ä" }] } }), "no base64"),
        (json!({ "inspect": { "files": [], "setting": {} } }), "unknown field `setting`"),
        (
            json!({ "inspect": { "files": [], "settings": { "cloud": "nine" } } }),
            "\"nine\" is no cloud of DPS.",
        ),
        (json!({ "explain": { "code": "DX000" } }), "\"DX000\" is no code of a finding."),
        (json!({ "poll": { "session": 7 } }), "There is no session 7."),
        (
            json!({ "generate": { "kind": "chain", "registrationId": "d", "now": 0, "seed": "AAAA" } }),
            "32 random bytes",
        ),
        (json!({ "generate": { "kind": "device", "registrationId": "d", "now": 0, "seed": "" } }), "caKey"),
    ] {
        let answer = asked.answer(&request);
        let message = answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{request}: {answer}"));
        assert!(message.contains(words), "{request}: {message}");
    }
    let answer =
        asked.answer(&json!({ "inspect": { "files": [], "settings": { "registrationId": "a@b" } } }));
    assert_eq!(answer["error"]["findings"][0]["code"], "DX102", "{answer}");
}
