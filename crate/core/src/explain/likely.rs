//! Which causes a symptom has, the likeliest first, and how sure each is.

use crate::finding::Standing::{self, Documented, Observed, Unproven};

/// One cause of a symptom.
pub(super) struct Likely {
    /// The code of the cause.
    pub(super) code: &'static str,
    /// How sure it is that this cause gives this symptom.
    pub(super) standing: Standing,
    /// Where it was seen to, or why it is assumed.
    pub(super) source: &'static str,
}

const fn is(code: &'static str, standing: Standing, source: &'static str) -> Likely {
    Likely { code, standing, source }
}

/// No thread shows this pair; it follows from what the service or TLS has to check.
const fn assumed(code: &'static str) -> Likely {
    is(code, Unproven, "an inference; no thread shows it")
}

const ATTESTATION: &str = "DPS concepts-x509-attestation";

/// The causes of a code; a few codes have several lists, by the name that their symptom gives.
pub(super) fn of(name: &str) -> &'static [Likely] {
    LISTS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, causes)| causes)
}

#[rustfmt::skip]
static LISTS: &[(&str, &[Likely])] = &[
    // 400004
    ("DX701", &[
        is("DX404", Observed, "azure-iot-sdk-csharp#738, #742"),
        assumed("DX405"),
        assumed("DX402"),
        is("DX407", Observed, "azure-iot-sdk-c#405, azure-iot-sdk-csharp#547, azure-docs#52813 (the service of 2018)"),
    ]),
    // 401000
    ("DX705", &[
        is("DX401", Documented, ATTESTATION),
        assumed("DX737"),
        assumed("DX732"),
        assumed("DX402"),
        assumed("DX403"),
        assumed("DX432"),
        assumed("DX436"),
        assumed("DX408"),
    ]),
    // 401002 "Invalid certificate"
    ("DX706", &[
        is("DX731", Observed, "azure-iot-sdk-c#415, #437, azure-docs#60870"),
        is("DX732", Observed, "azure-iot-sdk-node#547, azure-iot-sdk-c#273"),
        assumed("DX411"),
        assumed("DX412"),
        is("DX421", Observed, "azure-iot-sdk-c PR#1519"),
        is("DX552", Observed, "azure-iot-sdk-c#437"),
        is("DX485", Observed, "iotedge#3260"),
        assumed("DX422"),
        assumed("DX451"),
        assumed("DX456"),
        assumed("DX453"),
        assumed("DX454"),
        assumed("DX455"),
        assumed("DX470"),
        assumed("DX432"),
        assumed("DX436"),
        // Seen where Schannel sent no intermediates.
        is("DX431", Observed, "azure-iot-sdk-c#437"),
        assumed("DX442"),
        assumed("DX423"),
        assumed("DX401"),
    ]),
    // 401002 "CA certificate not found."
    ("DX707", &[
        is("DX431", Observed, "azure-iot-sdk-c#1900, azure-iot-sdk-java#203, #573, #1795, rwatjen/AzureIoTDPSCertificates#3"),
        is("DX731", Observed, "azure-iot-sdk-c#1900, azure-docs#45653"),
        is("DX552", Observed, "azure-iot-sdk-c#437"),
        assumed("DX436"),
        assumed("DX432"),
        assumed("DX411"),
    ]),
    // 401002 "Signing certificate info did not match chain elements."
    ("DX708", &[
        is("DX436", Observed, "iotedge#2739"),
        assumed("DX456"),
        assumed("DX431"),
        assumed("DX432"),
    ]),
    // 401002 with words that fit several causes
    ("DX709", &[
        is("DX731", Observed, "azure-iot-sdk-csharp#1010, samples-csharp#69"),
        assumed("DX732"),
        assumed("DX411"),
        assumed("DX412"),
        assumed("DX401"),
        assumed("DX421"),
        assumed("DX451"),
        assumed("DX456"),
        assumed("DX432"),
        assumed("DX436"),
        is("DX431", Observed, "azure-iot-sdk-csharp#898, #1010"),
    ]),
    // 404201
    ("DX711", &[
        is("DX737", Documented, "DPS how-to-troubleshoot-dps (404)"),
        is("DX733", Documented, "DPS how-to-troubleshoot-dps (404)"),
        is("DX401", Documented, ATTESTATION),
        assumed("DX402"),
        assumed("DX403"),
        assumed("DX734"),
    ]),
    // CONNACK with a return code other than 0, from DPS
    ("DX718", &[
        assumed("DX401"),
        assumed("DX411"),
        is("DX431", Observed, "azure-iot-sdk-csharp#330 (2018)"),
        assumed("DX436"),
    ]),
    // The same from the IoT hub
    ("hub CONNACK", &[
        is("DX735", Unproven, "an inference for azure-iot-sdk-c#510"),
        assumed("DX411"),
    ]),
    ("DX501", &[is("DX104", Observed, "azure-iot-sdk-python#730")]),
    ("DX506", &[
        is("DX484", Observed, "Azure/esp-azure#15, azure-iot-central-esp32-sample#5, iot-middleware-freertos-samples#299"),
        is("DX481", Documented, "RFC 5280 section 6.1"),
        is("DX483", Documented, "RFC 5280 section 6.1; DPS tls-support"),
        assumed("DX734"),
        is("DX551", Observed, "azure-iot-sdk-c#1066 (a clock of 1970 fails verification)"),
    ]),
    ("DX507", &[
        assumed("DX551"),
        is("DX484", Documented, "Baltimore CyberTrust Root: valid until 2025-05-12"),
    ]),
    ("DX508", &[is("DX551", Observed, "iotedge#4062, azure-iot-sdk-c#1066, azure-iot-sdk-python#915")]),
    // The server ended TLS because of the device's certificate
    ("DX511", &[
        is("DX411", Observed, "azure-iot-sdk-python#968 (at the hub)"),
        assumed("DX431"),
        assumed("DX421"),
        assumed("DX422"),
        assumed("DX303"),
    ]),
    ("DX516", &[assumed("DX411"), assumed("DX431"), assumed("DX421")]),
    // The client cannot read PEM
    ("pem", &[
        is("DX224", Observed, "azure-iot-sdk-c#1281"),
        is("DX223", Observed, "azure-iot-sdk-c#1281"),
        is("DX225", Observed, "azure-iot-sdk-python#929"),
        assumed("DX222"),
        assumed("DX204"),
        assumed("DX205"),
    ]),
    // The client does not take the key's form
    ("key form", &[is("DX553", Observed, "azure-iot-sdk-c#325, azure-iot-sdk-python#114")]),
    // The client cannot load the key
    ("key", &[
        assumed("DX304"),
        assumed("DX306"),
        assumed("DX303"),
        assumed("DX224"),
        is("DX225", Observed, "azure-iot-sdk-python#929"),
    ]),
    ("size", &[is("DX471", Observed, "azure-iot-sdk-c#2362")]),
    ("weak", &[assumed("DX470"), assumed("DX307")]),
    ("DX303", &[assumed("DX432")]),
];

/// What the threads with a code leave open.
pub(super) fn unsettled(code: &str) -> Option<(&'static str, &'static str)> {
    match code {
        "DX705" => Some((
            "In the one thread with 401000 (an EC leaf, enrolled individually) the cause was not established: the maintainers \
             could not make it happen.",
            "azure-iot-sdk-node#869",
        )),
        "DX709" => Some((
            "Where it came and went with the same group and the same certificate (Node, HTTPS), the cause was not established.",
            "azure-iot-sdk-node#679",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::{cause, definition};

    #[test]
    fn every_likely_cause_is_one_and_stands_once_in_a_list() {
        for (name, causes) in LISTS {
            assert!(!name.starts_with("DX") || definition(name).is_some(), "{name}");
            assert!(!causes.is_empty(), "{name}");
            for (index, likely) in causes.iter().enumerate() {
                assert!(cause::of(likely.code).is_some(), "{name}: {} is told nowhere", likely.code);
                assert!(
                    causes[index + 1..].iter().all(|other| other.code != likely.code),
                    "{name}: {}",
                    likely.code
                );
            }
        }
    }
}
