//! What a host can find wrong around the machine: its configuration, the identity it holds, its component.
//!
//! The host makes these findings; their definitions are here, so that every host says the same.

use crate::finding::{Definition, Severity::Error, Standing::Documented};

/// A configuration file that cannot be read or understood.
pub static CONFIG_FILE: Definition = Definition::new(
    "DX109",
    "config-file-invalid",
    Error,
    Documented,
    "the format of the file; the host's help",
);
/// A setting without which nothing can be dialled.
pub static SETTING_MISSING: Definition =
    Definition::new("DX110", "setting-missing", Error, Documented, "the host's help");
/// Two settings of which only one can hold.
pub static SETTINGS_CONTRADICT: Definition =
    Definition::new("DX111", "settings-contradict", Error, Documented, "the host's help");
/// A proxy's URL that cannot be used.
pub static PROXY_INVALID: Definition =
    Definition::new("DX115", "proxy-url-invalid", Error, Documented, "RFC 3986 section 3.2; the host's help");
/// A certificate and key that the rules let pass, and the host's TLS does not take.
pub static IDENTITY_NOT_USABLE: Definition = Definition::new(
    "DX518",
    "identity-not-usable",
    Error,
    Documented,
    "RFC 5246 sections 7.4.6 and 7.4.8, RFC 8446 section 4.4",
);
/// A root that the host's TLS does not take.
pub static ROOT_NOT_USABLE: Definition =
    Definition::new("DX519", "root-not-usable", Error, Documented, "RFC 5280 section 6.1.1");
/// The component broke down, or had to be stopped.
pub static COMPONENT_FAILED: Definition =
    Definition::new("DX901", "component-failed", Error, Documented, "the component inside the host");

/// A file that is to be written and cannot be.
pub static OUTPUT_NOT_WRITABLE: Definition =
    Definition::new("DX117", "output-not-writable", Error, Documented, "this host never overwrites a file");

/// All of them.
pub(super) static DEFINITIONS: [&Definition; 8] = [
    &OUTPUT_NOT_WRITABLE,
    &CONFIG_FILE,
    &SETTING_MISSING,
    &SETTINGS_CONTRADICT,
    &PROXY_INVALID,
    &IDENTITY_NOT_USABLE,
    &ROOT_NOT_USABLE,
    &COMPONENT_FAILED,
];
