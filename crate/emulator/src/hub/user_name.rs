//! The MQTT user name of a device at its hub.

use percent_encoding::percent_decode_str;

/// A parsed user name: `{host}/{deviceId}[/{moduleId}]/?api-version={version}[&…]` as documented today, and the
/// older `{host}/{deviceId}/api-version={version}` and `{host}/{deviceId}`, with or without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HubUserName {
    /// In lower case.
    pub(crate) host: String,
    pub(crate) device_id: String,
    pub(crate) module_id: Option<String>,
    /// What a client of IoT Plug and Play says of itself (`model-id`).
    pub(crate) model_id: Option<String>,
}

const KEYS: [&str; 3] = ["/api-version=", "/DeviceClientType=", "/model-id="];

impl HubUserName {
    /// Parses a user name; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "it has neither the form {idScope}/registrations/{registrationId}/api-version={version} \
                            of DPS nor {host}/{deviceId}/?api-version={version} of a hub";
        // A query may have slashes, so it is taken off first. Without a question mark it begins with one of its keys.
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, query),
            None => match KEYS.iter().filter_map(|key| text.find(key)).min() {
                Some(slash) => text.split_at(slash + 1),
                None => (text, ""),
            },
        };
        let mut parts = path.strip_suffix('/').unwrap_or(path).split('/');
        let (Some(host), Some(device_id), module_id, None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(FORM.to_owned());
        };
        // Without a query anything with a slash would do: a hub's name has a dot, or is this machine's.
        let is_host = host.contains('.') || host.eq_ignore_ascii_case("localhost") || !query.is_empty();
        if host.is_empty() || device_id.is_empty() || module_id.is_some_and(str::is_empty) || !is_host {
            return Err(FORM.to_owned());
        }
        Ok(Self {
            host: host.to_ascii_lowercase(),
            device_id: device_id.to_owned(),
            module_id: module_id.map(str::to_owned),
            model_id: value(query, "model-id"),
        })
    }
}

fn value(query: &str, wanted: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_is_taken() {
        for rest in [
            "/?api-version=2021-04-12",
            "/?api-version=2019-10-01&DeviceClientType=py%2F2",
            "/?api-version=2020-09-30&DeviceClientType=c%2F1.2.3&model-id=dtmi%3Aa%3Bb%3B1",
            "/?DeviceClientType=py%2F2&model-id=dtmi:a;b;1",
            "/api-version=2016-11-14",
            "/api-version=2016-11-14/DeviceClientType=x",
            "/DeviceClientType=azure-iot-device%2F1.1.17&api-version=2016-11-14",
            "",
            "/",
        ] {
            let user_name = HubUserName::parse(&format!("Hub.example/dev-1{rest}")).unwrap();
            assert_eq!((user_name.host.as_str(), user_name.device_id.as_str()), ("hub.example", "dev-1"));
            assert_eq!(user_name.model_id.is_some(), rest.contains("model-id"), "{rest}");
            assert_eq!(user_name.module_id, None);
        }
        let module = HubUserName::parse("hub/dev/mod/?api-version=1").unwrap();
        assert_eq!(module.module_id.as_deref(), Some("mod"));
    }

    #[test]
    fn other_forms_are_refused() {
        for other in
            ["", "hub", "device", "hub/dev", "a/b/c/d/?api-version=1", "/dev/?api-version=1", "h.e//?a=1"]
        {
            assert!(HubUserName::parse(other).is_err(), "{other}");
        }
    }
}
