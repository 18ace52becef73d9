//! What clients say of themselves: settings that are missing, answers that they hide, and what is their own making.

use super::{
    Hit, Row, Said, Says, cause,
    symptom::{answer_hidden_by_client, setting_missing, shared_demo_identity},
};

pub(super) static ROWS: &[Row] = &[
    Row::symptom("client id must be provided", &setting_missing::REGISTRATION_ID),
    Row::symptom("registration id cannot be", &setting_missing::REGISTRATION_ID),
    Row::symptom("registrationid cannot be", &setting_missing::REGISTRATION_ID),
    Row::symptom("does not contain operation id", &answer_hidden_by_client::HIDDEN),
    Row::symptom("azureiotprovisioningclient_register", &answer_hidden_by_client::FREERTOS)
        .near(&["fail", "error"]),
    Row::symptom("error geting iot hub name", &answer_hidden_by_client::FREERTOS),
    Row::symptom("nx_azure_iot_provisioning_client", &answer_hidden_by_client::THREADX)
        .near(&["fail", "error"]),
    Row::symptom("dps client start failed", &answer_hidden_by_client::THREADX),
    Row::symptom("riot-device-cert", &shared_demo_identity::DEMO_IDENTITY),
    Row::symptom("already provisioned", &shared_demo_identity::DEMO_IDENTITY)
        .near(&["other", "another", "cert"]),
    // Not wrong by themselves.
    Row::new("schannel", Says::Hint(&cause::INTERMEDIATES_NOT_IN_STORE)),
    Row::new("tlsio_schannel", Says::Hint(&cause::INTERMEDIATES_NOT_IN_STORE)),
    Row::read("https://global.azure-devices-provisioning", url),
    Row::read("mqtts://global.azure-devices-provisioning", url),
    Row::new("enotfound https", Says::Hint(&cause::ENDPOINT_INVALID)),
    Row::read("azure-devices-provisioning.net", other_cloud),
];

/// The host as a URL; in the path of a REST call it belongs there.
fn url(hit: &Hit<'_>) -> Option<Said> {
    let is_rest = hit.after().windows(15).any(|part| part == b"/registrations/");
    (!is_rest).then_some(Said::Hint(&cause::ENDPOINT_INVALID))
}

/// The public endpoint, on a line that speaks of the US Government's cloud or of China's.
fn other_cloud(hit: &Hit<'_>) -> Option<Said> {
    const WORDS: [&str; 6] =
        ["usgov", "azure-devices.us", "government", "azure-devices.cn", "chinacloud", "0cn"];
    let line = hit.line();
    let has = |word: &str| line.windows(word.len()).any(|part| part == word.as_bytes());
    WORDS.into_iter().any(has).then_some(Said::Hint(&cause::OTHER_CLOUD))
}
