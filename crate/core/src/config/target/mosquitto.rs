//! Mosquitto's clients: a connection check at DPS, and telemetry at the hub.
//!
//! They cannot register. DPS answers on the connection that asks; `mosquitto_sub` and `mosquitto_pub` have one each, and
//! `mosquitto_rr`, which has both, refuses a response topic with `#`, which is the only one that DPS allows (tried with
//! 2.0.11).

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::config::command::{Line, Word};

pub(super) static TARGET: Target = Target {
    name: "mosquitto",
    title: "mosquitto_sub and mosquitto_pub: a connection check at DPS, one message to the hub",
    family: Family::Mqtt,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits::NONE,
    home: None,
    proof: Proof::Run(
        "mosquitto_sub connects and subscribes at the local DPS, mosquitto_pub sends to its hub",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let why_not = [
        "Connects and subscribes; it does not register. DPS answers a register request on the very connection that",
        "makes it: mosquitto_sub and mosquitto_pub have a connection each, and mosquitto_rr refuses the filter",
        "$dps/registrations/res/#, the only one that DPS allows. To register take the targets paho or provision.",
    ];
    let mut check: Vec<Line> = why_not.map(Line::comment).into();
    let mut words = tls(job, "mosquitto_sub", job.text("host"), &job.port().to_string());
    words.extend(["-i", job.text("registration_id"), "-u", job.text("user_name")].map(Word::from));
    words.extend(["-E", "-q", "1", "-t", "$dps/registrations/res/#"].map(Word::from));
    check.push(Line::Run(words));

    let hub = format!("REPLACE-WITH-ASSIGNED-HUB{}", job.text("hub_suffix"));
    let device = job.text("registration_id");
    let mut words = tls(job, "mosquitto_pub", &hub, "8883");
    let user_name = format!("{hub}/{device}/?api-version=2021-04-12");
    words.extend(["-i", device, "-u", &user_name].map(Word::from));
    words.extend(
        ["-q", "1", "-t", &format!("devices/{device}/messages/events/"), "-f", "telemetry.json"]
            .map(Word::from),
    );
    let telemetry = [
        Line::comment(
            "For a device that is registered already: put in its hub, twice, and the device ID if it is",
        ),
        Line::comment("not the registration ID. A second connection of one device closes the first."),
        Line::Run(words),
    ];
    let files = job.scripts(Files::new(), "check", "Connects to DPS with Mosquitto's client.", &check);
    job.scripts(files, "telemetry", "Sends one message to the assigned hub with Mosquitto's client.", &telemetry)
        .file(crate::config::Artifact::new("telemetry.json", "{\"hello\": \"hub\"}\n"))
        .guide(
            "Anywhere, all in one folder; the certificate files and the key stay where the scripts say.",
            "./check.sh, or check.ps1 or check.cmd on Windows; later ./telemetry.sh with the assigned hub put in",
            "`received CONNACK (0)` and `received SUBACK`. That is the connection, not the registration: DPS judges the \
             certificate when the device registers, which Mosquitto's clients cannot.",
        )
}

fn tls(job: &Job<'_>, program: &str, host: &str, port: &str) -> Vec<Word> {
    let (roots, chain, key) = (job.text("roots_path"), job.text("chain_path"), job.text("key_path"));
    let words = [program, "-d", "-V", "mqttv311", "-h", host, "-p", port, "--cafile", roots, "--cert", chain];
    words.into_iter().chain(["--key", key, "--tls-version", "tlsv1.2"]).map(Word::from).collect()
}
