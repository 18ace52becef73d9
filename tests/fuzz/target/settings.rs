//! What a configuration is asked for: every target writes what its reader takes, or refuses with findings.

use std::sync::LazyLock;

use dps_x509_core::{
    cert::{Enrollment, Inputs, Purpose, Read},
    config::{ALL, Azure, Wanted},
    finding::{Naming, Place},
    name::Transport,
    text,
};

/// A device's certificate and key, as `generate` would make them.
static DEVICE: LazyLock<(String, String)> = LazyLock::new(|| {
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "device-1");
    let key = rcgen::KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
});

/// Nine texts with a byte between them, and a byte in front for what is chosen.
pub(super) fn run(bytes: &[u8]) {
    let (chosen, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    let mut texts = rest.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
    let names = match texts.next() {
        Some(name) if !name.is_empty() => vec![name],
        // One of all, without a fuzzer that has to find its name.
        _ => vec![ALL[usize::from(chosen) % ALL.len()].name.to_owned()],
    };
    let mut text = || texts.next().filter(|text| !text.is_empty());
    let wanted = Wanted {
        id_scope: text().or_else(|| Some("0ne00000001".to_owned())),
        registration_id: text(),
        endpoint: text(),
        transport: if chosen & 1 == 0 { Transport::Mqtt } else { Transport::WebSocket },
        folder: text(),
        key_path: text(),
        embeds_key: chosen & 2 != 0,
        azure: Azure { dps_name: text(), resource_group: text(), group_name: text() },
    };
    let read = |purpose, name: &str, text: &str| {
        Read::new(purpose, Place::default().path(name), text.as_bytes().to_vec())
    };
    let inputs = Inputs {
        files: vec![
            read(Purpose::DeviceChain, "device.pem", &DEVICE.0),
            read(Purpose::DeviceKey, "device-key.pem", &DEVICE.1),
        ],
        enrollment: [Enrollment::Unknown, Enrollment::Individual, Enrollment::Group]
            [usize::from(chosen >> 2) % 3],
        ..Inputs::default()
    };
    let (set, _) = wanted.set(&names, inputs);
    assert!(!set.is_refused() || set.configurations.is_empty(), "half of it is written");
    for finding in &set.findings {
        let shown = finding.to_text(Naming::CommandLine);
        assert!(!shown.contains(|it| it != '\n' && text::is_invisible(it)), "{shown:?}");
    }
    let artifacts = set.configurations.iter().flat_map(|it| &it.artifacts).chain(&set.certificates);
    let secret = DEVICE.1.lines().nth(1).unwrap();
    for artifact in artifacts {
        let parts: Vec<_> = artifact.path.split(['/', '\\']).collect();
        assert!(
            !parts.iter().any(|part| ["", ".", ".."].contains(part)),
            "{} leads elsewhere",
            artifact.path
        );
        if artifact.path.ends_with(".json") {
            let parsed = serde_json::from_str::<serde_json::Value>(&artifact.text);
            assert!(parsed.is_ok(), "{}: {parsed:?}", artifact.path);
        }
        assert!(
            artifact.is_secret || !artifact.text.contains(secret),
            "{} shows the key to all",
            artifact.path
        );
        assert!(
            wanted.embeds_key || !artifact.text.contains(secret),
            "{} has the key unasked",
            artifact.path
        );
    }
}
