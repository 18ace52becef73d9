//! The same module in other runtimes: Node's WebAssembly by the example of its README, and wasmtime's C API by the program of
//! the book. Both answer what wasmtime answers here.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use dps_x509_tests::environment::{program, root, wasmtime_library};
use serde_json::Value;

use crate::{
    ask::{Asked, built},
    request,
};

fn assert_same(name: &str, requests: &[Value], ask: impl Fn(&str) -> String) {
    for request in requests {
        // Of what an instance remembers, these know nothing: each is asked alone.
        let mut here = Asked::new();
        let there: Value = serde_json::from_str(&ask(&request.to_string())).unwrap();
        assert_eq!(there, here.answer(request), "{name}: {request}");
    }
}

/// What a program prints that reads this.
fn told(command: &mut Command, input: &str) -> String {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The first block of a document that begins like this.
fn block(document: &Path, fence: &str) -> String {
    let text = fs::read_to_string(document).unwrap();
    let (_, rest) = text.split_once(&format!("```{fence}\n")).unwrap();
    rest.split_once("\n```").unwrap().0.to_owned()
}

#[test]
fn node_answers_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let example = block(&root().join("crate/module/README.md"), "js");
    let (ask, _) = example.split_once("const files = ").unwrap();
    let program_text = format!(
        "{ask}import {{ text }} from 'node:stream/consumers';\nprocess.stdout.write(JSON.stringify(ask(JSON.parse(await text(process.stdin)))));\n"
    );
    fs::write(folder.path().join("ask.mjs"), program_text).unwrap();
    fs::copy(built(), folder.path().join("dps-x509.wasm")).unwrap();
    assert_same("Node", &request::every(), |request| {
        told(Command::new(program("node")).arg("ask.mjs").current_dir(folder.path()), request)
    });
    // And the example as it stands.
    fs::write(folder.path().join("example.mjs"), &example).unwrap();
    fs::copy(root().join("tests/fixture/cert/device-1.pem"), folder.path().join("device.pem")).unwrap();
    let said = told(Command::new(program("node")).arg("example.mjs").current_dir(folder.path()), "");
    assert!(said.contains("'DX401'"), "{said}");
}

#[test]
fn a_program_in_c_gets_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dps.c"), block(&root().join("www/book/c.md"), "c dps.c")).unwrap();
    let mut compile = Command::new(program("gcc"));
    compile
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "dps.c", "-o", "dps"])
        .current_dir(folder.path());
    compile.arg("-I").arg(root().join("tests/module"));
    let library = wasmtime_library();
    compile.arg(&library).arg(format!("-Wl,-rpath,{}", library.parent().unwrap().display()));
    assert!(compile.status().unwrap().success());
    let dps = folder.path().join("dps");
    // Each run compiles the module anew.
    let kinds = ["inspect", "generate", "end"];
    let requests =
        request::every().into_iter().filter(|request| kinds.iter().any(|kind| request.get(kind).is_some()));
    assert_same("C", &requests.collect::<Vec<_>>(), |request| told(Command::new(&dps).arg(built()), request));
}
