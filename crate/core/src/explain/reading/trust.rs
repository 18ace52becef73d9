//! The client does not accept the server's certificate: its CA file, the clock, or the name that was dialled.

use super::{
    Row,
    symptom::{
        server_certificate_expired, server_certificate_invalid, server_certificate_not_yet_valid,
        server_name_mismatch, server_root_not_trusted,
    },
};

/// The client's own certificate can be said to be expired as well, by tools that look at files.
const OF_A_FILE: &[&str] = &["client certificate", "device certificate", "identity certificate", "alert"];

pub(super) static ROWS: &[Row] = &[
    // OpenSSL, Python, curl, mosquitto
    Row::symptom("unable to get local issuer certificate", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("unable to get issuer certificate", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("self signed certificate", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("self-signed certificate", &server_root_not_trusted::UNKNOWN_ISSUER)
        .near(&["verif", "ssl", "tls", "error", "chain", "depth"]),
    Row::symptom("unable to verify the first certificate", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("certificate has expired", &server_certificate_expired::EXPIRED).unless(&[
        "or is not yet valid",
        "client certificate",
        "device certificate",
        "identity certificate",
        "alert",
    ]),
    Row::symptom("certificate is not yet valid", &server_certificate_not_yet_valid::NOT_YET_VALID)
        .unless(OF_A_FILE),
    Row::symptom("hostname mismatch", &server_name_mismatch::WRONG_NAME),
    Row::symptom("host name verification failed", &server_name_mismatch::WRONG_NAME),
    Row::symptom("ip address mismatch", &server_name_mismatch::WRONG_NAME),
    Row::symptom("certificate subject name", &server_name_mismatch::WRONG_NAME).near(&["does not match"]),
    Row::symptom("no alternative certificate subject name matches", &server_name_mismatch::WRONG_NAME),
    Row::symptom("certificate verify failed", &server_root_not_trusted::UNTOLD),
    Row::symptom("certificate_verify_failed", &server_root_not_trusted::UNTOLD),
    Row::symptom("verification failed", &server_root_not_trusted::UNTOLD).near(&[
        "x509",
        "certificate",
        "tls",
        "ssl",
    ]),
    // Python's SDK, for any failure in TLS
    Row::symptom("tlsexchangeautherror", &server_root_not_trusted::UNTOLD),
    // Node
    Row::symptom("unable_to_get_issuer_cert", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("self_signed_cert_in_chain", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("depth_zero_self_signed_cert", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("unable_to_verify_leaf_signature", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("cert_has_expired", &server_certificate_expired::EXPIRED),
    Row::symptom("cert_not_yet_valid", &server_certificate_not_yet_valid::NOT_YET_VALID),
    Row::symptom("err_tls_cert_altname_invalid", &server_name_mismatch::WRONG_NAME),
    Row::symptom("does not match certificate's altnames", &server_name_mismatch::WRONG_NAME),
    // mbedTLS and ESP-IDF
    Row::symptom("-0x2700", &server_root_not_trusted::UNTOLD),
    Row::symptom("-9984", &server_root_not_trusted::UNTOLD).near(&[
        "tls",
        "x509",
        "mqtt",
        "ssl",
        "handshake",
    ]),
    Row::symptom("not correctly signed by the trusted ca", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("no matching trusted root certificate", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom(
        "certificate validity starts in the future",
        &server_certificate_not_yet_valid::NOT_YET_VALID,
    ),
    Row::symptom("certificate validity has expired", &server_certificate_expired::EXPIRED),
    Row::symptom("(cn) does not match with the expected cn", &server_name_mismatch::WRONG_NAME),
    // Java
    Row::symptom("pkix path building failed", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("unable to find valid certification path", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("trustanchors parameter must be non-empty", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("certificateexpiredexception", &server_certificate_expired::EXPIRED),
    Row::symptom("certificatenotyetvalidexception", &server_certificate_not_yet_valid::NOT_YET_VALID),
    Row::symptom("no subject alternative dns name matching", &server_name_mismatch::WRONG_NAME),
    Row::symptom("no subject alternative names matching", &server_name_mismatch::WRONG_NAME),
    // Go
    Row::symptom("certificate signed by unknown authority", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom(
        "certificate has expired or is not yet valid",
        &server_certificate_expired::EXPIRED_OR_EARLY,
    ),
    Row::symptom("x509: certificate is valid for", &server_name_mismatch::WRONG_NAME),
    Row::symptom("doesn't contain any ip sans", &server_name_mismatch::WRONG_NAME),
    // rustls
    Row::symptom("invalid peer certificate: unknownissuer", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("invalidcertificate(unknownissuer)", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("invalid peer certificate: expired", &server_certificate_expired::EXPIRED),
    Row::symptom("invalid peer certificate: notvalidyet", &server_certificate_not_yet_valid::NOT_YET_VALID),
    Row::symptom(
        "invalid peer certificate: certificate not valid yet",
        &server_certificate_not_yet_valid::NOT_YET_VALID,
    ),
    Row::symptom("invalid peer certificate: notvalidforname", &server_name_mismatch::WRONG_NAME),
    Row::symptom(
        "invalid peer certificate: certificate not valid for name",
        &server_name_mismatch::WRONG_NAME,
    ),
    Row::symptom("invalid peer certificate: badsignature", &server_certificate_invalid::INVALID),
    // Schannel and .NET
    Row::symptom("sec_e_untrusted_root", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("0x80090325", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("cert_e_untrustedroot", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("0x800b0109", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("untrustedroot", &server_root_not_trusted::UNKNOWN_ISSUER).unless(&["cert_e_untrustedroot"]),
    Row::symptom("partialchain", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("sec_e_wrong_principal", &server_name_mismatch::WRONG_NAME),
    Row::symptom("0x80090322", &server_name_mismatch::WRONG_NAME),
    Row::symptom("remotecertificatenamemismatch", &server_name_mismatch::WRONG_NAME),
    Row::symptom("remotecertificatechainerrors", &server_root_not_trusted::UNTOLD),
    Row::symptom("nottimevalid", &server_certificate_expired::EXPIRED_OR_EARLY),
    Row::symptom("cert_e_expired", &server_certificate_expired::EXPIRED_OR_EARLY),
    Row::symptom("0x800b0101", &server_certificate_expired::EXPIRED_OR_EARLY),
    Row::symptom("remote certificate is invalid", &server_root_not_trusted::UNTOLD),
    Row::symptom("remote certificate was rejected", &server_root_not_trusted::UNTOLD),
    // GnuTLS
    Row::symptom("the certificate issuer is unknown", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("certificate chain uses expired certificate", &server_certificate_expired::EXPIRED),
    Row::symptom(
        "certificate chain uses not yet valid certificate",
        &server_certificate_not_yet_valid::NOT_YET_VALID,
    ),
    Row::symptom("name in the certificate does not match", &server_name_mismatch::WRONG_NAME),
    // wolfSSL and BearSSL, on small boards
    Row::symptom("asn no signer error", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("br_err_x509_not_trusted", &server_root_not_trusted::UNKNOWN_ISSUER),
    Row::symptom("br_err_x509_expired", &server_certificate_expired::EXPIRED_OR_EARLY),
    Row::symptom("chain could not be linked to a trust anchor", &server_root_not_trusted::UNKNOWN_ISSUER),
];
