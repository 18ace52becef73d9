//! What a host can find by looking that a provisioning does not see.

use crate::finding::{
    Definition,
    Severity::{Error, Warning},
    Standing::Documented,
};

/// At one of Azure's names, a chain that leads to none of Azure's roots.
pub static INTERCEPTED: Definition =
    Definition::new("DX541", "tls-intercepted", Error, Documented, "DPS tls-support");
/// This machine's clock and the server's are apart.
pub static CLOCK_WRONG: Definition = Definition::new(
    "DX542",
    "clock-wrong",
    Warning,
    Documented,
    "RFC 9110 section 6.6.1, RFC 5280 section 4.1.2.5; iotedge#4062",
);
/// The server did not ask for a client certificate.
pub static CERTIFICATE_NOT_ASKED: Definition = Definition::new(
    "DX543",
    "client-certificate-not-asked",
    Warning,
    Documented,
    "RFC 5246 section 7.4.4, RFC 8446 section 4.3.2",
);

/// All of them.
pub(in crate::session) static DEFINITIONS: [&Definition; 3] =
    [&INTERCEPTED, &CLOCK_WRONG, &CERTIFICATE_NOT_ASKED];
