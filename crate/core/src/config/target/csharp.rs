//! Microsoft's .NET SDK.
//!
//! Source: azure-iot-sdk-csharp `provisioning/device/samples`, the X.509 sample and its sources.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::{Endpoint, Transport},
};

pub(super) static TARGET: Target = Target {
    name: "csharp",
    title: ".NET SDK (C#): registers, then sends one message to the hub",
    family: Family::Sdk,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "compared with the sources of the SDK's release of December 2025, member by member; Mono compiles it and runs it with a stand-in for the SDK, a grammar of today's C# reads it; no compiler of .NET has seen it",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let more: &[(&str, &str)] = if job.device.transport == Transport::WebSocket {
        // Over WebSocket the SDK takes no chain for the hub, and finds it where the registration has put it.
        &[("dps_transport", "WebSocketOnly"), ("hub_transport", "Mqtt_WebSocket_Only"), ("hub_chain", "")]
    } else {
        &[("dps_transport", "TcpOnly"), ("hub_transport", "Mqtt_Tcp_Only"), ("hub_chain", ", intermediates")]
    };
    Files::new()
        .file(Artifact::new("Program.cs", job.fill(include_str!("csharp/Program.cs"), Language::CSharp, more)))
        .file(Artifact::new("register.csproj", include_str!("csharp/register.csproj")))
        .guide(
            "Anywhere; the certificate files and the key stay where the program says. .NET trusts the roots of the system: \
             put server-roots.pem there if they are missing (Linux: SSL_CERT_FILE names it).",
            "dotnet run",
            "`assigned to HUB as DEVICE`, then `telemetry sent`; exit code 0.",
        )
}
