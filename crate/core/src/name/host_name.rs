//! Host names, as endpoints and hubs have them.

/// Which rule of RFC 1123 section 2.1 a host name breaks, besides `_`, which names of machines have in practice.
pub(super) fn host_name_fault(name: &str) -> Option<&'static str> {
    if name.len() > 253 {
        return Some("it is longer than 253 characters");
    }
    name.split('.').find_map(|label| {
        if label.is_empty() {
            Some("it has an empty label")
        } else if label.len() > 63 {
            Some("a label is longer than 63 characters")
        } else if !label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            Some("it has a character that host names do not have")
        } else if label.starts_with('-') || label.ends_with('-') {
            Some("a label begins or ends with '-'")
        } else {
            None
        }
    })
}
