//! Azure IoT middleware for FreeRTOS: the defines of the samples' `demo_config.h`.
//!
//! Source: Azure-Samples/iot-middleware-freertos-samples `demos/projects/PC/linux/config/demo_config.h`, whose own roots
//! still begin with Baltimore.

use super::{Family, Files, Job, Limits, Piece, Proof, Target, key_header};
use crate::{
    config::{Artifact, Language, escape},
    name::Endpoint,
};

pub(super) static TARGET: Target = Target {
    name: "freertos",
    title: "Azure IoT middleware for FreeRTOS: the DPS part of demo_config.h",
    family: Family::Device,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { fixed_port: Some(Endpoint::DEFAULT_PORT), embeds_key: true, ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "gcc compiles the header into a program that prints chain, key and roots as they were; Mbed TLS 2.28 registers with its values at the local DPS; its names are those that sample_azure_iot.c asks for (samples, January 2024); the sample was not built",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let chain: String = job.device.chain.iter().map(|pem| pem.text.as_str()).collect();
    let roots: String = job.device.roots.iter().map(|root| root.pem.as_str()).collect();
    let header = job.fill(
        include_str!("freertos/demo_config_dps.h"),
        Language::C,
        &[("chain_lines", &escape::c_lines(&chain)), ("roots_lines", &escape::c_lines(&roots))],
    );
    let files = Files::new().file(Artifact::new("demo_config_dps.h", header));
    key_header::add(job, files, "democonfigCLIENT_PRIVATE_KEY_PEM").guide(
        "Beside demo_config.h of the sample. At the end of that file, before its last #endif: \
         `#include \"demo_config_dps.h\"`.",
        "./make-key-header.sh makes device_key.h from the key, if the key was not embedded; then build the sample.",
        "The sample's log: DPS registered, the hub's name, then telemetry.",
    )
}
