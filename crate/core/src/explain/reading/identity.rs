//! The client cannot use its own certificate or key: it never came as far as the network.

use super::{Row, Says, Symptom};

static UNREADABLE_PEM: Symptom = Symptom::new(
    "DX518",
    "The client finds no PEM in what it was given as certificate or key.",
    "Look at the bytes that it gets: the -----BEGIN line must be there and stand at the start of a line, and line breaks must \
     be line breaks, not the letters \\n. `dps-x509 check FILE` says where it is damaged, and --write-fixed repairs it.",
)
.likely("pem");
static DAMAGED: Symptom = Symptom::new(
    "DX518",
    "The client cannot decode its certificate or key: the PEM is damaged or cut off.",
    "`dps-x509 check FILE` says in which line, and --write-fixed writes what can be repaired.",
)
.likely("pem");
static KEY_FORM: Symptom = Symptom::new(
    "DX518",
    "The client does not take the form of the private key.",
    "Schannel in Microsoft's C SDK expects an RSA key as PKCS#1 (BEGIN RSA PRIVATE KEY): \
     openssl rsa -in device-key.pem -traditional -out rsa-key.pem; an EC key needs a build with OpenSSL.",
)
.likely("key form");
static KEY_FORM_UNKNOWN: Symptom = Symptom::new(
    "DX518",
    "The client cannot parse the private key; both BEGIN PRIVATE KEY and BEGIN RSA PRIVATE KEY were seen to fail like this.",
    "Look at what is in the file with `dps-x509 check FILE`, and write the key anew: openssl pkey -in device-key.pem -out new.pem",
)
.unsettled("The thread ends without the final cause: with either form of the key it failed.", "azure-iot-sdk-java#774");
static FORM_UNKNOWN: Symptom = Symptom::new(
    "DX518",
    "The client's TLS library does not know the form of the key or certificate, or a passphrase is missing.",
    "`dps-x509 check FILE` says what the file is; write the key anew: openssl pkey -in device-key.pem -out new.pem",
)
.likely("key");
static PASSPHRASE: Symptom = Symptom::new(
    "DX305",
    "The private key is encrypted, and the passphrase is missing or does not open it.",
    "Give the client the right passphrase, or write the key without one: openssl pkey -in device-key.pem -out plain-key.pem",
);
static NO_PASSPHRASE: Symptom = Symptom::new(
    "DX304",
    "The private key is encrypted, and the client was given no passphrase.",
    "Give the client the passphrase, or write the key without one: openssl pkey -in device-key.pem -out plain-key.pem",
);
static MISMATCH: Symptom = Symptom::new(
    "DX303",
    "The private key does not belong to the certificate; or the file of the chain does not begin with the leaf.",
    "Put the leaf first in the file, and take the key that it was made with.",
);
static NO_KEY: Symptom = Symptom::new(
    "DX518",
    "The client's certificate comes without a private key that it can use.",
    "Export the PKCS#12 file again with key and chain: \
     openssl pkcs12 -export -inkey device-key.pem -in device-full-chain.pem -out device.pfx",
);
static NO_FILE: Symptom = Symptom::new(
    "DX201",
    "The client cannot open its certificate or key file.",
    "Give the full path: it counts from the folder that the program was started in. Then check the rights of the file.",
);
static TOO_WEAK: Symptom = Symptom::new(
    "DX518",
    "The client's TLS library refuses the key or the signature of the certificate as too weak.",
    "Issue the certificate with P-256, or RSA of 2048 bits or more, and SHA-256.",
)
.likely("weak");
static TOO_LARGE: Symptom = Symptom::new(
    "DX518",
    "A certificate or chain does not fit into the client's buffer.",
    "Use EC certificates and send no root; then enlarge the client's TLS buffers: many stacks take about 4 kB.",
)
.likely("size");
static UNLOADED: Symptom = Symptom::new(
    "DX518",
    "The client could not load its certificate or key, and this line does not say why.",
    "`dps-x509 check device-cert.pem --key device-key.pem` says what is wrong with the files.",
)
.vague()
.likely("key");

const OF_FILES: &[&str] = &["cert", "key", "pem", "pfx", "p12", "x509"];
const OF_TLS: &[&str] = &["ssl", "tls", "key", "cert", "pem", "decoder"];

pub(super) static ROWS: &[Row] = &[
    Row::symptom("no start line", &UNREADABLE_PEM),
    Row::symptom("no_start_line", &UNREADABLE_PEM),
    Row::symptom("failed to find any pem", &UNREADABLE_PEM),
    Row::symptom("no certificate or crl found", &UNREADABLE_PEM),
    Row::symptom("nopemstartline", &UNREADABLE_PEM),
    Row::symptom("-0x1080", &UNREADABLE_PEM),
    Row::symptom("-0x2180", &DAMAGED).near(&["x509", "crt", "cert", "mbedtls"]),
    Row::symptom("bad end line", &DAMAGED),
    Row::symptom("bad_end_line", &DAMAGED),
    Row::symptom("bad base64 decode", &DAMAGED),
    Row::symptom("bad_base64_decode", &DAMAGED),
    Row::symptom("-0x1100", &DAMAGED).near(OF_FILES),
    Row::symptom("asn1 encoding routines", &DAMAGED).near(&[
        "wrong tag",
        "too long",
        "not enough data",
        "header too long",
        "nested asn1",
    ]),
    Row::symptom("unable to parse certificate", &DAMAGED),
    Row::symptom("cryptdecodeobjectex", &KEY_FORM),
    Row::symptom("unable to parse private key", &KEY_FORM_UNKNOWN),
    Row::symptom("invalidkeyspecexception", &KEY_FORM_UNKNOWN),
    Row::symptom("-0x3d00", &FORM_UNKNOWN),
    Row::symptom("decoder routines::unsupported", &FORM_UNKNOWN),
    Row::symptom("err_ossl_unsupported", &FORM_UNKNOWN),
    Row::symptom("bad decrypt", &PASSPHRASE),
    Row::symptom("bad_decrypt", &PASSPHRASE),
    Row::symptom("mac verify failure", &PASSPHRASE),
    Row::symptom("maybe wrong password", &PASSPHRASE),
    Row::symptom("-0x3b80", &PASSPHRASE),
    Row::symptom("network password is not correct", &PASSPHRASE),
    Row::symptom("bad password read", &NO_PASSPHRASE),
    Row::symptom("bad_password_read", &NO_PASSPHRASE),
    Row::symptom("-0x3c00", &NO_PASSPHRASE),
    Row::symptom("enter pem pass phrase", &NO_PASSPHRASE),
    Row::symptom("interrupted or cancelled", &NO_PASSPHRASE),
    Row::symptom("key values mismatch", &MISMATCH),
    Row::symptom("key_values_mismatch", &MISMATCH),
    Row::symptom("private key does not match", &MISMATCH),
    Row::symptom("keymismatch", &MISMATCH),
    Row::symptom("inconsistentkeys", &MISMATCH),
    Row::symptom("does not have a private key", &NO_KEY),
    Row::symptom("must have a private key", &NO_KEY),
    Row::symptom("no credentials are available in the security package", &NO_KEY),
    Row::symptom("sec_e_no_credentials", &NO_KEY),
    Row::symptom("0x8009030e", &NO_KEY),
    Row::symptom("no such file or directory", &NO_FILE)
        .near(&["cert", "key", ".pem", ".crt", "pfx", "x509", "tls"]),
    Row::symptom("could not find file", &NO_FILE).near(OF_FILES),
    Row::symptom("filenotfounderror", &NO_FILE),
    Row::symptom("ee key too small", &TOO_WEAK),
    Row::symptom("ee_key_too_small", &TOO_WEAK),
    Row::symptom("ca md too weak", &TOO_WEAK),
    Row::symptom("ca_md_too_weak", &TOO_WEAK),
    Row::symptom("-0x6a00", &TOO_LARGE),
    Row::symptom("excessive message size", &TOO_LARGE),
    Row::symptom("certificate too large", &TOO_LARGE),
    Row::symptom("certificate chain too large", &TOO_LARGE),
    Row::symptom("unable to load client key", &UNLOADED),
    Row::symptom("unable to load client certificate", &UNLOADED),
    Row::symptom("unable to set private key file", &UNLOADED),
    Row::symptom("could not load pem client certificate", &UNLOADED),
    Row::symptom("error setting private key", &UNLOADED),
    Row::symptom("failed loading x509", &UNLOADED),
    Row::symptom("pem lib", &UNLOADED).near(OF_TLS),
    // What an export from PKCS#12 leaves in a file.
    Row::new("bag attributes", Says::Hint("DX225")),
];
