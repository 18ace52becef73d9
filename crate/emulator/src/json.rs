//! JSON as devices send it.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads what a device sent, without the zero bytes behind it.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(without_zeros(body))
}

/// How many zero bytes stand behind it.
pub(crate) fn zeros(body: &[u8]) -> usize {
    body.len() - without_zeros(body).len()
}

/// A body without the zero bytes behind it: programs in C that send a whole buffer, or a text with its end, have them.
pub(crate) fn without_zeros(body: &[u8]) -> &[u8] {
    let end = body.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    body.get(..end).unwrap_or(body)
}

/// Takes a member of the interface out of an object. Its name comes in any case, as services in .NET read it; of one
/// that is there in several, the documented one counts.
pub(crate) fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let other = || object.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    let found = if object.contains_key(name) { Some(name.to_owned()) } else { other() };
    object.remove(&found?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_is_taken_in_any_case_and_the_documented_one_first() {
        let mut object = json!({ "BODY": 1, "body": 2, "bodies": 3 }).as_object().cloned().unwrap();
        let taken = [(); 3].map(|()| take(&mut object, "body"));
        assert_eq!(taken, [Some(json!(2)), Some(json!(1)), None]);
        assert_eq!(object.len(), 1);
    }

    #[test]
    fn zeros_count_behind_it_alone() {
        assert_eq!((zeros(b"\0{}\0\0"), zeros(b"{}"), zeros(b"\0\0"), zeros(b"")), (2, 0, 2, 0));
        assert!(read::<Value>(b"{}\0").is_ok() && read::<Value>(b"{\0}").is_err());
    }
}
