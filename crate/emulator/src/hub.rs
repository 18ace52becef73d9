//! The assigned hub: who may connect, its topics, and its twins (`iot-mqtt-connect-to-iot-hub`).

use percent_encoding::percent_decode_str;
use rustls::pki_types::UnixTime;
use serde::Deserialize;

use crate::{
    behaviour::{self, Behaviour},
    certificate::Presented,
    chain::{self, Judgement},
    config::Config,
    registration::Registration,
};

/// The MQTT user name of a device at its hub: `{host}/{deviceId}/?api-version={version}[&…]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HubUserName {
    pub(crate) host: String,
    pub(crate) device_id: String,
}

impl HubUserName {
    /// Parses a user name; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "neither the form {idScope}/registrations/{registrationId}/api-version={version} \
                            of DPS nor {host}/{deviceId}/?api-version={version} of a hub";
        let mut parts = text.splitn(3, '/');
        let (Some(host), Some(device_id), Some(query)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(format!("it has {FORM}"));
        };
        let Some(query) = query.strip_prefix('?') else { return Err(format!("it has {FORM}")) };
        let has_version = query.split('&').any(|pair| pair.to_ascii_lowercase().starts_with("api-version="));
        if host.is_empty() || device_id.is_empty() || !has_version {
            return Err(format!("it has {FORM}"));
        }
        Ok(Self { host: host.to_ascii_lowercase(), device_id: device_id.to_owned() })
    }
}

/// How a hub knows its devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HubTrust {
    /// By the thumbprint of the leaf that was provisioned, as DPS leaves it behind.
    #[default]
    Thumbprint,
    /// By that, or by a chain to the CA of an enabled group whose leaf has the device ID as its CN.
    Ca,
}

/// Why a hub does not let a device in.
pub(crate) struct NotAdmitted {
    pub(crate) behaviour: &'static Behaviour,
    pub(crate) evidence: String,
}

/// Whether a hub lets a device in.
pub(crate) fn admit(
    config: &Config,
    user_name: &HubUserName,
    registration: Option<&Registration>,
    presented: Option<&Presented>,
    now: UnixTime,
) -> Result<(), NotAdmitted> {
    let refused = |behaviour, evidence: String| Err(NotAdmitted { behaviour, evidence });
    let HubUserName { host, device_id } = user_name;
    let Some(registration) = registration else {
        return refused(&behaviour::HUB_UNKNOWN, format!("{host} has no device {device_id}"));
    };
    let Some(presented) = presented else {
        return refused(&behaviour::HUB_OTHER_LEAF, "there is no client certificate".to_owned());
    };
    if registration.leaf == Some(presented.leaf.thumbprint) {
        return Ok(());
    }
    let is_named = presented.leaf.common_name().is_some_and(|cn| cn == *device_id);
    if config.hub_trust == HubTrust::Ca
        && is_named
        && let Judgement::Holds(group, _) = chain::judge(presented, config.enrollments.groups(), now)
        && group.terms.enabled
    {
        return Ok(());
    }
    let provisioned = registration.leaf.map(|leaf| leaf.to_string()).unwrap_or_default();
    let presented = presented.leaf.thumbprint;
    refused(
        &behaviour::HUB_OTHER_LEAF,
        format!("provisioned was the leaf {provisioned}, presented was {presented}"),
    )
}

/// The topic filters that a device may have.
pub(crate) fn is_filter(filter: &str, device_id: &str) -> bool {
    const FIXED: [&str; 3] =
        [TWIN_FILTER, "$iothub/twin/PATCH/properties/desired/#", "$iothub/methods/POST/#"];
    FIXED.contains(&filter) || filter == format!("devices/{device_id}/messages/devicebound/#")
}

/// The filter that answers about twins come through.
pub(crate) const TWIN_FILTER: &str = "$iothub/twin/res/#";

/// What a device says by the topic of its PUBLISH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message<'a> {
    /// `devices/{deviceId}/messages/events/{properties}`
    Telemetry { properties: String },
    /// `$iothub/twin/GET/?$rid={rid}`
    TwinGet { rid: &'a str },
}

impl<'a> Message<'a> {
    pub(crate) fn parse(topic: &'a str, device_id: &str) -> Option<Self> {
        if let Some(query) = topic.strip_prefix("$iothub/twin/GET/?") {
            let rid = query.split('&').find_map(|pair| pair.strip_prefix("$rid="))?;
            return (!rid.is_empty()).then_some(Self::TwinGet { rid });
        }
        let rest = topic.strip_prefix("devices/")?.strip_prefix(device_id)?;
        let properties = match rest.strip_prefix("/messages/events")? {
            "" => "",
            rest => rest.strip_prefix('/')?,
        };
        let properties = percent_decode_str(properties).decode_utf8_lossy().into_owned();
        Some(Self::Telemetry { properties })
    }
}

/// A twin that nobody has written to.
pub(crate) const EMPTY_TWIN: &str = r#"{"desired":{"$version":1},"reported":{"$version":1}}"#;

/// `$iothub/twin/res/{status}/?$rid={rid}`, or with a key of its own before it, since order is no promise.
pub(crate) fn twin_response(rid: &str, is_reordered: bool) -> String {
    let order = if is_reordered { "$version=1&" } else { "" };
    format!("$iothub/twin/res/200/?{order}$rid={rid}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sdks_send() {
        for query in ["?api-version=2021-04-12", "?api-version=2019-10-01&DeviceClientType=py%2F2"] {
            let user_name = HubUserName::parse(&format!("Hub.example/dev-1/{query}")).unwrap();
            assert_eq!((user_name.host.as_str(), user_name.device_id.as_str()), ("hub.example", "dev-1"));
        }
        for other in
            ["", "hub", "hub/dev", "hub/dev/", "hub/dev/module/?api-version=1", "/dev/?api-version=1"]
        {
            assert!(HubUserName::parse(other).is_err(), "{other}");
        }
        assert_eq!(
            Message::parse("devices/dev-1/messages/events/$.ct=application%2Fjson&a=b", "dev-1"),
            Some(Message::Telemetry { properties: "$.ct=application/json&a=b".to_owned() })
        );
        assert_eq!(Message::parse("$iothub/twin/GET/?$rid=7", "d"), Some(Message::TwinGet { rid: "7" }));
        for other in
            ["devices/dev-2/messages/events/", "devices/dev-1/messages/eventsx", "$iothub/twin/GET/?$rid="]
        {
            assert_eq!(Message::parse(other, "dev-1"), None, "{other}");
        }
    }
}
