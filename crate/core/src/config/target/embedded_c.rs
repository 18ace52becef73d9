//! Azure SDK for Embedded C: its Paho samples, which read environment variables.
//!
//! Source: azure-sdk-for-c `sdk/samples/iot`; the certificate's file holds the chain and the key, one after the other.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language, finding},
    finding::Input,
    name::{Cloud, Endpoint},
};

pub(super) static TARGET: Target = Target {
    name: "embedded-c",
    title: "Azure SDK for Embedded C: its samples, which register and send telemetry",
    family: Family::Sdk,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE },
    home: None,
    proof: Proof::Outside(
        "every X.509 sample of the SDK, release 1.5.0, built with Debian's Paho: provisioning, telemetry, twin, methods, C2D and Plug and Play run against the local DPS and its hub; in the tests sh runs the script with a stand-in for the sample",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let script = job.fill(include_str!("embedded_c/run.sh"), Language::Posix, &[]);
    let files = Files::new().file(Artifact::new("run.sh", script).executable());
    let files = if job.text("host") == Cloud::Public.global_host() {
        files
    } else {
        files.doubt(finding::doubtful(
            TARGET.name,
            Input::Endpoint,
            "the sample has the public cloud's endpoint in its source",
            "Change the endpoint in the sample's source before it is built.",
        ))
    };
    files.guide(
        "Anywhere; the certificate files and the key stay where the script says.",
        "./run.sh SAMPLE with the path of paho_iot_provisioning_sample. Then with that of paho_iot_hub_telemetry_sample, and \
         AZ_IOT_HUB_HOSTNAME set to the hub that the first one printed.",
        "The provisioning sample prints `Device provisioned` with hub and device ID.",
    )
}
