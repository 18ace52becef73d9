//! Lists that are given page by page: how many, and from where on, is in headers of the request
//! (`x-ms-max-item-count`, `x-ms-continuation`).

use base64ct::{Base64, Encoding as _};
use hyper::{StatusCode, header::HeaderValue};
use serde_json::Value;

use super::ServiceRequest;
use crate::http::{Answer, json};

/// How many rows a page has where the request does not say.
const ROWS: usize = 100;
/// How many it has at most.
const MOST_ROWS: usize = 1000;

/// One page of a list; the error says what is wrong with the request.
pub(super) fn page(
    request: &ServiceRequest<'_>,
    rows: Vec<Value>,
    item: &'static str,
) -> Result<Answer, String> {
    let count = match request.header("x-ms-max-item-count") {
        None | Some("") => ROWS,
        Some(text) => match text.parse() {
            Ok(count) if count > 0 => MOST_ROWS.min(count),
            _ => return Err(format!("x-ms-max-item-count {text:.100?} counts nothing")),
        },
    };
    let start = match request.header("x-ms-continuation") {
        None | Some("") => 0,
        Some(text) => start_of(text).ok_or("x-ms-continuation is not one that was given out")?,
    };
    let end = start.saturating_add(count);
    let is_last = end >= rows.len();
    let rows: Vec<Value> = rows.into_iter().skip(start).take(count).collect();
    let mut answer = json(StatusCode::OK, Value::from(rows).to_string());
    answer.headers_mut().insert("x-ms-item-type", HeaderValue::from_static(item));
    if let (false, Ok(token)) =
        (is_last, HeaderValue::try_from(Base64::encode_string(end.to_string().as_bytes())))
    {
        answer.headers_mut().insert("x-ms-continuation", token);
    }
    Ok(answer)
}

fn start_of(token: &str) -> Option<usize> {
    let bytes = Base64::decode_vec(token).ok()?;
    std::str::from_utf8(&bytes).ok()?.parse().ok()
}
