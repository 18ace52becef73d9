//! From a refusal, or whatever a client printed of it, and the device's own files to one cause.
//!
//! `text` masks secrets and knows places; `reading` finds facts in it, whatever client wrote it, one file a subject;
//! `gathering` makes each thing happen once; `likely` says what can be behind it, and [`Explanation`] which of that the
//! files show or rule out.

mod cause;
mod explanation;
mod gathering;
mod likely;
mod page;
mod reading;
mod refusal;
mod secret;
mod text;
mod words;

pub use explanation::{Assigned, Cause, Device, Explanation, Happening, Unsettled, Verdict};
pub use page::{PAGES, page};
pub use refusal::refusal;

use crate::{cert, config, finding::Definition, service, session};

/// Everything that can be found: about files and certificates, by the service, in a session and around it,
/// about configurations, and behind what a client prints.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    let certificates = cert::definitions().chain(cert::issuance::DEFINITIONS);
    let session = service::DEFINITIONS.into_iter().chain(session::definitions());
    certificates.chain(session).chain(config::DEFINITIONS).chain(cause::DEFINITIONS)
}

/// The definition with this code, such as `DX401`.
#[must_use]
pub fn definition(code: &str) -> Option<&'static Definition> {
    definitions().find(|definition| definition.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_well_formed() {
        let all: Vec<_> = definitions().collect();
        for (index, one) in all.iter().enumerate() {
            let digits = one.code.strip_prefix("DX").unwrap();
            assert!(digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()), "{one:?}");
            assert!(
                one.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{one:?}"
            );
            for other in &all[index + 1..] {
                assert!(one.code != other.code && one.name != other.name, "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn a_code_leads_to_its_definition() {
        assert_eq!(definition("DX401").unwrap().name, "cn-is-not-registration-id");
        assert_eq!(definition("DX707").unwrap().name, "ca-certificate-not-found");
        assert_eq!(definition("DX506").unwrap().name, "server-root-not-trusted");
        assert_eq!(definition("DX000"), None);
    }
}
