//! What clients say of themselves: settings that are missing, answers that they hide, and what is their own making.

use super::{Hit, Row, Said, Says, Symptom};

static NO_REGISTRATION_ID: Symptom = Symptom::new(
    "DX110",
    "The client was given no registration ID.",
    "Set the registration ID, which with X.509 is the CN of the leaf; look for an environment variable that is empty.",
);
static HIDDEN: Symptom = Symptom::new(
    "DX555",
    "The client stumbles over the service's error body and does not show it.",
    "Read the body that came: look for errorCode and message in the client's debug log, or ask with \
     `dps-x509 provision` or curl and the same certificate.",
);
static FREERTOS: Symptom = Symptom::new(
    "DX555",
    "The FreeRTOS middleware could not register, and does not say what the service answered.",
    "Print the extended error code of the response. With a group, check that the certificate define holds leaf and \
     intermediates.",
)
.unsettled("The thread does not say what it was; a group enrollment was later shown to work.", "azure-iot-middleware-freertos#254, samples#225");
static THREADX: Symptom = Symptom::new(
    "DX555",
    "The ThreadX sample could not start its DPS client, and does not say why.",
    "The sample takes one self-signed RSA certificate only: try with such a one.",
)
.unsettled("The thread does not show the cause.", "eclipse-threadx/getting-started#393, PR#159");
static DEMO_KEY: Symptom = Symptom::new(
    "DX554",
    "The device uses the demonstration identity that is built into Microsoft's C SDK, with a key that everybody has.",
    "Give the device a key and a certificate of its own.",
);

pub(super) static ROWS: &[Row] = &[
    Row::symptom("client id must be provided", &NO_REGISTRATION_ID),
    Row::symptom("registration id cannot be", &NO_REGISTRATION_ID),
    Row::symptom("registrationid cannot be", &NO_REGISTRATION_ID),
    Row::symptom("does not contain operation id", &HIDDEN),
    Row::symptom("azureiotprovisioningclient_register", &FREERTOS).near(&["fail", "error"]),
    Row::symptom("error geting iot hub name", &FREERTOS),
    Row::symptom("nx_azure_iot_provisioning_client", &THREADX).near(&["fail", "error"]),
    Row::symptom("dps client start failed", &THREADX),
    Row::symptom("riot-device-cert", &DEMO_KEY),
    Row::symptom("already provisioned", &DEMO_KEY).near(&["other", "another", "cert"]),
    // Not wrong by themselves.
    Row::new("schannel", Says::Hint("DX552")),
    Row::new("tlsio_schannel", Says::Hint("DX552")),
    Row::read("https://global.azure-devices-provisioning", url),
    Row::read("mqtts://global.azure-devices-provisioning", url),
    Row::new("enotfound https", Says::Hint("DX104")),
    Row::read("azure-devices-provisioning.net", other_cloud),
];

/// The host as a URL; in the path of a REST call it belongs there.
fn url(hit: &Hit<'_>) -> Option<Said> {
    let is_rest = hit.after().windows(15).any(|part| part == b"/registrations/");
    (!is_rest).then_some(Said::Hint("DX104"))
}

/// The public endpoint, on a line that speaks of the US Government's cloud or of China's.
fn other_cloud(hit: &Hit<'_>) -> Option<Said> {
    const WORDS: [&str; 6] =
        ["usgov", "azure-devices.us", "government", "azure-devices.cn", "chinacloud", "0cn"];
    let line = hit.line();
    let has = |word: &str| line.windows(word.len()).any(|part| part == word.as_bytes());
    WORDS.into_iter().any(has).then_some(Said::Hint("DX734"))
}
