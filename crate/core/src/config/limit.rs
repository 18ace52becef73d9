//! What a target needs and was not given, and what it cannot hold.

use super::{
    client::{Family, Target},
    device::DeviceSetup,
    finding,
    piece::Piece,
};
use crate::{
    finding::{Finding, Input, Severity},
    name::{Cloud, Endpoint, Transport},
};

/// What prevents the target from being configured for this device; empty if nothing does.
pub(super) fn check(target: &Target, device: &DeviceSetup) -> Vec<Finding> {
    let mut findings = missing(target, device);
    let refuse = |input, why: &str, next: &str| finding::not_carried(target.name, input, why, next);
    let is_client = target.family != Family::Azure;
    let port = device.endpoint.port();
    let is_web_socket = device.transport == Transport::WebSocket;
    if is_client && is_web_socket && !target.limits.web_socket {
        findings.push(refuse(
            Input::Transport,
            "its client has no MQTT over WebSocket for DPS",
            "Use MQTT over TCP, or take a target whose client has it.",
        ));
    }
    let wanted = if is_web_socket { Endpoint::WEBSOCKET_PORT } else { Endpoint::DEFAULT_PORT };
    match target.limits.fixed_port {
        Some(_) if port != wanted => findings.push(refuse(
            Input::Endpoint,
            &format!("its client always dials port {wanted}, the endpoint has {port}"),
            "Let the server listen there, such as on 127.0.0.2, or take another target.",
        )),
        _ => {}
    }
    if device.endpoint.host().len() > target.limits.host_length {
        let most = target.limits.host_length;
        findings.push(refuse(
            Input::Endpoint,
            &format!("its client has room for a host name of {most} characters"),
            "Use the cloud's global endpoint, or raise the limit in the client's own configuration.",
        ));
    }
    if device.has_encrypted_key && target.needs.contains(&Piece::Key) {
        findings.push(refuse(
            Input::Key,
            "the private key is encrypted, and its configuration has no place for a passphrase",
            "Decrypt a copy for the device: openssl pkey -in KEY -out device-key.pem",
        ));
    }
    if device.has_binary_key && target.needs.contains(&Piece::Key) {
        findings.push(refuse(
            Input::Key,
            "the private key's file is not PEM, which its client reads",
            "Make a PEM file of it: openssl pkey -in KEY -out device-key.pem",
        ));
    }
    let retired = device.roots.iter().find_map(|root| root.known.filter(|known| known.is_retired));
    if let Some(root) = retired.filter(|_| target.needs.contains(&Piece::Roots)) {
        findings.push(refuse(
            Input::Trust,
            &format!("{} is retired, and no server of Azure leads to it any more", root.name),
            "Trust the roots of the cloud, or give the root of a server of your own.",
        ));
    }
    if device.embeds_key() && !target.limits.embeds_key && target.needs.contains(&Piece::Key) {
        let why = "its client reads the key from a file, so the key is not embedded";
        let next_step = "Keep the key where the configuration says.";
        findings
            .push(finding::doubtful(target.name, Input::EmbedKey, why, next_step).severity(Severity::Note));
    }
    if is_client && target.needs.contains(&Piece::Roots) && !device.trusts_own && device.is_own_server() {
        findings.push(finding::doubtful_anywhere(
            Input::Endpoint,
            "The endpoint is none of Azure's, and the roots to trust are Azure's.",
            "Give the root of that server as what is trusted.",
        ));
    }
    if target.needs.contains(&Piece::Roots) && device.cloud != Cloud::Public && !device.trusts_own {
        findings.push(finding::doubtful_anywhere(
            Input::Cloud,
            "This cloud's endpoints lead to DigiCert Global Root CA, which systems are dropping from their stores.",
            "Keep server-roots.pem with the device and let nothing else take its place.",
        ));
    }
    findings
}

fn missing(target: &Target, device: &DeviceSetup) -> Vec<Finding> {
    let lacks = |piece: &Piece| match piece {
        Piece::IdScope => device.id_scope.is_none(),
        Piece::RegistrationId => device.registration_id.is_none(),
        Piece::Chain | Piece::Leaf => device.chain.is_empty(),
        Piece::Key => device.key.is_none(),
        Piece::GroupCa => device.is_group() && device.group_ca.is_none(),
        Piece::Enrollment => !device.is_group() && !device.is_individual(),
        Piece::DpsName => device.azure.dps_name.is_none(),
        Piece::ResourceGroup => device.azure.resource_group.is_none(),
        // Whatever there is of these is enough.
        Piece::Intermediates | Piece::Roots => false,
    };
    let lacking = target.needs.iter().filter(|piece| lacks(piece));
    lacking.map(|piece| finding::lacking(target.name, *piece)).collect()
}
