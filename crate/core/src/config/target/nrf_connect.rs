//! nRF Connect SDK: Kconfig of its Azure IoT Hub library with DPS.
//!
//! Source: sdk-nrf `subsys/net/lib/azure_iot_hub/Kconfig`; buffers there hold a host name of 64 bytes.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language, finding},
    finding::Input,
    name::Endpoint,
};

pub(super) static TARGET: Target = Target {
    name: "nrf-connect",
    title: "nRF Connect SDK: Kconfig for the Azure IoT Hub library with DPS",
    family: Family::Device,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { fixed_port: Some(Endpoint::DEFAULT_PORT), host_length: 63, ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "kconfiglib, which Zephyr builds with, reads every value back; the symbols are those of the library's Kconfig and documentation; nothing was built with the SDK",
    ),
    write,
};

/// `CONFIG_AZURE_IOT_HUB_DPS_*` buffers: the user name has 256 bytes, the SDK adds its own version to it.
const USER_NAME: usize = 200;

fn write(job: &Job<'_>) -> Files {
    let text = job.fill(include_str!("nrf/dps.conf"), Language::Kconfig, &[]);
    let files = Files::new().file(Artifact::new("dps.conf", text));
    let files = if job.text("user_name").len() > USER_NAME {
        files.doubt(finding::doubtful(
            TARGET.name,
            Input::RegistrationId,
            "the user name may not fit the SDK's buffer of 256 bytes",
            "Raise the buffers of the Azure IoT Hub library in Kconfig.",
        ))
    } else {
        files
    };
    files.guide(
        "Beside prj.conf. Chain, key and roots go into the modem or the TLS credential store, under security tag 10. \
         They are server-roots.pem (the first one), device-full-chain.pem, and the private key by its path.",
        "west build -- -DEXTRA_CONF_FILE=dps.conf",
        "AZURE_IOT_HUB_DPS_EVT_REGISTERED, or the log line that says which hub was assigned.",
    )
}
