//! A chain to be made: root, intermediate and leaf, as they are right, and one thing that is wrong with them.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
    PKCS_ED25519, PublicKeyData, SignatureAlgorithm, date_time_ymd,
};

/// What the chain is made from.
pub(crate) struct Recipe {
    root: CertificateParams,
    intermediate: CertificateParams,
    leaf: CertificateParams,
    algorithm: &'static SignatureAlgorithm,
    /// What stands in the leaf about its issuer, if it is something else than what is sent.
    issuer_by_leaf: Option<CertificateParams>,
    /// Whether the leaf is signed by a key of nobody.
    is_signed_by_a_stranger: bool,
    /// Whether the intermediate is signed by a key of nobody.
    is_intermediate_signed_by_a_stranger: bool,
    has_intermediate: bool,
    /// Sent in front of the intermediate, with its key.
    renewal: Option<CertificateParams>,
    /// Whether the leaf's signature names another algorithm than what is signed.
    has_two_algorithms: bool,
    /// Whether the leaf's public key is no point of its curve.
    has_no_key: bool,
    /// Which byte of the leaf is changed after signing, from behind.
    changed: Option<usize>,
}

/// DER of what was made.
pub(crate) struct Chain {
    pub(crate) root: Vec<u8>,
    pub(crate) intermediates: Vec<Vec<u8>>,
    pub(crate) leaf: Vec<u8>,
}

/// Name of the folder, and what is wrong.
pub(crate) type Mutation = (&'static str, fn(&mut Recipe));

/// One thing wrong at a time; the first ones have nothing wrong.
pub(crate) const MUTATIONS: [Mutation; 56] = [
    ("nothing", |_| {}),
    ("nothing-with-p-384", |it| it.algorithm = &PKCS_ECDSA_P384_SHA384),
    ("nothing-with-ed25519", |it| it.algorithm = &PKCS_ED25519),
    ("nothing-with-a-path-length", |it| it.root.is_ca = IsCa::Ca(BasicConstraints::Constrained(1))),
    ("nothing-with-an-expired-renewal-in-front", |it| {
        let mut renewal = it.intermediate.clone();
        renewal.not_after = date_time_ymd(2020, 1, 1);
        it.renewal = Some(renewal);
    }),
    ("leaf-expired", |it| it.leaf.not_after = date_time_ymd(2026, 1, 1)),
    ("leaf-not-yet-valid", |it| it.leaf.not_before = date_time_ymd(2030, 1, 1)),
    ("intermediate-expired", |it| it.intermediate.not_after = date_time_ymd(2026, 1, 1)),
    ("intermediate-not-yet-valid", |it| it.intermediate.not_before = date_time_ymd(2030, 1, 1)),
    ("root-expired", |it| it.root.not_after = date_time_ymd(2026, 1, 1)),
    ("leaf-signature-changed", |it| it.changed = Some(3)),
    ("leaf-content-changed", |it| it.changed = Some(120)),
    ("leaf-signed-by-a-stranger", |it| it.is_signed_by_a_stranger = true),
    ("intermediate-signed-by-a-stranger", |it| it.is_intermediate_signed_by_a_stranger = true),
    ("issuer-has-another-name", |it| {
        let mut other = it.intermediate.clone();
        other.distinguished_name = name("another intermediate");
        it.issuer_by_leaf = Some(other);
    }),
    ("issuer-has-another-key-identifier", |it| {
        let mut other = it.intermediate.clone();
        other.key_identifier_method = KeyIdMethod::PreSpecified(vec![7; 20]);
        it.issuer_by_leaf = Some(other);
    }),
    ("intermediate-missing", |it| it.has_intermediate = false),
    ("intermediate-is-no-ca", |it| it.intermediate.is_ca = IsCa::ExplicitNoCa),
    ("intermediate-does-not-say-that-it-is-a-ca", |it| it.intermediate.is_ca = IsCa::NoCa),
    ("intermediate-may-not-sign", |it| it.intermediate.key_usages = vec![KeyUsagePurpose::DigitalSignature]),
    ("intermediate-for-servers-only", |it| {
        it.intermediate.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    }),
    ("intermediate-with-an-unknown-critical-extension", |it| {
        it.intermediate.custom_extensions = vec![unknown(true)];
    }),
    ("intermediate-with-an-unknown-extension", |it| it.intermediate.custom_extensions = vec![unknown(false)]),
    ("root-is-no-ca", |it| it.root.is_ca = IsCa::ExplicitNoCa),
    ("root-may-not-sign", |it| it.root.key_usages = vec![KeyUsagePurpose::DigitalSignature]),
    ("path-too-long", |it| it.root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0))),
    ("leaf-for-servers-only", |it| it.leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]),
    ("leaf-without-purpose", |it| it.leaf.extended_key_usages = Vec::new()),
    ("leaf-may-not-sign", |it| it.leaf.key_usages = vec![KeyUsagePurpose::KeyEncipherment]),
    ("leaf-with-an-unknown-critical-extension", |it| it.leaf.custom_extensions = vec![unknown(true)]),
    ("leaf-is-a-ca", |it| it.leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
    ("leaf-does-not-say-that-it-is-no-ca", |it| it.leaf.is_ca = IsCa::NoCa),
    ("root-does-not-say-that-it-is-a-ca", |it| it.root.is_ca = IsCa::NoCa),
    ("root-says-nothing-of-itself", |it| {
        it.root.is_ca = IsCa::NoCa;
        it.root.key_usages = Vec::new();
    }),
    ("root-with-an-unknown-critical-extension", |it| it.root.custom_extensions = vec![unknown(true)]),
    ("leaf-with-an-extension-twice", |it| it.leaf.custom_extensions = vec![unknown(false), unknown(false)]),
    ("leaf-with-its-usage-twice", |it| it.leaf.custom_extensions = vec![extension(15, &[3, 2, 7, 128])]),
    ("intermediate-with-its-usage-twice", |it| {
        it.intermediate.custom_extensions = vec![extension(15, &[3, 2, 1, 6])];
    }),
    ("leaf-with-a-critical-key-identifier", |it| {
        it.leaf.is_ca = IsCa::NoCa;
        let mut identifier = extension(14, &[4, 1, 7]);
        identifier.set_criticality(true);
        it.leaf.custom_extensions = vec![identifier];
    }),
    ("leaf-with-constraints-that-cannot-be-read", |it| {
        it.leaf.is_ca = IsCa::NoCa;
        it.leaf.custom_extensions = vec![extension(19, &[5, 0])];
    }),
    ("leaf-with-a-usage-that-cannot-be-read", |it| {
        it.leaf.key_usages = Vec::new();
        it.leaf.custom_extensions = vec![extension(15, &[5, 0])];
    }),
    ("leaf-with-purposes-that-cannot-be-read", |it| {
        it.leaf.extended_key_usages = Vec::new();
        it.leaf.custom_extensions = vec![extension(37, &[5, 0])];
    }),
    ("leaf-with-a-key-identifier-that-cannot-be-read", |it| {
        it.leaf.is_ca = IsCa::NoCa;
        it.leaf.custom_extensions = vec![extension(14, &[5, 0])];
    }),
    ("leaf-with-an-issuer-identifier-that-cannot-be-read", |it| {
        it.leaf.use_authority_key_identifier_extension = false;
        it.leaf.custom_extensions = vec![extension(35, &[5, 0])];
    }),
    ("leaf-with-a-netscape-type-that-cannot-be-read", |it| {
        let oid = [2, 16, 840, 1, 113_730, 1, 1];
        it.leaf.custom_extensions = vec![CustomExtension::from_oid_content(&oid, vec![5, 0])];
    }),
    ("leaf-with-names-that-cannot-be-read", |it| it.leaf.custom_extensions = vec![extension(17, &[5, 0])]),
    ("leaf-with-names-of-no-kind", |it| it.leaf.custom_extensions = vec![extension(17, &[48, 3, 2, 1, 7])]),
    ("leaf-with-a-name-of-a-tenth-kind", |it| {
        it.leaf.custom_extensions = vec![extension(17, &[48, 2, 0x89, 0])]
    }),
    ("leaf-without-names-where-they-are", |it| it.leaf.custom_extensions = vec![extension(17, &[48, 0])]),
    ("leaf-with-points-that-cannot-be-read", |it| it.leaf.custom_extensions = vec![extension(31, &[5, 0])]),
    ("leaf-with-points-of-no-kind", |it| it.leaf.custom_extensions = vec![extension(31, &[48, 2, 5, 0])]),
    ("intermediate-with-subtrees-that-cannot-be-read", |it| {
        it.intermediate.custom_extensions = vec![extension(30, &[5, 0])];
    }),
    ("intermediate-with-subtrees-of-no-kind", |it| {
        it.intermediate.custom_extensions = vec![extension(30, &[48, 2, 0xa2, 0])];
    }),
    ("leaf-with-subtrees-that-cannot-be-read", |it| it.leaf.custom_extensions = vec![extension(30, &[5, 0])]),
    ("leaf-with-two-algorithms", |it| it.has_two_algorithms = true),
    ("leaf-with-a-key-that-is-none", |it| it.has_no_key = true),
];

impl Recipe {
    pub(crate) fn new() -> Self {
        let mut leaf = params("device-1");
        leaf.is_ca = IsCa::ExplicitNoCa;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Self {
            root: authority("root"),
            intermediate: authority("intermediate"),
            leaf,
            algorithm: &PKCS_ECDSA_P256_SHA256,
            issuer_by_leaf: None,
            is_signed_by_a_stranger: false,
            is_intermediate_signed_by_a_stranger: false,
            has_intermediate: true,
            renewal: None,
            has_two_algorithms: false,
            has_no_key: false,
            changed: None,
        }
    }

    pub(crate) fn make(self) -> Chain {
        let key = || KeyPair::generate_for(self.algorithm).unwrap();
        let (root_key, intermediate_key, leaf_key, stranger) = (key(), key(), key(), key());
        let signer = if self.is_intermediate_signed_by_a_stranger { &stranger } else { &root_key };
        let above = Issuer::from_params(&self.root, signer);
        let intermediates = self
            .renewal
            .iter()
            .chain(self.has_intermediate.then_some(&self.intermediate))
            .map(|one| one.signed_by(&intermediate_key, &above).unwrap().der().to_vec())
            .collect();
        let signer = if self.is_signed_by_a_stranger { &stranger } else { &intermediate_key };
        let mut issuer = self.issuer_by_leaf.unwrap_or(self.intermediate);
        // An issuer that may not sign signs all the same.
        issuer.key_usages = Vec::new();
        let public = Public { bytes: leaf_key.der_bytes().to_vec(), algorithm: self.algorithm };
        let public = if self.has_no_key { public.off_its_curve() } else { public };
        let mut leaf =
            self.leaf.signed_by(&public, &Issuer::from_params(&issuer, signer)).unwrap().der().to_vec();
        if self.has_two_algorithms {
            // ecdsa-with-SHA256 outside of what is signed becomes that with SHA384.
            let known = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
            let at = leaf.windows(known.len()).rposition(|window| window == known).unwrap();
            leaf[at + 7] = 3;
        }
        if let Some(from_behind) = self.changed {
            let at = leaf.len() - from_behind;
            leaf[at] ^= 1;
        }
        Chain { root: self.root.self_signed(&root_key).unwrap().der().to_vec(), intermediates, leaf }
    }
}

/// A public key, of somebody or of nobody.
struct Public {
    bytes: Vec<u8>,
    algorithm: &'static SignatureAlgorithm,
}

impl Public {
    fn off_its_curve(mut self) -> Self {
        self.bytes[64] ^= 1;
        self
    }
}

impl PublicKeyData for Public {
    fn der_bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}

fn authority(common_name: &str) -> CertificateParams {
    let mut params = params(common_name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages =
        vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn params(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name(common_name);
    (params.not_before, params.not_after) = (date_time_ymd(2019, 1, 1), date_time_ymd(2040, 1, 1));
    params.use_authority_key_identifier_extension = true;
    params
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// One of RFC 5280, by the end of its OID (2.5.29).
pub(crate) fn extension(number: u64, value: &[u8]) -> CustomExtension {
    CustomExtension::from_oid_content(&[2, 5, 29, number], value.to_vec())
}

fn unknown(is_critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999, 1], vec![5, 0]);
    extension.set_criticality(is_critical);
    extension
}
