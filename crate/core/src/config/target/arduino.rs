//! Arduino: the defines of azure-sdk-for-c-arduino's `iot_configs.h`, and the names that DPS wants.
//!
//! Source: Azure/azure-sdk-for-c-arduino `examples/Azure_IoT_Hub_ESP32/iot_configs.h`; its sample has X.509 for the hub
//! alone, so what DPS needs has names of its own here.

use super::{Family, Files, Job, Limits, Piece, Proof, Target, key_header};
use crate::config::{Artifact, Language, escape};

pub(super) static TARGET: Target = Target {
    name: "arduino",
    title: "Arduino: a header with names, certificates and roots as string literals",
    family: Family::Device,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { embeds_key: true, ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "gcc compiles the header into a program that prints chain, key and roots as they were; Mbed TLS 2.28, which the SDK has underneath, registers with its values at the local DPS; its names are those of Azure_IoT_Hub_ESP32 (SDK 1.1.8); no sketch was built",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let chain: String = job.device.chain.iter().map(|pem| pem.text.as_str()).collect();
    let roots: String = job.device.roots.iter().map(|root| root.pem.as_str()).collect();
    let header = job.fill(
        include_str!("arduino/iot_configs_dps.h"),
        Language::C,
        &[("chain_lines", &escape::c_lines(&chain)), ("roots_lines", &escape::c_lines(&roots))],
    );
    let files = Files::new().file(Artifact::new("iot_configs_dps.h", header));
    key_header::add(job, files, "IOT_CONFIG_DEVICE_CERT_PRIVATE_KEY").guide(
        "In the sketch's folder. At the end of iot_configs.h: `#include \"iot_configs_dps.h\"`.",
        "./make-key-header.sh makes device_key.h from the key, if the key was not embedded; then build the sketch. Set \
         the clock by NTP before TLS: a board that starts in 1970 trusts no certificate.",
        "The client connects with these names; DPS answers on $dps/registrations/res/#.",
    )
}
