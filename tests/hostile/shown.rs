//! Nothing that a terminal obeys, and no line that somebody else wrote.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use dps_x509_core::text;
use dps_x509_tests::{
    chain,
    cli::{self, Run},
    peer::Peer,
    proxy::{Conduct, Proxy},
};
use rcgen::{DnType, KeyPair, SanType};

use crate::desk::Desk;

/// Of each kind that the issue names, between words that are sought.
const HOSTILE: &str = "MARK\u{1b}]0;title\u{7}\u{1b}[2J\u{1b}[31m\u{9b}1A\u{85}\r\nFORGED error DX999\nFORGED\u{b}\u{c}\u{8}\u{7f}\u{61c}\u{180e}\u{200b}\u{200d}\u{200e}\u{200f}\u{2028}FORGED\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}\u{fe0f}\u{fff9}\u{fdd3}\u{e0001}\u{e0041}\u{e0100}\u{3164}\u{ad}END";

/// The same without line breaks and without what no C string has, for names.
fn name() -> String {
    HOSTILE.replace('/', "")
}

/// Runs it and looks at both streams.
fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let mut command = Command::new(cli::binary());
    command.args(args);
    looked_at(command)
}

fn looked_at(command: Command) -> Run {
    let what = format!("{command:?}");
    let run = cli::finish(command);
    for stream in [&run.out, &run.err] {
        assert_plain(stream, &what);
    }
    assert!(!run.err.contains("panicked"), "{what}: {run:?}");
    run
}

fn assert_plain(stream: &str, what: &str) {
    let seen = stream.chars().find(|it| *it != '\n' && text::is_invisible(*it));
    assert_eq!(seen, None, "{what}: U+{:04X} in {stream:?}", seen.map_or(0, u32::from));
    let forged = stream.lines().find(|line| line.trim_start().starts_with("FORGED"));
    assert_eq!(forged, None, "{what}: {stream}");
}

/// It was there to be shown.
fn tells(run: &Run) {
    assert!(run.out.contains("MARK") || run.err.contains("MARK"), "{run:?}");
}

/// A chain whose every name is hostile, and a key, in files with hostile names.
fn files(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let mut params = chain::ca(HOSTILE);
    params.distinguished_name.push(DnType::OrganizationName, HOSTILE);
    let root = rcgen::CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = chain::device(HOSTILE);
    params.distinguished_name.push(DnType::CommonName, HOSTILE);
    params.distinguished_name.push(DnType::OrganizationalUnitName, HOSTILE);
    params.distinguished_name.push(DnType::CustomDnType(vec![1, 2, 3, 4]), HOSTILE);
    params.subject_alt_names =
        ["\u{1b}[31m\r\nFORGED", "a\u{7}b"].map(|text| SanType::DnsName(text.try_into().unwrap())).to_vec();
    params.subject_alt_names.push(SanType::URI("\u{1b}]0;x\u{7}\nFORGED".try_into().unwrap()));
    params
        .custom_extensions
        .push(rcgen::CustomExtension::from_oid_content(&[1, 2, 3, 5], HOSTILE.as_bytes().to_vec()));
    let key = KeyPair::generate().unwrap();
    let leaf = params.signed_by(&key, &root).unwrap();
    let path = |end: &str| folder.join(format!("{}{end}", name()));
    let (chain, secret, anchor) = (path("-chain.pem"), path("-key.pem"), path("-root.pem"));
    fs::write(&chain, leaf.pem()).unwrap();
    fs::write(&secret, key.serialize_pem()).unwrap();
    fs::write(&anchor, root.pem()).unwrap();
    (chain, secret, anchor)
}

/// A name that is no UTF-8, and half of a pair of UTF-16 as some file systems have it.
fn no_text(folder: &Path) -> [PathBuf; 2] {
    [b"MARK\xff\xfe\x1b[31m\x9b.pem".to_vec(), b"MARK\xed\xa0\x80\xed\xb0\x80.pem".to_vec()]
        .map(|bytes| folder.join(OsString::from_vec(bytes)))
}

#[test]
fn certificates_and_the_names_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, root) = files(folder.path());
    let odd = no_text(folder.path());
    for path in &odd {
        fs::copy(&chain, path).unwrap();
    }
    let text = |text: &str| OsString::from(text);
    let path = |path: &PathBuf| path.clone().into_os_string();
    let every = [
        path(&chain),
        text("--key"),
        path(&key),
        text("--group-ca"),
        path(&root),
        text("--trust"),
        path(&root),
    ];
    for format in ["text", "json", "sarif"] {
        for enrollment in ["individual", "group"] {
            let flags =
                ["check", "--format", format, "--enrollment", enrollment, "--registration-id", "device-1"]
                    .map(text);
            tells(&run(flags.into_iter().chain(every.clone())));
        }
        let devices = ["check", "--format", format, "--each"]
            .map(text)
            .into_iter()
            .chain([path(&folder.path().to_owned())]);
        tells(&run(devices));
        tells(&run(["check", "--format", format].map(text).into_iter().chain(odd.iter().map(path))));
        let missing = folder.path().join(format!("missing-{}", name()));
        tells(&run(["check", "--format", format].map(text).into_iter().chain([path(&missing)])));
    }
    let out = folder.path().join(format!("out-{}", name()));
    let fixed = |out: &PathBuf| [text("check"), path(&chain), text("--write-fixed"), path(out)];
    tells(&run(fixed(&out)));
    // It is there now.
    tells(&run(fixed(&out)));
    for format in ["text", "json"] {
        tells(&run([text("compare"), path(&chain), path(&root), text("--format"), text(format)]));
        run([text("compare"), path(&chain), path(&key), text("--format"), text(format)]);
        run([text("compare"), path(&odd[0]), path(&out), text("--format"), text(format)]);
    }
    // What is no certificate at all.
    let noise = folder.path().join("noise.pem");
    for damage in [
        format!("{HOSTILE}\n-----BEGIN {HOSTILE}-----\n{HOSTILE}\n-----END {HOSTILE}-----\n"),
        format!("-----BEGIN CERTIFICATE-----\nMIIB{HOSTILE}AAAA\n-----END CERTIFICATE-----\n"),
        format!("{{\"{HOSTILE}\": \"-----BEGIN CERTIFICATE-----{HOSTILE}\"}}"),
        format!("const char *{HOSTILE} = \"-----BEGIN CERTIFICATE-----\\n{HOSTILE}\";"),
        HOSTILE.to_owned(),
    ] {
        fs::write(&noise, damage).unwrap();
        for format in ["text", "json", "sarif"] {
            run([text("check"), path(&noise), text("--format"), text(format)]);
        }
        run([text("compare"), path(&noise), path(&chain)]);
        run([text("explain"), path(&noise)]);
        run([
            text("provision"),
            text("--id-scope"),
            text("0ne00111111"),
            text("--cert"),
            path(&noise),
            text("--key"),
            path(&noise),
        ]);
    }
}

#[test]
fn configurations_and_test_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, root) = files(folder.path());
    let text = |text: &str| OsString::from(text);
    let out = folder.path().join(format!("out-{}", name()));
    for json in [true, false] {
        let more: Vec<OsString> = if json { vec![text("--json")] } else { Vec::new() };
        for cert in [&chain, &folder.path().join(name())] {
            let args = [
                text("configure"),
                text("all"),
                text("--id-scope"),
                text("0ne00111111"),
                text("--cert"),
                cert.clone().into(),
                text("--key"),
                key.clone().into(),
                text("--trust"),
                root.clone().into(),
                text("--out"),
                out.clone().into(),
            ];
            run(args.into_iter().chain(more.clone()));
        }
        run([text("configure"), text(HOSTILE), text("--out"), out.clone().into()]
            .into_iter()
            .chain(more.clone()));
        for id in [HOSTILE, "device-1"] {
            let made = folder.path().join(format!("made-{json}-{}", name()));
            let args = [
                text("generate"),
                text("chain"),
                text("--registration-id"),
                text(id),
                text("--out"),
                made.into(),
            ];
            run(args.into_iter().chain(more.clone()));
        }
        let args = [
            text("generate"),
            text("device"),
            text("--registration-id"),
            text("device-1"),
            text("--ca"),
            root.clone().into(),
            text("--ca-key"),
            key.clone().into(),
            text("--out"),
            folder.path().join("device").into(),
        ];
        run(args.into_iter().chain(more));
    }
}

#[test]
fn logs() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, ..) = files(folder.path());
    let log = folder.path().join(format!("{}.log", name()));
    let lines = [
        format!("$dps/registrations/res/401/?$rid=1 {{\"errorCode\":401002,\"trackingId\":\"{HOSTILE}\",\"message\":\"{HOSTILE}\"}}"),
        "{\"errorCode\":401002,\\\"trackingId\\\":\\\"\\u001b]0;x\\u0007\\nFORGED\\\"}".to_owned(),
        format!("{{\"status\":\"assigned\",\"registrationState\":{{\"assignedHub\":\"{HOSTILE}\",\"deviceId\":\"{HOSTILE}\"}}}}"),
        r#"{"status":"assigned","registrationState":{"assignedHub":"\u001b[31m\u202e\nFORGED","deviceId":"\udc00\u009b"}}"#.to_owned(),
        format!("SSL alert number 48 {HOSTILE} unknown ca"),
        format!("{HOSTILE} rc=5 Not authorized {HOSTILE}"),
        format!("0ne00111111/registrations/{HOSTILE}/api-version=2019-03-31"),
        format!("HostName={HOSTILE}.azure-devices.net;DeviceId={HOSTILE};SharedAccessKey={HOSTILE}"),
        format!("getaddrinfo ENOTFOUND {HOSTILE}"),
    ];
    for line in &lines {
        fs::write(&log, line).unwrap();
        for json in [true, false] {
            let mut args =
                vec![OsString::from("explain"), log.clone().into(), "--with".into(), chain.clone().into()];
            args.extend(json.then(|| OsString::from("--json")));
            run(args);
        }
    }
    fs::write(&log, lines.join("\n")).unwrap();
    run([OsStr::new("explain"), log.as_os_str()]);
    run(["explain", HOSTILE]);
    run([OsStr::new("explain"), no_text(folder.path())[0].as_os_str()]);
}

#[test]
fn services() {
    let desk = Desk::new("localhost");
    let json = |value: &str| serde_json::Value::from(value).to_string();
    let hostile = json(HOSTILE);
    let assigned = |hub: &str, device: &str, more: &str| {
        format!(
            r#"{{"operationId":"4","status":"assigned","registrationState":{{"assignedHub":{hub},"deviceId":{device},"status":"assigned","substatus":{hostile},"payload":{{{hostile}:{hostile}}},"etag":{hostile}{more}}}}}"#
        )
    };
    let more = format!(",{hostile}:{hostile},\"issuedCertificateChain\":[{hostile}]");
    for (status, body) in [
        (200, assigned("\"hub.azure-devices.net\"", &hostile, "")),
        (200, assigned("\"hub.azure-devices.net\"", "\"device-1\"", &more)),
        (200, assigned(&hostile, "\"device-1\"", "")),
        (
            200,
            format!(
                r#"{{"operationId":"4","status":"failed","registrationState":{{"status":"failed","errorCode":400207,"errorMessage":{hostile},"trackingId":{hostile}}}}}"#
            ),
        ),
        (200, format!(r#"{{"operationId":{hostile},"status":{hostile}}}"#)),
        (
            401,
            format!(
                r#"{{"errorCode":401002,"trackingId":{hostile},"message":{hostile},"timestampUtc":{hostile},"info":{{{hostile}:{hostile}}}}}"#
            ),
        ),
        (404, HOSTILE.to_owned()),
        (200, HOSTILE.to_owned()),
        (200, format!("{{{hostile}:1,{hostile}:1}}")),
        (429, format!(r#"{{"message":{hostile}}}"#)),
    ] {
        let peer = Peer::dps(status, body, &desk.certificate, &desk.key);
        for more in [&[][..], &["--trace"], &["--json"], &["--json", "--trace"], &["--trace", "--component"]]
        {
            let mut args = desk.flags("provision", &format!("localhost:{}", peer.address.port()));
            args.extend(more.iter().map(|&word| word.to_owned()));
            run(&args);
        }
    }
}

#[test]
fn servers_and_proxies() {
    let desk = Desk::new(HOSTILE);
    // A header, a status line, text that is no protocol at all.
    for text in [
        format!("HTTP/1.1 403 {HOSTILE}\r\nServer: {HOSTILE}\r\n{HOSTILE}: {HOSTILE}\r\n\r\n{HOSTILE}"),
        "HTTP/1.1 403 \u{1b}[31mFORGED\r\nServer: \u{9b}2J\u{202e}\r\nContent-Type: text/plain\r\n\r\nFORGED"
            .to_owned(),
        HOSTILE.to_owned(),
        format!("\u{20}\u{2}{HOSTILE}"),
    ] {
        let peer = Peer::says(text, &desk.certificate, &desk.key);
        for (command, more) in [
            ("probe", &[][..]),
            ("probe", &["--json"]),
            ("provision", &["--transport", "websocket", "--trace"]),
            ("provision", &["--transport", "websocket", "--json", "--trace"]),
            ("provision", &["--transport", "websocket", "--component", "--trace"]),
            ("provision", &["--trace"]),
        ] {
            let mut args = desk.flags(command, &format!("localhost:{}", peer.address.port()));
            args.extend(more.iter().map(|&word| word.to_owned()));
            run(&args);
        }
    }
    // Its certificate is shown where nobody trusts it.
    let peer = Peer::says(String::new(), &desk.certificate, &desk.key);
    for command in ["probe", "provision"] {
        let mut args = desk.flags(command, &format!("127.0.0.1:{}", peer.address.port()));
        let trust = args.iter().position(|word| word == "--trust").unwrap();
        args[trust + 1] = desk.device.leaf.to_str().unwrap().to_owned();
        run(&args);
    }
    for answer in [
        "HTTP/1.1 403 \u{1b}[31mFORGED\u{9b}\u{202e}\r\nContent-Type: text/plain\r\n\r\nMARK\u{1b}]0;x\u{7}\r\nFORGED\u{2066}\u{61c}\u{e0041}",
        "HTTP/1.1 407 x\r\nProxy-Authenticate: \u{1b}[31m\u{202e}MARK\r\n\r\n",
        "MARK\u{1b}[2J\nFORGED\n",
    ] {
        let proxy = Proxy::start(Conduct::Answers(answer));
        for command in ["probe", "provision"] {
            let mut args = desk.flags(command, "localhost:1");
            args.extend(["--proxy".to_owned(), format!("http://{}", proxy.address)]);
            run(&args);
            args.push("--json".to_owned());
            run(&args);
        }
    }
}

#[test]
fn settings_and_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{}.toml", name()));
    let quoted = serde_json::Value::from(HOSTILE.replace('\u{7f}', "")).to_string();
    for text in [
        format!("{quoted} = 1\n"),
        format!("cloud = {quoted}\n"),
        format!("timeout = {quoted}\n"),
        format!("transport = {quoted}\n"),
        format!("endpoint = {quoted}\n"),
        format!("id-scope = {quoted}\nregistration-id = {quoted}\ncert = {quoted}\nkey = {quoted}\n"),
        format!("connect-to = [{quoted}]\n"),
        format!("proxy = {quoted}\n"),
        HOSTILE.to_owned(),
    ] {
        fs::write(&file, text).unwrap();
        for more in [&[][..], &["--json"]] {
            run([OsStr::new("provision"), "--config".as_ref(), file.as_os_str()]
                .into_iter()
                .chain(more.iter().map(|it| OsStr::new(*it))));
        }
        let emulate =
            run([OsStr::new("emulate"), file.as_os_str(), "--listen".as_ref(), "127.0.0.1:0".as_ref()]);
        assert_eq!(emulate.code, 2);
    }
    for enrollments in [
        format!("id-scope = \"0ne00111111\"\n[[individual]]\nregistration-id = {quoted}\n"),
        format!(
            "id-scope = \"0ne00111111\"\n[[individual]]\nregistration-id = \"a\"\ncertificate = {quoted}\n"
        ),
        format!("id-scope = \"0ne00111111\"\nhubs = [{quoted}]\n"),
        format!("id-scope = \"0ne00111111\"\nscenarios = [{quoted}]\n"),
        format!("id-scope = \"0ne00111111\"\n[[group]]\nname = {quoted}\n"),
    ] {
        fs::write(&file, enrollments).unwrap();
        assert_eq!(
            run([OsStr::new("emulate"), file.as_os_str(), "--listen".as_ref(), "127.0.0.1:0".as_ref()]).code,
            2
        );
    }
    for command in [
        "check",
        "explain",
        "compare",
        "configure",
        "generate",
        "probe",
        "provision",
        "emulate",
        "emulator",
        HOSTILE,
    ] {
        run([command, &format!("--{HOSTILE}")]);
        run([command, HOSTILE, HOSTILE, HOSTILE]);
        for flag in [
            "--at",
            "--cloud",
            "--endpoint",
            "--registration-id",
            "--enrollment",
            "--listen",
            "--control",
            "--proxy",
            "--connect-to",
            "--timeout",
        ] {
            run([command, flag, HOSTILE]);
        }
    }
    // An argument that is no text.
    run([OsStr::new("check"), OsStr::from_bytes(b"--\xff\x1b[31m")]);
}

#[test]
fn devices_of_the_emulator() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, _) = files(folder.path());
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let mut command = Command::new(cli::binary());
    command.args(["emulate", "--listen", "127.0.0.1:0", "--control", "0", "--folder"]).arg(folder.path());
    let mut child =
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    let read = || String::from_utf8_lossy(&fs::read(folder.path().join("log")).unwrap()).into_owned();
    let find = |label: &str| {
        read().lines().find_map(|line| line.trim_start().strip_prefix(label).map(|it| it.trim().to_owned()))
    };
    let started = std::time::Instant::now();
    while !read().contains("Ctrl-C stops it") {
        assert!(started.elapsed().as_secs() < 60, "{}", read());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let (endpoint, root) = (find("endpoint").unwrap(), find("root to trust").unwrap());
    // A stranger's certificate and names, by the command line itself and by bytes of one's own.
    let mut client = dps_tls::connect(&endpoint, &root, &chain, &key);
    dps_tls::say(
        &mut client,
        &dps_tls::connect_packet(
            HOSTILE,
            &format!("0ne00111111/registrations/{HOSTILE}/api-version=2019-03-31"),
        ),
    );
    for request in [
        format!("PUT /0ne00111111/registrations/{HOSTILE}/register?api-version=2019-03-31 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}"),
        "PUT /0ne00111111/registrations/%1b%5B31m%0aFORGED/register?api-version=2019-03-31 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
        format!("POST /{HOSTILE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{HOSTILE}", HOSTILE.len()),
    ] {
        let mut client = dps_tls::connect(&endpoint, &root, &chain, &key);
        dps_tls::say(&mut client, request.as_bytes());
    }
    // One that it knows, with what it may say.
    let (chain, key) =
        (folder.path().join("device-1-full-chain.pem"), folder.path().join("device-1-key.pem"));
    let id = "device-1";
    let mut client = dps_tls::connect(&endpoint, &root, &chain, &key);
    let mut said = dps_tls::connect_packet(
        id,
        &format!("0ne00111111/registrations/{id}/api-version=2019-03-31&ClientVersion={HOSTILE}"),
    );
    said.extend(dps_tls::publish(
        "$dps/registrations/PUT/iotdps-register/?$rid=1",
        &format!("{{\"registrationId\":\"{id}\",\"payload\":{}}}", serde_json::Value::from(HOSTILE)),
    ));
    said.extend(dps_tls::publish(HOSTILE, HOSTILE));
    dps_tls::say(&mut client, &said);
    let mut client = dps_tls::connect(&endpoint, &root, &chain, &key);
    let mut said = dps_tls::connect_packet(
        id,
        &format!("localhost/{id}/?api-version=2021-04-12&DeviceClientType={HOSTILE}"),
    );
    said.extend(dps_tls::publish(
        &format!("devices/{id}/messages/events/{HOSTILE}=%1b%5B31m%0aFORGED"),
        HOSTILE,
    ));
    dps_tls::say(&mut client, &said);
    let control = find("control").unwrap();
    let control = control.trim_start_matches("http://").to_owned();
    for command in
        ["status", "enrollments", "registrations", "devices", "messages", "ca-certificates", "faults"]
    {
        for json in [true, false] {
            let mut args = vec!["emulator", "--control", &control, command];
            args.extend(json.then_some("--json"));
            run(args);
        }
    }
    for name in [HOSTILE, "MARK%1b"] {
        run(["emulator", "--control", &control, "twin", name]);
        run(["emulator", "--control", &control, "delete", name]);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let log = read();
    assert!(log.contains("MARK"), "{log}");
    assert_plain(&log, "the log of the emulator");
}

/// A device of one's own making.
mod dps_tls {
    use std::{
        fs,
        io::{Read as _, Write as _},
        net::TcpStream,
        path::Path,
        sync::Arc,
        time::Duration,
    };

    use rustls::{
        ClientConfig, ClientConnection, RootCertStore, StreamOwned,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
    };

    type Client = StreamOwned<ClientConnection, TcpStream>;

    pub(super) fn connect(endpoint: &str, root: &str, chain: &Path, key: &Path) -> Client {
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_slice_iter(&fs::read(root).unwrap()) {
            roots.add(root.unwrap()).unwrap();
        }
        let chain = CertificateDer::pem_slice_iter(&fs::read(chain).unwrap()).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(&fs::read(key).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots).with_client_auth_cert(chain, key).unwrap();
        let tcp = TcpStream::connect(endpoint).unwrap();
        tcp.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        StreamOwned::new(
            ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap(),
            tcp,
        )
    }

    /// Whatever comes of it.
    pub(super) fn say(client: &mut Client, bytes: &[u8]) {
        let _ = client.write_all(bytes);
        let _ = client.flush();
        let _ = client.read(&mut [0; 4096]);
        let _ = client.read(&mut [0; 4096]);
    }

    pub(super) fn connect_packet(client: &str, user: &str) -> Vec<u8> {
        let content = [b"\0\x04MQTT\x04\x82\0\x3c".to_vec(), text(client), text(user)].concat();
        packet(0x10, &content)
    }

    pub(super) fn publish(topic: &str, body: &str) -> Vec<u8> {
        packet(0x30, &[text(topic), body.as_bytes().to_vec()].concat())
    }

    fn text(text: &str) -> Vec<u8> {
        [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat()
    }

    fn packet(head: u8, content: &[u8]) -> Vec<u8> {
        let mut packet = vec![head];
        let mut length = content.len();
        while length > 127 {
            packet.push(u8::try_from(length % 128).unwrap() | 0x80);
            length /= 128;
        }
        packet.push(u8::try_from(length).unwrap());
        packet.extend(content);
        packet
    }
}
