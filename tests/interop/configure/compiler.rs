//! Programs, checked by the compilers of their languages.

use std::{fs, path::Path, process::Command};

use dps_x509_tests::{
    cli,
    environment::{npm_project, program},
};
use serde_json::json;

use super::Written;
use crate::stand::Stand;

const TRANSPORTS: [(&str, &[&str]); 2] =
    [("localhost:8883", &[]), ("localhost:443", &["--transport", "websocket"])];

/// With the types that Node.js and the SDK have.
#[tokio::test(flavor = "multi_thread")]
async fn tsc_checks_the_node_program() {
    let modules = npm_project("azure-iot-device").join("node_modules");
    let stand = Stand::start("127.0.0.1:0").await;
    for (endpoint, more) in TRANSPORTS {
        let written = Written::group(&stand, endpoint, &["node"], more);
        // The compiler takes a backslash in a path for a slash.
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("register.js"), written.read("node/register.js")).unwrap();
        std::os::unix::fs::symlink(&modules, folder.path().join("node_modules")).unwrap();
        let config = json!({
            "compilerOptions": {
                "allowJs": true, "checkJs": true, "noEmit": true, "strict": true, "target": "ES2022",
                "module": "node16", "skipLibCheck": true, "types": ["node"],
            },
            "files": ["register.js"],
        });
        fs::write(folder.path().join("tsconfig.json"), config.to_string()).unwrap();
        let mut command = Command::new(program("node"));
        command.arg(modules.join("typescript/bin/tsc")).current_dir(folder.path());
        let run = cli::finish(command);
        assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    }
}

/// Against stubs of our own with the declarations of the SDK.
#[tokio::test(flavor = "multi_thread")]
async fn javac_compiles_the_java_program() {
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/stub/java");
    let stand = Stand::start("127.0.0.1:0").await;
    for (endpoint, more) in TRANSPORTS {
        let written = Written::group(&stand, endpoint, &["java"], more);
        let mut command: Command = written.command(program("javac"), "java", &[]);
        command.args([
            "-encoding",
            "UTF-8",
            "--release",
            "11",
            "-Xlint:all",
            "-Werror",
            "-d",
            "classes",
            "-sourcepath",
        ]);
        command.arg(&stubs).arg("src/main/java/Register.java");
        let run = cli::finish(command);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    }
}
