//! Object identifiers: the one table of those that certificates, keys and stores have.

use x509_cert::spki::ObjectIdentifier;

macro_rules! identifiers {
    ($($name:ident = $dotted:literal, $text:literal;)*) => {
        $(
            #[doc = concat!("`", $dotted, "`: ", $text, ".")]
            pub const $name: ObjectIdentifier = ObjectIdentifier::new_unwrap($dotted);
        )*

        const NAMES: &[(ObjectIdentifier, &str)] = &[$(($name, $text)),*];
    };
}

/// What the standards call it; `None` for one that is not in the table.
#[must_use]
pub fn name(oid: ObjectIdentifier) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == oid).map(|(_, name)| *name)
}

identifiers! {
    // Attributes of names (RFC 5280 appendix A, RFC 4519).
    COMMON_NAME = "2.5.4.3", "commonName";
    SERIAL_NUMBER = "2.5.4.5", "serialNumber";
    COUNTRY = "2.5.4.6", "countryName";
    LOCALITY = "2.5.4.7", "localityName";
    STATE = "2.5.4.8", "stateOrProvinceName";
    STREET = "2.5.4.9", "streetAddress";
    ORGANIZATION = "2.5.4.10", "organizationName";
    ORGANIZATIONAL_UNIT = "2.5.4.11", "organizationalUnitName";
    TITLE = "2.5.4.12", "title";
    DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25", "domainComponent";
    EMAIL_ADDRESS = "1.2.840.113549.1.9.1", "emailAddress";

    // Extensions (RFC 5280 section 4.2).
    SUBJECT_KEY_IDENTIFIER = "2.5.29.14", "subjectKeyIdentifier";
    KEY_USAGE = "2.5.29.15", "keyUsage";
    SUBJECT_ALT_NAME = "2.5.29.17", "subjectAltName";
    BASIC_CONSTRAINTS = "2.5.29.19", "basicConstraints";
    NAME_CONSTRAINTS = "2.5.29.30", "nameConstraints";
    CRL_DISTRIBUTION_POINTS = "2.5.29.31", "cRLDistributionPoints";
    CERTIFICATE_POLICIES = "2.5.29.32", "certificatePolicies";
    ANY_POLICY = "2.5.29.32.0", "anyPolicy";
    POLICY_MAPPINGS = "2.5.29.33", "policyMappings";
    AUTHORITY_KEY_IDENTIFIER = "2.5.29.35", "authorityKeyIdentifier";
    POLICY_CONSTRAINTS = "2.5.29.36", "policyConstraints";
    EXTENDED_KEY_USAGE = "2.5.29.37", "extendedKeyUsage";
    INHIBIT_ANY_POLICY = "2.5.29.54", "inhibitAnyPolicy";
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1", "authorityInfoAccess";
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5", "ocspNoCheck";
    NETSCAPE_CERT_TYPE = "2.16.840.1.113730.1.1", "nsCertType";

    // Key purposes (RFC 5280 section 4.2.1.12).
    ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0", "anyExtendedKeyUsage";
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1", "serverAuth";
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2", "clientAuth";
    CODE_SIGNING = "1.3.6.1.5.5.7.3.3", "codeSigning";
    EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4", "emailProtection";
    TIME_STAMPING = "1.3.6.1.5.5.7.3.8", "timeStamping";
    TCG_ENDORSEMENT_KEY = "2.23.133.8.1", "tcg-kp-EKCertificate";
    TCG_PLATFORM = "2.23.133.8.2", "tcg-kp-PlatformAttributeCertificate";
    TCG_ATTESTATION_KEY = "2.23.133.8.3", "tcg-kp-AIKCertificate";
    OCSP_SIGNING = "1.3.6.1.5.5.7.3.9", "OCSPSigning";

    // Keys (RFC 8017 appendix A, RFC 5480, RFC 8410, RFC 3279) and curves (SEC 2).
    RSA = "1.2.840.113549.1.1.1", "rsaEncryption";
    RSA_PSS = "1.2.840.113549.1.1.10", "rsassaPss";
    EC = "1.2.840.10045.2.1", "ecPublicKey";
    DSA = "1.2.840.10040.4.1", "dsa";
    ED25519 = "1.3.101.112", "Ed25519";
    ED448 = "1.3.101.113", "Ed448";
    P256 = "1.2.840.10045.3.1.7", "prime256v1, P-256";
    P384 = "1.3.132.0.34", "secp384r1, P-384";
    P521 = "1.3.132.0.35", "secp521r1, P-521";
    SECP256K1 = "1.3.132.0.10", "secp256k1";

    // Hashes (RFC 8017 appendix B.1).
    MD5 = "1.2.840.113549.2.5", "md5";
    SHA1 = "1.3.14.3.2.26", "sha1";
    SHA224 = "2.16.840.1.101.3.4.2.4", "sha224";
    SHA256 = "2.16.840.1.101.3.4.2.1", "sha256";
    SHA384 = "2.16.840.1.101.3.4.2.2", "sha384";
    SHA512 = "2.16.840.1.101.3.4.2.3", "sha512";

    // Signatures (RFC 8017 appendix A.2, RFC 5758).
    MD5_WITH_RSA = "1.2.840.113549.1.1.4", "md5WithRSAEncryption";
    SHA1_WITH_RSA = "1.2.840.113549.1.1.5", "sha1WithRSAEncryption";
    SHA224_WITH_RSA = "1.2.840.113549.1.1.14", "sha224WithRSAEncryption";
    SHA256_WITH_RSA = "1.2.840.113549.1.1.11", "sha256WithRSAEncryption";
    SHA384_WITH_RSA = "1.2.840.113549.1.1.12", "sha384WithRSAEncryption";
    SHA512_WITH_RSA = "1.2.840.113549.1.1.13", "sha512WithRSAEncryption";
    MGF1 = "1.2.840.113549.1.1.8", "mgf1";
    ECDSA_WITH_SHA1 = "1.2.840.10045.4.1", "ecdsa-with-SHA1";
    ECDSA_WITH_SHA224 = "1.2.840.10045.4.3.1", "ecdsa-with-SHA224";
    ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2", "ecdsa-with-SHA256";
    ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3", "ecdsa-with-SHA384";
    ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4", "ecdsa-with-SHA512";

    // Encryption by a passphrase before PBES2 (RFC 7292 appendix C, RFC 8018 appendix A.3).
    SHA1_AND_RC4_128 = "1.2.840.113549.1.12.1.1", "pbeWithSHAAnd128BitRC4";
    SHA1_AND_RC4_40 = "1.2.840.113549.1.12.1.2", "pbeWithSHAAnd40BitRC4";
    SHA1_AND_DES3 = "1.2.840.113549.1.12.1.3", "pbeWithSHAAnd3-KeyTripleDES-CBC";
    SHA1_AND_DES2 = "1.2.840.113549.1.12.1.4", "pbeWithSHAAnd2-KeyTripleDES-CBC";
    SHA1_AND_RC2_128 = "1.2.840.113549.1.12.1.5", "pbeWithSHAAnd128BitRC2-CBC";
    SHA1_AND_RC2_40 = "1.2.840.113549.1.12.1.6", "pbeWithSHAAnd40BitRC2-CBC";
    MD5_AND_DES = "1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC";
    MD5_AND_RC2 = "1.2.840.113549.1.5.6", "pbeWithMD5AndRC2-CBC";
    SHA1_AND_DES = "1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC";
    SHA1_AND_RC2 = "1.2.840.113549.1.5.11", "pbeWithSHA1AndRC2-CBC";
    SUN_JKS = "1.3.6.1.4.1.42.2.17.1.1", "keyProtector of JKS";
    SUN_JCEKS = "1.3.6.1.4.1.42.2.19.1", "PBEWithMD5AndTripleDES of JCEKS";

    // Stores (RFC 5652, RFC 7292).
    DATA = "1.2.840.113549.1.7.1", "data";
    SIGNED_DATA = "1.2.840.113549.1.7.2", "signedData";
    NETSCAPE_CERT_SEQUENCE = "2.16.840.1.113730.2.5", "netscapeCertSequence";
    ENCRYPTED_DATA = "1.2.840.113549.1.7.6", "encryptedData";
    KEY_BAG = "1.2.840.113549.1.12.10.1.1", "keyBag";
    SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2", "pkcs8ShroudedKeyBag";
    CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3", "certBag";
    SAFE_CONTENTS_BAG = "1.2.840.113549.1.12.10.1.6", "safeContentsBag";
    X509_CERTIFICATE = "1.2.840.113549.1.9.22.1", "x509Certificate";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stands_twice_in_the_table() {
        for (index, (oid, text)) in NAMES.iter().enumerate() {
            let behind = NAMES.iter().skip(index + 1);
            assert!(behind.clone().all(|(other, name)| other != oid && name != text), "{oid} {text}");
        }
        assert_eq!(name(CLIENT_AUTH), Some("clientAuth"));
        assert_eq!(name(ObjectIdentifier::new_unwrap("1.2.3")), None);
    }
}
