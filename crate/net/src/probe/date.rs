//! The server's clock, as an HTTP answer tells it.

use std::time::SystemTime;

use dps_x509_core::{name::Endpoint, session::TransportFailure};

use crate::Connection;

/// The longest head of an answer, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// The most fields of an answer.
const MAX_FIELDS: usize = 100;

/// Asks for `/` by HTTP/1.1 and gives the time that the answer bears (RFC 9110 section 6.6.1), if it bears one.
/// Whatever the answer is, its Date is the server's clock.
///
/// # Errors
/// The connection failed.
pub async fn date(
    mut connection: Connection,
    endpoint: &Endpoint,
) -> Result<Option<SystemTime>, TransportFailure> {
    let request = format!("GET / HTTP/1.1\r\nHost: {endpoint}\r\nConnection: close\r\n\r\n");
    connection.send(request.as_bytes());
    let mut head = Vec::new();
    while head.len() < MAX_HEAD {
        let bytes = connection.receive().await?;
        head.extend_from_slice(&bytes);
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut answer = httparse::Response::new(&mut fields);
        match answer.parse(&head) {
            Ok(httparse::Status::Partial) if !bytes.is_empty() => {}
            Ok(httparse::Status::Complete(_)) => {
                let date = answer.headers.iter().find(|field| field.name.eq_ignore_ascii_case("date"));
                let text = date.and_then(|field| str::from_utf8(field.value).ok());
                return Ok(text.and_then(|text| httpdate::parse_http_date(text).ok()));
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}
