//! What clients say of themselves without calling it wrong: their TLS library, and the host that they were given.

use super::reader::Reader;
use crate::explain::{catalogue::cause, hit::Hit, statement::Statement};

pub(super) static READERS: &[Reader] = &[
    Reader { word: "schannel", read: |_| Some(Statement::Hint(&cause::INTERMEDIATES_NOT_IN_STORE)) },
    Reader { word: "https://global.azure-devices-provisioning", read: url },
    Reader { word: "mqtts://global.azure-devices-provisioning", read: url },
    Reader { word: "ssl://global.azure-devices-provisioning", read: url },
    Reader { word: "enotfound https", read: |_| Some(Statement::Hint(&cause::ENDPOINT_INVALID)) },
    Reader { word: "azure-devices-provisioning.net", read: other_cloud },
    // What an export from PKCS#12 leaves in a file.
    Reader { word: "bag attributes", read: |_| Some(Statement::Hint(&cause::CHARACTERS_BETWEEN)) },
];

/// The host as a URL; in the path of a REST call, and in the configuration of IoT Edge, it belongs there.
fn url(hit: &Hit<'_>) -> Option<Statement> {
    let is_at_home = hit.has("/registrations/") || hit.has("global_endpoint") || hit.has("curl ");
    (!is_at_home).then_some(Statement::Hint(&cause::ENDPOINT_INVALID))
}

/// The public endpoint, on a line that speaks of the US Government's cloud or of China's.
fn other_cloud(hit: &Hit<'_>) -> Option<Statement> {
    const WORDS: [&str; 6] =
        ["usgov", "azure-devices.us", "government", "azure-devices.cn", "chinacloud", "0cn"];
    WORDS.into_iter().any(|word| hit.has(word)).then_some(Statement::Hint(&cause::OTHER_CLOUD))
}
