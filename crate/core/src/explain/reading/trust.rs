//! The client does not accept the server's certificate: its CA file, the clock, or the name that was dialled.

use super::{Row, Symptom};

pub(super) static UNKNOWN_ISSUER: Symptom = Symptom::new(
    "DX506",
    "The client does not trust the server: the server's certificate does not lead to a root in the client's CA file.",
    "Put DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017 into the client's CA file (public cloud). \
     The device's own CA does not belong there. If they are there, a proxy opens TLS on the way: \
     openssl s_client -connect HOST:8883 -showcerts shows who issued the server's certificate.",
);
pub(super) static EXPIRED: Symptom = Symptom::new(
    "DX507",
    "The client does not trust the server: a certificate in the server's chain, or the root in the CA file, has expired by \
     this machine's clock.",
    "Check this machine's date. If it is right, look for an old root in the CA file: Baltimore CyberTrust Root expired in \
     May 2025.",
);
static NOT_YET_VALID: Symptom = Symptom::new(
    "DX508",
    "The client does not trust the server: its certificate is not valid yet, by this machine's clock.",
    "Set the clock before TLS (NTP, RTC, modem): a device without a battery starts in 1970.",
);
/// Go, GnuTLS and others say one sentence for both.
static EXPIRED_OR_EARLY: Symptom = Symptom::new(
    "DX507",
    "The client does not trust the server: its certificate has expired or is not valid yet, by this machine's clock.",
    "Compare this machine's date with the real one first; then look for an expired root in the CA file.",
);
pub(super) static WRONG_NAME: Symptom = Symptom::new(
    "DX509",
    "The client does not trust the server: its certificate is for other names than the one that was dialled.",
    "Dial the service by its name, not by an IP address or an alias; if the name is right, something else answers under it.",
);
pub(super) static INVALID: Symptom = Symptom::new(
    "DX510",
    "The client does not accept what the server presented in TLS.",
    "See what the client says beside it; an old copy of a root with the same name, or something that opens TLS on the way, \
     looks like this.",
);
static UNTOLD: Symptom = Symptom::new(
    "DX506",
    "The client does not trust the server's certificate, and this line does not say why: the CA file, the clock, or the name.",
    "Check the CA file first (DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017 for the public \
     cloud), then the clock, then the host name.",
)
.vague();

/// The client's own certificate can be said to be expired as well, by tools that look at files.
const OF_A_FILE: &[&str] = &["client certificate", "device certificate", "identity certificate", "alert"];

pub(super) static ROWS: &[Row] = &[
    // OpenSSL, Python, curl, mosquitto
    Row::symptom("unable to get local issuer certificate", &UNKNOWN_ISSUER),
    Row::symptom("unable to get issuer certificate", &UNKNOWN_ISSUER),
    Row::symptom("self signed certificate", &UNKNOWN_ISSUER),
    Row::symptom("self-signed certificate", &UNKNOWN_ISSUER)
        .near(&["verif", "ssl", "tls", "error", "chain", "depth"]),
    Row::symptom("unable to verify the first certificate", &UNKNOWN_ISSUER),
    Row::symptom("certificate has expired", &EXPIRED).unless(&[
        "or is not yet valid",
        "client certificate",
        "device certificate",
        "identity certificate",
        "alert",
    ]),
    Row::symptom("certificate is not yet valid", &NOT_YET_VALID).unless(OF_A_FILE),
    Row::symptom("hostname mismatch", &WRONG_NAME),
    Row::symptom("host name verification failed", &WRONG_NAME),
    Row::symptom("ip address mismatch", &WRONG_NAME),
    Row::symptom("certificate subject name", &WRONG_NAME).near(&["does not match"]),
    Row::symptom("no alternative certificate subject name matches", &WRONG_NAME),
    Row::symptom("certificate verify failed", &UNTOLD),
    Row::symptom("certificate_verify_failed", &UNTOLD),
    Row::symptom("verification failed", &UNTOLD).near(&["x509", "certificate", "tls", "ssl"]),
    // Python's SDK, for any failure in TLS
    Row::symptom("tlsexchangeautherror", &UNTOLD),
    // Node
    Row::symptom("unable_to_get_issuer_cert", &UNKNOWN_ISSUER),
    Row::symptom("self_signed_cert_in_chain", &UNKNOWN_ISSUER),
    Row::symptom("depth_zero_self_signed_cert", &UNKNOWN_ISSUER),
    Row::symptom("unable_to_verify_leaf_signature", &UNKNOWN_ISSUER),
    Row::symptom("cert_has_expired", &EXPIRED),
    Row::symptom("cert_not_yet_valid", &NOT_YET_VALID),
    Row::symptom("err_tls_cert_altname_invalid", &WRONG_NAME),
    Row::symptom("does not match certificate's altnames", &WRONG_NAME),
    // mbedTLS and ESP-IDF
    Row::symptom("-0x2700", &UNTOLD),
    Row::symptom("-9984", &UNTOLD).near(&["tls", "x509", "mqtt", "ssl", "handshake"]),
    Row::symptom("not correctly signed by the trusted ca", &UNKNOWN_ISSUER),
    Row::symptom("no matching trusted root certificate", &UNKNOWN_ISSUER),
    Row::symptom("certificate validity starts in the future", &NOT_YET_VALID),
    Row::symptom("certificate validity has expired", &EXPIRED),
    Row::symptom("(cn) does not match with the expected cn", &WRONG_NAME),
    // Java
    Row::symptom("pkix path building failed", &UNKNOWN_ISSUER),
    Row::symptom("unable to find valid certification path", &UNKNOWN_ISSUER),
    Row::symptom("trustanchors parameter must be non-empty", &UNKNOWN_ISSUER),
    Row::symptom("certificateexpiredexception", &EXPIRED),
    Row::symptom("certificatenotyetvalidexception", &NOT_YET_VALID),
    Row::symptom("no subject alternative dns name matching", &WRONG_NAME),
    Row::symptom("no subject alternative names matching", &WRONG_NAME),
    // Go
    Row::symptom("certificate signed by unknown authority", &UNKNOWN_ISSUER),
    Row::symptom("certificate has expired or is not yet valid", &EXPIRED_OR_EARLY),
    Row::symptom("x509: certificate is valid for", &WRONG_NAME),
    Row::symptom("doesn't contain any ip sans", &WRONG_NAME),
    // rustls
    Row::symptom("invalid peer certificate: unknownissuer", &UNKNOWN_ISSUER),
    Row::symptom("invalidcertificate(unknownissuer)", &UNKNOWN_ISSUER),
    Row::symptom("invalid peer certificate: expired", &EXPIRED),
    Row::symptom("invalid peer certificate: notvalidyet", &NOT_YET_VALID),
    Row::symptom("invalid peer certificate: certificate not valid yet", &NOT_YET_VALID),
    Row::symptom("invalid peer certificate: notvalidforname", &WRONG_NAME),
    Row::symptom("invalid peer certificate: certificate not valid for name", &WRONG_NAME),
    Row::symptom("invalid peer certificate: badsignature", &INVALID),
    // Schannel and .NET
    Row::symptom("sec_e_untrusted_root", &UNKNOWN_ISSUER),
    Row::symptom("0x80090325", &UNKNOWN_ISSUER),
    Row::symptom("cert_e_untrustedroot", &UNKNOWN_ISSUER),
    Row::symptom("0x800b0109", &UNKNOWN_ISSUER),
    Row::symptom("untrustedroot", &UNKNOWN_ISSUER).unless(&["cert_e_untrustedroot"]),
    Row::symptom("partialchain", &UNKNOWN_ISSUER),
    Row::symptom("sec_e_wrong_principal", &WRONG_NAME),
    Row::symptom("0x80090322", &WRONG_NAME),
    Row::symptom("remotecertificatenamemismatch", &WRONG_NAME),
    Row::symptom("remotecertificatechainerrors", &UNTOLD),
    Row::symptom("nottimevalid", &EXPIRED_OR_EARLY),
    Row::symptom("cert_e_expired", &EXPIRED_OR_EARLY),
    Row::symptom("0x800b0101", &EXPIRED_OR_EARLY),
    Row::symptom("remote certificate is invalid", &UNTOLD),
    Row::symptom("remote certificate was rejected", &UNTOLD),
    // GnuTLS
    Row::symptom("the certificate issuer is unknown", &UNKNOWN_ISSUER),
    Row::symptom("certificate chain uses expired certificate", &EXPIRED),
    Row::symptom("certificate chain uses not yet valid certificate", &NOT_YET_VALID),
    Row::symptom("name in the certificate does not match", &WRONG_NAME),
    // wolfSSL and BearSSL, on small boards
    Row::symptom("asn no signer error", &UNKNOWN_ISSUER),
    Row::symptom("br_err_x509_not_trusted", &UNKNOWN_ISSUER),
    Row::symptom("br_err_x509_expired", &EXPIRED_OR_EARLY),
    Row::symptom("chain could not be linked to a trust anchor", &UNKNOWN_ISSUER),
];
