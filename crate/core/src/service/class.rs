//! What the class of a code says, for codes that nobody has described.

/// What an HTTP class means at DPS (document `how-to-troubleshoot-dps`), by the thousands of a code or the status of a
/// topic.
#[must_use]
pub const fn class(status: u16) -> Option<&'static str> {
    Some(match status {
        400 => "the request is not valid: its body, or a name in it",
        401 => "the device's credentials do not hold: its certificate, or what it is enrolled by",
        403 => "forbidden",
        404 => "there is no such DPS instance or no such enrollment",
        405 => "the method is not allowed",
        409 => "something else was changing the same resource at the same time",
        412 => "the ETag does not fit: the resource has changed since it was read",
        415 => "the body has a type that is not taken",
        429 => "the service is throttling: too many requests",
        500..=599 => "the service failed by itself; the same request can succeed later",
        _ => return None,
    })
}
