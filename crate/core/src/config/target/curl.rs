//! curl against the REST interface of a device: a cross-check of the same enrollment without MQTT.
//!
//! Source: DPS document `iot-dps-https-x509-support`.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{
        Artifact, Language,
        command::{Line, Word},
        finding,
    },
    finding::Input,
    name::Endpoint,
};

pub(super) static TARGET: Target = Target {
    name: "curl",
    title: "curl against the REST interface: the same enrollment without MQTT",
    family: Family::Tool,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits::NONE,
    home: None,
    proof: Proof::Run("curl registers with the script at the local DPS; shellcheck reads it"),
    write,
};

/// What the person replaces: the first answer has it.
const OPERATION: &str = "REPLACE-WITH-OPERATION-ID";

fn write(job: &Job<'_>) -> Files {
    // HTTPS has its own port; a server of one's own takes all protocols on one.
    let authority = match job.port() {
        Endpoint::DEFAULT_PORT if !job.device.is_own_server() => job.text("host").to_owned(),
        _ => job.text("endpoint").to_owned(),
    };
    let registration = format!(
        "https://{authority}/{}/registrations/{}",
        encoded(job.text("id_scope")),
        encoded(job.text("registration_id"))
    );
    let call = |method: &str, url: String| -> Vec<Word> {
        let (chain, key, roots) = (job.text("chain_path"), job.text("key_path"), job.text("roots_path"));
        let words = [
            "curl",
            "--silent",
            "--show-error",
            "--include",
            "--request",
            method,
            "--cert",
            chain,
            "--key",
            key,
        ];
        let more = ["--cacert", roots, "--globoff", "--header", "Content-Type: application/json"];
        words.into_iter().chain(more).map(Word::from).chain([Word::from(url)]).collect()
    };
    let mut register = call("PUT", format!("{registration}/register?api-version=2021-06-01"));
    register
        .extend(["--header", "Content-Encoding: utf-8", "--data-binary", "@register.json"].map(Word::from));
    let poll = call("GET", format!("{registration}/operations/{OPERATION}?api-version=2021-06-01"));
    let look_up = call("POST", format!("{registration}?api-version=2021-06-01"));
    let body = format!("{{\"registrationId\": {}}}\n", job.literal(Language::Json, "registration_id"));
    let files = Files::new().file(Artifact::new("register.json", body));
    let files = job.scripts(
        files,
        "register",
        "Registers over HTTPS; run it in its own folder.",
        &[Line::Run(register)],
    );
    let poll = [
        Line::comment(&format!("Put the operationId of the first answer in the place of {OPERATION}.")),
        Line::Run(poll),
    ];
    let files = job.scripts(files, "poll", "Asks over HTTPS how the registration goes.", &poll);
    let look_up =
        [Line::comment("Where the device is assigned, once it has registered."), Line::Run(look_up)];
    let files = job.scripts(files, "look-up", "Asks for the registration over HTTPS.", &look_up);
    let files = if job.text("registration_id").contains(':') {
        files.doubt(finding::doubtful(
            TARGET.name,
            Input::RegistrationId,
            "over HTTPS a registration ID with ':' was refused as unauthorized (azure-iot-sdk-csharp#3061)",
            "Compare with a registration over MQTT.",
        ))
    } else {
        files
    };
    files.guide(
        "Anywhere, all in one folder; the certificate files and the key stay where the scripts say.",
        "./register.sh. While the status is `assigning`, after the seconds of Retry-After, ./poll.sh with the operationId \
         put in. Any time later ./look-up.sh. On Windows .ps1 or .cmd. curl's own TLS on Windows (Schannel) takes no PEM \
         key: use a curl that is built with OpenSSL there.",
        "`HTTP/1.1 202` with an operationId, then `HTTP/1.1 200` with `\"status\":\"assigned\"`. The refusals are those of \
         MQTT, with the same codes.",
    )
}

/// A path segment of a URL (RFC 3986 section 3.3), unreserved characters alone.
pub(super) fn encoded(text: &str) -> String {
    let show = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(show).collect()
}
