//! The topics of a device at its hub (`iot-mqtt-connect-to-iot-hub`).

use serde::{Deserialize, Serialize};

/// What a device may subscribe to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Filter {
    /// Answers about the twin: `$iothub/twin/res/#`.
    Twin,
    /// Changes of desired properties: `$iothub/twin/PATCH/properties/desired/#`.
    Desired,
    /// Direct methods: all (`$iothub/methods/POST/#`), or one by its name.
    Methods(Option<String>),
    /// Cloud-to-device messages: `devices/{deviceId}/messages/devicebound/#`.
    DeviceBound,
}

impl Filter {
    /// `devices/+/…` is what azure-sdk-for-c subscribes to, and a hub grants.
    pub(crate) fn parse(filter: &str, device_id: &str) -> Option<Self> {
        match filter {
            "$iothub/twin/res/#" => return Some(Self::Twin),
            "$iothub/twin/PATCH/properties/desired/#" => return Some(Self::Desired),
            "$iothub/methods/POST/#" => return Some(Self::Methods(None)),
            _ => {}
        }
        if let Some(name) = filter.strip_prefix("$iothub/methods/POST/") {
            let name = name.strip_suffix("/#")?;
            let is_name = !name.is_empty() && !name.contains(['/', '+', '#']);
            return is_name.then(|| Self::Methods(Some(name.to_owned())));
        }
        let rest = filter.strip_prefix("devices/")?;
        let rest = rest.strip_prefix(device_id).or_else(|| rest.strip_prefix('+'))?;
        (rest == "/messages/devicebound/#").then_some(Self::DeviceBound)
    }

    /// Whether it takes calls of a method.
    pub(crate) fn takes_method(&self, name: &str) -> bool {
        matches!(self, Self::Methods(wanted) if wanted.as_ref().is_none_or(|wanted| wanted == name))
    }
}

/// What a device says by the topic of its PUBLISH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Topic<'a> {
    /// `devices/{deviceId}/messages/events/{properties}`
    Telemetry { properties: &'a str },
    /// `$iothub/twin/GET/?$rid={rid}`
    TwinGet { rid: &'a str },
    /// `$iothub/twin/PATCH/properties/reported/?$rid={rid}[&$version={version}]`
    ReportedPatch { rid: &'a str, version: Option<u64> },
    /// `$iothub/methods/res/{status}/?$rid={rid}`
    MethodResponse { status: i32, rid: &'a str },
}

impl<'a> Topic<'a> {
    pub(crate) fn parse(topic: &'a str, device_id: &str) -> Option<Self> {
        if let Some(query) = topic.strip_prefix("$iothub/twin/GET/?") {
            return Some(Self::TwinGet { rid: rid(query)? });
        }
        if let Some(query) = topic.strip_prefix("$iothub/twin/PATCH/properties/reported/?") {
            let version = value(query, "$version=").map(str::parse).transpose().ok()?;
            return Some(Self::ReportedPatch { rid: rid(query)?, version });
        }
        if let Some(rest) = topic.strip_prefix("$iothub/methods/res/") {
            let (status, query) = rest.split_once("/?")?;
            return Some(Self::MethodResponse { status: status.parse().ok()?, rid: rid(query)? });
        }
        let rest = topic.strip_prefix("devices/")?.strip_prefix(device_id)?;
        let properties = match rest.strip_prefix("/messages/events")? {
            "" => "",
            rest => rest.strip_prefix('/')?,
        };
        Some(Self::Telemetry { properties })
    }
}

fn rid(query: &str) -> Option<&str> {
    value(query, "$rid=").filter(|rid| !rid.is_empty())
}

fn value<'a>(query: &'a str, key: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(key))
}

/// The topic of a device's telemetry, for what it leaves as its will.
pub(crate) fn is_telemetry(topic: &str, device_id: &str) -> bool {
    matches!(Topic::parse(topic, device_id), Some(Topic::Telemetry { .. }))
}

/// `$iothub/twin/res/{status}/?$rid={rid}[&$version={version}]`, or with its keys turned round, since order is no
/// promise.
pub(crate) fn twin_response(status: u16, rid: &str, version: Option<u64>, is_reordered: bool) -> String {
    let mut query = vec![format!("$rid={rid}")];
    query.extend(version.map(|version| format!("$version={version}")));
    if is_reordered {
        if version.is_none() {
            query.push("$version=1".to_owned());
        }
        query.reverse();
    }
    format!("$iothub/twin/res/{status}/?{}", query.join("&"))
}

/// `$iothub/twin/PATCH/properties/desired/?$version={version}`
pub(crate) fn desired_patch(version: u64) -> String {
    format!("$iothub/twin/PATCH/properties/desired/?$version={version}")
}

/// `$iothub/methods/POST/{name}/?$rid={rid}`
pub(crate) fn method_call(name: &str, rid: &str) -> String {
    format!("$iothub/methods/POST/{name}/?$rid={rid}")
}

/// `devices/{deviceId}/messages/devicebound/{properties}`
pub(crate) fn device_bound(device_id: &str, properties: &str) -> String {
    format!("devices/{device_id}/messages/devicebound/{properties}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sdks_subscribe_to() {
        for (filter, expected) in [
            ("$iothub/twin/res/#", Some(Filter::Twin)),
            ("$iothub/twin/PATCH/properties/desired/#", Some(Filter::Desired)),
            ("$iothub/methods/POST/#", Some(Filter::Methods(None))),
            ("$iothub/methods/POST/reboot/#", Some(Filter::Methods(Some("reboot".to_owned())))),
            ("devices/dev/messages/devicebound/#", Some(Filter::DeviceBound)),
            ("devices/+/messages/devicebound/#", Some(Filter::DeviceBound)),
            ("devices/other/messages/devicebound/#", None),
            ("devices/dev/messages/devicebound/+", None),
            ("$iothub/methods/POST/+/#", None),
            ("$iothub/#", None),
            ("#", None),
        ] {
            assert_eq!(Filter::parse(filter, "dev"), expected, "{filter}");
        }
        assert!(Filter::Methods(None).takes_method("a"));
        assert!(!Filter::Methods(Some("b".to_owned())).takes_method("a"));
    }

    #[test]
    fn what_the_sdks_publish() {
        for (topic, expected) in [
            ("devices/dev/messages/events", Some(Topic::Telemetry { properties: "" })),
            ("devices/dev/messages/events/a=b", Some(Topic::Telemetry { properties: "a=b" })),
            ("$iothub/twin/GET/?$rid=7", Some(Topic::TwinGet { rid: "7" })),
            (
                "$iothub/twin/PATCH/properties/reported/?$rid=7",
                Some(Topic::ReportedPatch { rid: "7", version: None }),
            ),
            (
                "$iothub/twin/PATCH/properties/reported/?$version=3&$rid=7",
                Some(Topic::ReportedPatch { rid: "7", version: Some(3) }),
            ),
            ("$iothub/methods/res/200/?$rid=1", Some(Topic::MethodResponse { status: 200, rid: "1" })),
            ("$iothub/methods/res/-1/?$rid=1&a=b", Some(Topic::MethodResponse { status: -1, rid: "1" })),
            ("$iothub/methods/res/ok/?$rid=1", None),
            ("$iothub/twin/GET/?$rid=", None),
            ("devices/dev-2/messages/events/", None),
            ("devices/dev/messages/eventsx", None),
        ] {
            assert_eq!(Topic::parse(topic, "dev"), expected, "{topic}");
        }
    }

    #[test]
    fn answers_have_the_documented_form() {
        assert_eq!(twin_response(200, "1", None, false), "$iothub/twin/res/200/?$rid=1");
        assert_eq!(twin_response(204, "1", Some(6), false), "$iothub/twin/res/204/?$rid=1&$version=6");
        assert_eq!(twin_response(204, "1", Some(6), true), "$iothub/twin/res/204/?$version=6&$rid=1");
    }
}
