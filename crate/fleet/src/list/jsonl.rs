//! JSON Lines: an object in each line.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::{
    MAX_ROW, Row, RowFault, Stop,
    lines::{self, Line},
    reason,
};

/// The rows, behind so many lines that have been read.
pub(super) fn rows(
    mut input: impl BufRead + Send,
    mut line: u64,
) -> impl Iterator<Item = Result<Result<Row, RowFault>, Stop>> + Send {
    let (mut number, mut has_ended) = (0, false);
    std::iter::from_fn(move || {
        while !has_ended {
            line += 1;
            let text = match lines::next(&mut input) {
                Ok(Line::Whole(text)) if text.trim_ascii().is_empty() => continue,
                Ok(Line::Whole(text)) => Ok(text),
                Ok(Line::TooLong) => Err(format!("it is longer than {MAX_ROW} bytes")),
                Ok(Line::End) => break,
                Err(error) => {
                    has_ended = true;
                    return Some(Err((Some(line), reason(&error))));
                }
            };
            number += 1;
            if number == 1
                && let Ok(text) = &text
                && let Some(words) = one_document(text)
            {
                has_ended = true;
                return Some(Err((Some(line), words.to_owned())));
            }
            let columns = text.and_then(|text| object(&text));
            let columns = columns.map(|object| {
                let columns =
                    object.into_iter().filter_map(|(name, value)| Some((name.into(), plain(value)?)));
                columns.collect()
            });
            return Some(Ok(match columns {
                Ok(columns) => Ok(Row { number, line, columns }),
                Err(reason) => Err(RowFault { number, line, reason }),
            }));
        }
        None
    })
}

/// What to do about a document that has all devices in it, if its first line tells that it is one.
fn one_document(text: &[u8]) -> Option<&'static str> {
    if text.trim_ascii() == b"{" {
        return Some("its JSON goes over several lines; give a line for each device, which `jq -c` makes");
    }
    let whole: Map<String, Value> = serde_json::from_slice(text).ok()?;
    let is_list = |value: &Value| matches!(value, Value::Array(all) if all.iter().any(Value::is_object));
    (whole.len() == 1 && whole.values().any(is_list))
        .then_some("it is one JSON document; give a line for each device, which `jq -c '.[][]'` makes")
}

fn object(text: &[u8]) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("it is no JSON object".to_owned()),
        // The parser counts lines in what is one line here.
        Err(error) => Err(format!("it is no JSON: {error}").replace(" at line 1 column", " at column")),
    }
}

/// A value as it would stand in a table; what is null stands nowhere.
fn plain(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    #[test]
    fn objects_are_rows() {
        let text = "{\"id\":\"a\",\"site\":7,\"more\":{\"x\":[1]},\"none\":null}\r\n\n{\"id\":\"b\"}";
        assert_eq!(shown(text), ["1@1 id=a more={\\\"x\\\":[1]} site=7", "2@3 id=b"]);
    }

    #[test]
    fn one_document_is_told_so() {
        for text in ["{\"devices\":[{\"id\":\"a\"}]}", "{\n  \"devices\": [", "\n{\r\n \"id\": \"a\"\r\n}"] {
            let rows = shown(text);
            assert!(rows.len() == 1 && rows[0].contains("`jq -c"), "{rows:?}");
        }
        assert_eq!(shown("{\"id\":[1]}"), ["1@1 id=[1]"]);
    }

    #[test]
    fn what_is_none_is_told_and_the_others_are_read() {
        let rows = shown("{\"id\":\"a\"}\n[1]\n{\"id\":\n{\"id\":\"b\"}\n\u{0}\n");
        assert_eq!(rows.len(), 5, "{rows:?}");
        assert_eq!(rows[1], "2@2! it is no JSON object");
        assert!(rows[2].starts_with("3@3! it is no JSON: ") && rows[2].ends_with("at column 6"), "{rows:?}");
        assert_eq!(rows[3], "4@4 id=b");
    }
}
