//! Programs, checked by the compilers of their languages.

use std::{fs, path::Path, process::Command};

use dps_x509_tests::{
    cli,
    environment::{npm_project, program, python},
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

/// Where Debian has Bouncy Castle, which reads keys for the program.
const BOUNCY_CASTLE: &str =
    "/usr/share/java/bcpkix.jar:/usr/share/java/bcprov.jar:/usr/share/java/bcutil.jar";

/// Against stubs of our own with the declarations of the SDK, which say what they were given: with each form of a key.
#[tokio::test(flavor = "multi_thread")]
async fn javac_compiles_and_java_runs_the_java_program() {
    for jar in BOUNCY_CASTLE.split(':') {
        assert!(Path::new(jar).exists(), "{jar} is missing: apt-get install libbcpkix-java");
    }
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/stub/java");
    let stand = Stand::start("127.0.0.1:0").await;
    for ((endpoint, more), protocol) in TRANSPORTS.into_iter().zip(["MQTT", "MQTT_WS"]) {
        let written = Written::group(&stand, endpoint, &["java"], more);
        let mut command: Command = written.command(program("javac"), "java", &[]);
        command.args([
            "-encoding",
            "UTF-8",
            "--release",
            "11",
            // What the jars name and do not bring is not ours.
            "-Xlint:all,-path",
            "-Werror",
            "-d",
            "classes",
            "-classpath",
            BOUNCY_CASTLE,
            "-sourcepath",
        ]);
        command.arg(&stubs).arg("src/main/java/Register.java");
        let run = cli::finish(command);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
        let key = written.path("keys").join("the key.pem");
        for form in [&["pkcs8", "-topk8", "-nocrypt"][..], &["ec"]] {
            let mut openssl = Command::new(program("openssl"));
            let other = key.with_extension("new");
            openssl.args(form).arg("-in").arg(&key).arg("-out").arg(&other);
            assert_eq!(cli::finish(openssl).code, 0, "{form:?}");
            fs::rename(other, &key).unwrap();
            let classpath = format!("classes:{BOUNCY_CASTLE}");
            let mut java = written.command(program("java"), "java", &["-cp", &classpath, "Register"]);
            // The path of the key is not ASCII.
            java.env("LC_ALL", "C.UTF-8");
            let run = cli::finish(java);
            let expected = format!(
                "leaf: CN=grouped-1\nkey: EC PKCS#8\nsigner: CN=test issuing\nlocalhost 0ne00111111 {protocol}\n\
                 assigned to contoso.azure-devices.net as device-1\n\
                 contoso.azure-devices.net device-1 {protocol}\ntelemetry sent\n"
            );
            assert_eq!((run.code, run.out.as_str()), (0, expected.as_str()), "{form:?}: {run:?}");
        }
    }
}

/// Against stubs of our own with the declarations of the SDK, which say what they were given. Mono's compiler knows C# 7:
/// the `using` of declarations, which C# 8 has, is taken off for it, and the next test reads the program as it is.
#[tokio::test(flavor = "multi_thread")]
async fn mono_compiles_and_runs_the_csharp_program() {
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/stub/csharp");
    let stubs = ["Entry.cs", "Certificates.cs", "Provisioning.cs", "Client.cs"].map(|name| stubs.join(name));
    let stand = Stand::start("127.0.0.1:0").await;
    let transports = [("TcpOnly", "Mqtt_Tcp_Only"), ("WebSocketOnly", "Mqtt_WebSocket_Only")];
    for ((endpoint, more), (transport, hub_transport)) in TRANSPORTS.into_iter().zip(transports) {
        let written = Written::group(&stand, endpoint, &["csharp"], more);
        let program_of_csharp_8 = written.read("csharp/Program.cs");
        let lines = program_of_csharp_8.lines().map(|line| match line.trim_start().strip_prefix("using ") {
            Some(declaration) if line.starts_with(' ') => declaration,
            _ => line,
        });
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Program.cs"), lines.collect::<Vec<_>>().join("\n")).unwrap();
        let mut mcs = Command::new(program("mcs"));
        mcs.args(["-noconfig", "-warnaserror", "-nowarn:28", "-main:Entry", "-out:register.exe"]);
        mcs.arg("Program.cs").args(&stubs).current_dir(folder.path());
        let run = cli::finish(mcs);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
        let mut mono = Command::new(program("mono"));
        mono.arg("register.exe").env("LC_ALL", "C.UTF-8").current_dir(folder.path());
        let run = cli::finish(mono);
        let chain = written.out().join("device-full-chain.pem");
        let key = written.path("keys").join("the key.pem");
        let expected = format!(
            "leaf: {chain}\nkey: {key}\nchain: {chain}\nsent with the leaf: intermediate\ntransport: {transport}\n\
             endpoint: localhost\nID scope: 0ne00111111\nassigned to contoso.azure-devices.net as device-1\n\
             hub transport: {hub_transport}\ntelemetry sent\n",
            chain = chain.display(),
            key = key.display()
        );
        assert_eq!((run.code, run.out.as_str()), (0, expected.as_str()), "{run:?}");
    }
}

/// The grammar that editors have for today's C#, and the project file of `dotnet` and of Maven as XML.
#[tokio::test(flavor = "multi_thread")]
async fn a_grammar_of_today_reads_the_csharp_program() {
    let stand = Stand::start("127.0.0.1:0").await;
    let written = Written::group(&stand, "localhost:8883", &["csharp", "java"], &[]);
    let script = "import sys, tree_sitter_c_sharp as grammar\n\
        from tree_sitter import Language, Parser\n\
        from xml.etree import ElementTree\n\
        tree = Parser(Language(grammar.language())).parse(open('Program.cs', 'rb').read())\n\
        assert not tree.root_node.has_error, tree.root_node\n\
        for name in ('register.csproj', '../java/pom.xml'): ElementTree.parse(name)";
    let run = cli::finish(written.command(python("formats"), "csharp", &["-c", script]));
    assert_eq!(run.code, 0, "{run:?}");
}
