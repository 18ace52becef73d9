//! The Azure IoT Identity Service alone, without IoT Edge: `/etc/aziot/config.toml`.
//!
//! Source: iot-identity-service `aziotctl/config/unix/template.toml`.

use super::{Family, Files, Job, Limits, Proof, Target, iot_edge};

pub(super) static TARGET: Target = Target {
    name: "identity-service",
    title: "Azure IoT Identity Service: config.toml",
    family: Family::Device,
    needs: iot_edge::NEEDS,
    limits: Limits::NONE,
    home: iot_edge::HOME,
    proof: Proof::Read("a TOML parser reads every value back; the service itself was not run"),
    write,
};

fn write(job: &Job<'_>) -> Files {
    iot_edge::guided(job, iot_edge::config(job), "sudo aziotctl config apply && sudo aziotctl check")
}
