//! The TOML file.

use std::{fs, path::Path, time::Duration};

use dps_x509_emulator::Config;

use crate::{
    client::{register, start},
    pki::{Ca, Device, leaf_params},
};

/// A folder with `root.pem` (a CA), `device.pem` (a leaf), `other.pem` (another) and `broken.pem`.
fn folder() -> (tempfile::TempDir, Ca, Device) {
    let folder = tempfile::tempdir().unwrap();
    let (ca, device) = (Ca::root("root"), Device::self_signed(leaf_params("alone")));
    fs::write(folder.path().join("root.pem"), &ca.pem).unwrap();
    fs::write(folder.path().join("device.pem"), device.pem()).unwrap();
    fs::write(folder.path().join("other.pem"), Device::self_signed(leaf_params("other")).pem()).unwrap();
    fs::write(folder.path().join("broken.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n").unwrap();
    (folder, ca, device)
}

fn read(folder: &Path, text: &str) -> Result<Config, String> {
    let path = folder.join("dps.toml");
    fs::write(&path, text).unwrap();
    Config::from_file(&path).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_file_with_everything_does_what_it_says() {
    let (folder, ca, device) = folder();
    let config = read(
        folder.path(),
        r#"
            id-scope = "0ne00000000"
            hubs = ["hub.example"]
            assigning-polls = 0
            retry-after = 9
            server-names = ["dps.example"]

            [throttling]
            registrations-per-minute = 0
            polls-per-10-seconds = 7

            [[individual]]
            registration-id = "alone"
            certificate = "device.pem"
            device-id = "renamed"

            [[group]]
            name = "factory"
            certificate = "root.pem"
            enabled = false
        "#,
    )
    .unwrap();
    assert_eq!(config.id_scope.as_str(), "0ne00000000");
    assert_eq!(config.pace.retry_after, Duration::from_secs(9));
    assert_eq!(config.server_names, ["dps.example"]);
    assert_eq!(config.throttling.registrations_per_minute, None);
    assert_eq!(config.throttling.polls_per_10_seconds, Some(7));
    assert_eq!(config.enrollments.count(), (1, 1));
    let emulator = start(config).await;
    let (_, body) = register(&emulator, Some(&device), "alone").await;
    assert_eq!(body["registrationState"]["deviceId"], "renamed");
    assert_eq!(body["registrationState"]["assignedHub"], "hub.example");
    let (_, body) = register(&emulator, Some(&ca.device("device")), "device").await;
    assert_eq!(body["status"], "disabled");
}

#[test]
fn the_defaults_are_one_poll_and_this_machine_as_hub() {
    let (folder, ..) = folder();
    let config = read(folder.path(), "id-scope = \"0ne00000000\"").unwrap();
    assert_eq!((config.pace.assigning_polls, config.pace.retry_after), (1, Duration::from_secs(3)));
    assert_eq!(config.hubs, [Config::DEFAULT_HUB]);
    assert_eq!(config.enrollments.count(), (0, 0));
}

#[test]
fn the_example_of_the_readme_is_right() {
    let (folder, ca, device) = folder();
    fs::write(folder.path().join("intermediate.pem"), ca.pem).unwrap();
    fs::write(folder.path().join("my-device.pem"), device.pem()).unwrap();
    let readme = include_str!("../../README.md");
    let example = readme.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    let config = read(folder.path(), example).unwrap();
    assert_eq!(config.enrollments.count(), (1, 1));
    let defaults = Config::new(config.id_scope.clone());
    assert_eq!(config.hubs, defaults.hubs);
    assert_eq!(config.pace, defaults.pace);
    assert_eq!(config.throttling, defaults.throttling);
    assert_eq!(config.refusals, defaults.refusals);
    assert_eq!(config.allocation, defaults.allocation);
    assert_eq!(config.hub_trust, defaults.hub_trust);
    assert_eq!(config.server_names, defaults.server_names);
}

#[test]
fn each_mistake_is_named_with_file_line_and_key() {
    let (folder, ..) = folder();
    let individual = |id: &str, file: &str| {
        format!("[[individual]]\nregistration-id = \"{id}\"\ncertificate = \"{file}\"\n")
    };
    let group = |name: &str, file: &str| format!("[[group]]\nname = \"{name}\"\ncertificate = \"{file}\"\n");
    let scope = "id-scope = \"0ne00000000\"\n";
    let cases = [
        (String::new(), "missing field `id-scope`"),
        ("id-scope = 1".to_owned(), "dps.toml, line 1: invalid type"),
        ("id-scope =".to_owned(), "dps.toml, line 1: "),
        ("id-scope = \"0ne/1\"".to_owned(), "dps.toml, line 1, id-scope: the ID scope has the character '/'"),
        (format!("{scope}id-scop = 1"), "dps.toml, line 2: unknown field `id-scop`"),
        (format!("{scope}retry-after = -1"), "dps.toml, line 2: invalid value"),
        (format!("{scope}hubs = [\"https://x\"]"), "dps.toml, line 2, hubs: "),
        (
            format!("{scope}[[individual]]\nenabled = true"),
            "dps.toml, line 2: missing field `registration-id`",
        ),
        (
            format!("{scope}{}", individual("a@b", "device.pem")),
            "dps.toml, line 3, individual.registration-id: the registration ID has the character '@'",
        ),
        (format!("{scope}{}", individual("a", "absent.pem")), "absent.pem: No such file"),
        (format!("{scope}{}", individual("a", "dps.toml")), "line 4, individual.certificate: "),
        (
            format!("{scope}{}", individual("a", "dps.toml")),
            "dps.toml: there is no \"-----BEGIN CERTIFICATE-----\" block in it",
        ),
        (format!("{scope}{}", group("g", "broken.pem")), "broken.pem: the PEM text is damaged: "),
        (
            format!("{scope}{}{}", individual("a", "device.pem"), individual("A", "other.pem")),
            "line 6, individual: the registration ID A is enrolled twice",
        ),
        (
            format!("{scope}{}{}", individual("a", "device.pem"), individual("b", "device.pem")),
            "line 6, individual: its certificate is in the individual enrollment a already",
        ),
        (
            format!("{scope}{}{}", group("g", "root.pem"), group("g", "other.pem")),
            "line 6, group: there are two groups with the name g",
        ),
        (
            format!("{scope}{}{}", group("g", "root.pem"), group("h", "root.pem")),
            "line 6, group: its certificate is in the group g already",
        ),
        (format!("{scope}scenarios = [\"calm\"]"), "line 2, scenarios: \"calm\" is none of slow, flaky, "),
        (
            format!("{scope}[[fault]]\nstage = \"poll\"\nkind = \"connack\""),
            "line 2, fault: connack cannot happen at the stage poll",
        ),
        (format!("{scope}[[fault]]\nstage = \"lunch\"\nkind = \"drop\""), "line 3: unknown variant `lunch`"),
        (
            format!("{scope}[[group]]\nname = \"g\"\nca = \"absent\""),
            "line 4, group.ca: there is no [[ca]] with the name absent",
        ),
        (
            format!("{scope}[[group]]\nname = \"g\""),
            "line 3, group: a group has either a certificate or a ca",
        ),
        (
            format!("{scope}{0}{0}", "[[ca]]\nname = \"c\"\ncertificate = \"root.pem\"\n"),
            "line 6, ca.name: there are two CA certificates with the name c",
        ),
        (
            format!("{scope}hubs = [\"a\", \"b\"]\nallocation = \"static\""),
            "line 3, allocation: allocation = \"static\" needs exactly one hub in hubs",
        ),
        (
            format!("{scope}{}hubs = [\"elsewhere\"]", group("g", "root.pem")),
            "line 5, hubs: elsewhere is not one of the hubs above it: localhost",
        ),
        (
            format!("{scope}{}allocation = \"custom\"", group("g", "root.pem")),
            "line 5, group.allocation: allocation = \"custom\" needs what the function answers",
        ),
        (
            format!("{scope}{}custom = {{ fails-with = 400 }}", group("g", "root.pem")),
            "line 5, group.allocation: custom needs allocation = \"custom\"",
        ),
        (
            format!(
                "{scope}{}{}secondary-certificate = \"device.pem\"",
                individual("a", "device.pem"),
                individual("b", "other.pem")
            ),
            "line 6, individual: its certificate is in the individual enrollment a already",
        ),
    ];
    for (text, expected) in cases {
        let error = read(folder.path(), &text).unwrap_err();
        assert!(error.contains(expected), "{error:?} should contain {expected:?}");
        assert!(error.contains("dps.toml"), "{error}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let error = Config::from_file(Path::new("/nonexistent/dps.toml")).unwrap_err().to_string();
    assert!(error.starts_with("the configuration /nonexistent/dps.toml cannot be read: "), "{error}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("dps.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let error = Config::from_file(&pipe).unwrap_err();
    assert!(error.to_string().contains("it is no regular file"), "{error}");
    let toml = "id-scope = \"0ne00000000\"\n[[group]]\nname = \"a\"\ncertificate = \"dps.toml\"\n";
    let error = Config::from_toml(toml, &folder.path().join("other.toml")).unwrap_err();
    assert!(error.to_string().contains("line 4") && error.to_string().contains("no regular file"), "{error}");
}
