//! DER and the search for a path: a path that holds is one by its bytes, whatever else is in the bag.

use std::sync::LazyLock;

use dps_x509_core::cert::{
    Budget, Certificate, UnixTime,
    extension::oid,
    path::{
        MAX_LENGTH, Trust,
        rigour::{Rigour, is_old_ca},
        signatures::Signatures,
    },
    signature::SignatureError,
};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};

/// 2027-01-01; before and after it some have begun and ended.
const AT: i64 = 1_798_761_600;

/// CAs of few names and keys, each signed by each, with and without limits; and leaves of all of them.
static POOL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let keys: Vec<_> = (0..3).map(|_| KeyPair::generate().unwrap()).collect();
    let issuers: Vec<_> = keys.iter().enumerate().map(|(n, key)| (ca(n, 0), key)).collect();
    let mut pool = Vec::new();
    for (n, key) in keys.iter().enumerate() {
        for (params, above) in &issuers {
            let issuer = Issuer::from_params(params, above);
            for kind in 0..4 {
                pool.push(ca(n, kind).signed_by(key, &issuer).unwrap().der().to_vec());
            }
            let mut leaf = CertificateParams::new(vec!["device-1.example".to_owned()]).unwrap();
            leaf.distinguished_name.push(DnType::CommonName, "device-1");
            leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            pool.push(leaf.signed_by(key, &issuer).unwrap().der().to_vec());
        }
    }
    pool
});

/// Two of the three have one name.
fn ca(n: usize, kind: usize) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, ["a", "a", "b"][n]);
    params.is_ca =
        IsCa::Ca(if kind == 1 { BasicConstraints::Constrained(0) } else { BasicConstraints::Unconstrained });
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    if kind == 2 {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    }
    if kind == 3 {
        let other = GeneralSubtree::DnsName("other.example".to_owned());
        params.name_constraints =
            Some(NameConstraints { permitted_subtrees: vec![other], excluded_subtrees: vec![] });
    }
    params
}

/// Three bytes a certificate: which one, what is changed in it, where. The first is the leaf; whether one is an anchor is in the
/// second byte. What begins otherwise is DER itself.
pub(super) fn run(bytes: &[u8]) {
    if let Ok(certificate) = Certificate::read(bytes) {
        assert_eq!(&certificate.der[..], bytes, "bytes that are not its own");
    }
    let mut bag = Vec::new();
    // Signatures take nearly all the time: many of them in one input of eight.
    let most = if (bytes.len() / 3).is_multiple_of(8) { 64 } else { 12 };
    for chosen in bytes.chunks_exact(3).take(most) {
        let &[which, how, place] = chosen else { continue };
        let mut der = POOL[usize::from(which) % POOL.len()].clone();
        if how & 2 != 0 {
            let at = usize::from(place) * der.len() / 256;
            der[at] ^= 1 << (how >> 5);
        }
        if let Ok(certificate) = Certificate::read(&der) {
            bag.push((certificate, how & 1 != 0));
        }
    }
    let Some(((leaf, _), others)) = bag.split_first() else { return };
    let of = |is_anchor: bool| others.iter().filter(move |it| it.1 == is_anchor).map(|it| &it.0);
    let trust = Trust {
        anchors: of(true).collect(),
        intermediates: of(false).collect(),
        at: UnixTime::from_seconds(AT),
        purpose: Some(oid::CLIENT_AUTH),
        server_name: None,
        max_depth: if bytes.len().is_multiple_of(12) { 1 } else { MAX_LENGTH },
    };
    for rigour in [Rigour::Strict, Rigour::Usual { is_timed: true }] {
        let budget = Budget::default();
        match trust.verify_by(leaf, &Signatures::new(&budget), rigour) {
            Ok(path) => holds(&path, leaf, &trust, rigour == Rigour::Strict),
            Err(failure) => {
                assert!(
                    failure.path.len() <= MAX_LENGTH
                        && failure.path.first().is_some_and(|it| it.der == leaf.der)
                );
                let _ = failure.problem.to_string();
            }
        }
    }
}

/// Without the search: it begins and ends where it has to, and each has signed the one below.
fn holds(path: &[&Certificate], leaf: &Certificate, trust: &Trust<'_>, is_strict: bool) {
    assert!(path.len() <= MAX_LENGTH && path[0].der == leaf.der);
    let anchor = path.last().unwrap();
    assert!(trust.anchors.iter().any(|it| it.der == anchor.der), "it ends where nobody is trusted");
    let budget = Budget::default();
    for pair in path.windows(2) {
        let (below, above) = (pair[0], pair[1]);
        assert!(above.subject.says_the_same(&below.issuer), "another name");
        match Signatures::new(&budget).has_signed(above, below) {
            // Others may know an algorithm that is not known here.
            Err(SignatureError::NotChecked) if !is_strict => {}
            signed => assert_eq!(signed, Ok(()), "a signature that does not hold"),
        }
        let is_old = !is_strict && is_old_ca(above, above.der == anchor.der);
        assert!(above.is_ca() || is_old, "it may not issue");
        assert!(above.not_after.is_some_and(|end| end >= trust.at), "it has ended");
    }
}
