//! JSON as devices send it.

use serde::de::DeserializeOwned;

/// Reads what a device sent. Zero bytes behind it are left out: programs in C that send a whole buffer have them.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(without_zeros(body))
}

/// How many zero bytes stand behind it.
pub(crate) fn zeros(body: &[u8]) -> usize {
    body.len() - without_zeros(body).len()
}

fn without_zeros(body: &[u8]) -> &[u8] {
    let end = body.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    body.get(..end).unwrap_or(body)
}
