//! Every code that there is, made from the files in `crate/core/catalogue`: each begins with what is said here of its
//! code, and goes on with the page.
//!
//! A code is named by its static, such as [`LEAF_ALONE`], so that one that is not there does not compile.

use super::{Definition, Family, Severity, Standing};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The definition with this code, such as `DX401`.
#[must_use]
pub fn by_code(code: &str) -> Option<&'static Definition> {
    ALL.into_iter().find(|definition| definition.code == code)
}

/// The definition with this name, such as `leaf-alone`.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Definition> {
    ALL.into_iter().find(|definition| definition.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_or_a_name_leads_to_its_definition() {
        assert_eq!(by_code("DX401"), Some(&CN_IS_NOT_REGISTRATION_ID));
        assert_eq!(by_name("ca-certificate-not-found"), Some(&CA_CERTIFICATE_NOT_FOUND));
        assert_eq!(CA_CERTIFICATE_NOT_FOUND.code, "DX707");
        assert_eq!(SERVER_ROOT_NOT_TRUSTED.family, Family::Tls);
        assert_eq!((by_code("DX000"), by_name("DX401")), (None, None));
    }
}
