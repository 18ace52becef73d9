//! The search for a path at the edges of its limits: what is just allowed, and one more.

use dps_x509_core::cert::{
    Budget, Certificate, UnixTime,
    extension::oid,
    path::{Failure, MAX_LENGTH, MAX_REJECTIONS, MAX_STEPS, Problem, Rigour, Trust, signatures::Signatures},
    server_name::ServerName,
    signature::SignatureError,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DistinguishedName, DnType,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType,
};

use crate::AT;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2030, 1, 1);
    params.use_authority_key_identifier_extension = true;
    params
}

fn ca(name: &str) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn root(name: &str) -> Authority {
    CertifiedIssuer::self_signed(ca(name), key()).unwrap()
}

fn below(name: &str, above: &Authority) -> Authority {
    CertifiedIssuer::signed_by(ca(name), key(), above).unwrap()
}

fn leaf(above: &Authority) -> Certificate {
    let mut params = named("device-1");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    read(params.signed_by(&key(), above).unwrap().der())
}

fn read(der: &[u8]) -> Certificate {
    Certificate::read(der).unwrap()
}

/// A root, and as many CAs as a line below it; the last issues.
fn line(count: usize) -> Vec<Authority> {
    let mut all = vec![root("ca 0")];
    for n in 1..=count {
        let next = below(&format!("ca {n}"), all.last().unwrap());
        all.push(next);
    }
    all
}

/// Trust in the first, with the others between.
fn trust<'a>(anchor: &'a Certificate, between: impl IntoIterator<Item = &'a Certificate>) -> Trust<'a> {
    Trust {
        anchors: vec![anchor],
        intermediates: between.into_iter().collect(),
        at: UnixTime::from_seconds(AT.try_into().unwrap()),
        purpose: None,
        server_name: None,
        max_depth: 100,
    }
}

#[track_caller]
fn fails(found: Result<Vec<&Certificate>, Failure<'_>>, problem: Problem) {
    match found {
        Ok(path) => panic!("a path of {} holds", path.len()),
        Err(failure) => assert_eq!(failure.problem, problem),
    }
}

#[test]
fn a_path_has_sixteen_certificates() {
    let all = line(MAX_LENGTH - 1);
    let certificates: Vec<_> = all.iter().map(|it| read(it.der())).collect();
    let trust = trust(&certificates[0], &certificates[1..]);
    let longest = leaf(&all[MAX_LENGTH - 2]);
    assert_eq!(trust.verify(&longest).unwrap().len(), MAX_LENGTH);
    let longer = leaf(&all[MAX_LENGTH - 1]);
    fails(trust.verify(&longer), Problem::TooMuchWork);
}

#[test]
fn as_many_intermediates_stand_below_as_are_asked_for() {
    let all = line(3);
    let certificates: Vec<_> = all.iter().map(|it| read(it.der())).collect();
    let leaf = leaf(&all[3]);
    for (max_depth, is_deep) in [(3, false), (2, true), (0, true)] {
        let trust = Trust { max_depth, ..trust(&certificates[0], &certificates[1..]) };
        match trust.verify(&leaf) {
            Ok(path) => assert!(!is_deep && path.len() == 5),
            Err(failure) => assert!(is_deep && failure.problem == Problem::TooDeep, "{max_depth}"),
        }
    }
}

/// One certificate again and again costs a step each time and one signature in all.
#[test]
fn issuers_are_looked_at_so_many_times() {
    let (top, other) = (root("top"), root("other"));
    let (right, wrong) = (below("ca", &top), below("ca", &other));
    let (leaf, anchor) = (leaf(&right), read(top.der()));
    let (right, mut wrong) = (read(right.der()), read(wrong.der()));
    // Whose key identifier is another one comes last.
    wrong.subject_key_id = None;
    // The right one and the anchor are a step each.
    for (count, is_found) in [(MAX_STEPS - 2, true), (MAX_STEPS - 1, false)] {
        let between = std::iter::repeat_n(&wrong, count).chain([&right]);
        let trust = trust(&anchor, between);
        match trust.verify(&leaf) {
            Ok(path) => assert!(is_found && path.len() == 3),
            Err(failure) => {
                assert!(!is_found);
                assert_eq!(failure.problem, Problem::TooMuchWork);
            }
        }
    }
}

#[test]
fn so_many_signatures_are_checked() {
    let all = line(2);
    let certificates: Vec<_> = all.iter().map(|it| read(it.der())).collect();
    let (trust, leaf) = (trust(&certificates[0], &certificates[1..]), leaf(&all[2]));
    for (count, is_enough) in [(3, true), (2, false)] {
        let budget = Budget::default().with_signatures(count);
        let found = trust.verify_by(&leaf, &Signatures::new(&budget), Rigour::Strict);
        assert_eq!(found.is_ok(), is_enough, "{count}");
        found.err().into_iter().for_each(|failure| assert_eq!(failure.problem, Problem::TooMuchWork));
    }
}

#[test]
fn so_many_attempts_are_told_and_the_furthest_is_the_reason() {
    let (top, other) = (root("top"), root("top"));
    // Of one name, and none has signed: the last is the farthest, because its own issuer is missing.
    let issuing = below("ca", &other);
    let mut others: Vec<_> = (0..MAX_REJECTIONS + 4).map(|_| read(below("ca", &top).der())).collect();
    others.iter_mut().for_each(|other| other.subject_key_id = None);
    let (leaf, own, anchor) = (leaf(&issuing), read(issuing.der()), read(top.der()));
    let trust = trust(&anchor, others.iter().chain([&own]));
    let failure = trust.verify(&leaf).unwrap_err();
    assert_eq!(failure.rejections.len(), MAX_REJECTIONS);
    assert!(failure.rejections.iter().all(|it| it.problem == Problem::IssuerHasOtherKey));
    // Two certificates is farther than one.
    assert_eq!((failure.path.len(), failure.problem), (2, Problem::IssuerHasOtherKey));
    assert!(std::ptr::eq(failure.certificate, trust.intermediates[MAX_REJECTIONS + 4]));
    // Among equals the first.
    let first = trust_of(&trust, 3);
    let failure = first.verify(&leaf).unwrap_err();
    assert_eq!((failure.path.len(), failure.rejections.len()), (1, 3));
}

/// The same with the first so many intermediates.
fn trust_of<'a>(trust: &Trust<'a>, count: usize) -> Trust<'a> {
    Trust { intermediates: trust.intermediates[..count].to_vec(), ..trust.clone() }
}

#[test]
fn nobody_stands_in_a_path_twice() {
    // Each has signed the other, and nobody else has.
    let (one, two) = (key(), key());
    let (first, second) = (ca("one"), ca("two"));
    let (by_first, by_second) = (Issuer::from_params(&first, &one), Issuer::from_params(&second, &two));
    let crossed = read(first.signed_by(&one, &by_second).unwrap().der());
    let other = read(second.signed_by(&two, &by_first).unwrap().der());
    let mut params = named("device-1");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let leaf = read(params.signed_by(&key(), &by_first).unwrap().der());
    let anchor = read(root("elsewhere").der());
    let failure = trust(&anchor, [&crossed, &other]).verify(&leaf).unwrap_err();
    // Round once and not again: nothing that was tried was wrong, and no limit was met.
    assert_eq!((failure.rejections.len(), failure.problem), (0, Problem::IssuerNotFound));
}

#[test]
fn a_leaf_that_is_trusted_needs_nobody() {
    let own = root("device-1");
    let certificate = read(own.der());
    assert_eq!(trust(&certificate, []).verify(&certificate).unwrap().len(), 1);
    let stranger = read(root("device-1").der());
    fails(trust(&certificate, []).verify(&stranger), Problem::IssuerHasOtherKey);
    fails(trust(&certificate, []).verify(&read(root("nobody").der())), Problem::IssuerNotFound);
}

/// Section 6.1.4 (b): a CA that is issued by its own name (a change of its key) is free of the constraints above it; what is below
/// it is not, and neither is a leaf that is issued by its own name.
#[test]
fn name_constraints_are_for_all_but_self_issued_authorities() {
    let mut params = ca("top");
    let mut within = DistinguishedName::new();
    within.push(DnType::CommonName, "elsewhere");
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![],
        excluded_subtrees: vec![GeneralSubtree::DirectoryName(within)],
    });
    let top = CertifiedIssuer::self_signed(params, key()).unwrap();
    let anchor = read(top.der());
    let issuing = below("ca", &top);
    let allowed = leaf(&issuing);
    let between = read(issuing.der());
    assert!(trust(&anchor, [&between]).verify(&allowed).is_ok());
    let excluded = below("elsewhere", &top);
    let between = read(excluded.der());
    fails(trust(&anchor, [&between]).verify(&leaf(&excluded)), Problem::NameForbidden);

    // Each excludes its own name: the CA's new certificate may have it, and a device may not.
    for (name, problem) in [("ca", None), ("device-1", Some(Problem::NameForbidden))] {
        let mut params = ca(name);
        let mut own = DistinguishedName::new();
        own.push(DnType::CommonName, name);
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![],
            excluded_subtrees: vec![GeneralSubtree::DirectoryName(own)],
        });
        let top = CertifiedIssuer::self_signed(params, key()).unwrap();
        let (renewed, anchor) = (below("ca", &top), read(top.der()));
        let between = read(renewed.der());
        let leaf = leaf(if problem.is_none() { &renewed } else { &top });
        let found = trust(&anchor, [&between]).verify(&leaf);
        assert_eq!(found.err().map(|failure| failure.problem), problem, "{name}");
    }
}

/// The same name with another key, and the same key under another name, are others: a CA that has changed one of them.
#[test]
fn a_renewed_authority_is_another() {
    let old = root("ca");
    let renewed = below("ca", &old);
    let (leaf_of_new, between, anchor) = (leaf(&renewed), read(renewed.der()), read(old.der()));
    assert_eq!(trust(&anchor, [&between]).verify(&leaf_of_new).unwrap().len(), 3);

    let shared = key();
    let (above, under) = (ca("above"), ca("under"));
    let issuer = Issuer::from_params(&above, &shared);
    let anchor = read(above.self_signed(&shared).unwrap().der());
    let between = read(under.signed_by(&shared, &issuer).unwrap().der());
    let mut params = named("device-1");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let leaf = read(params.signed_by(&key(), &Issuer::from_params(&under, &shared)).unwrap().der());
    assert_eq!(trust(&anchor, [&between]).verify(&leaf).unwrap().len(), 3);
}

/// What OpenSSL goes by and RFC 5280 does not: which certificate of that name the issuer is (section 4.2.1.1), and the first bit of
/// `nsCertType`.
#[test]
fn some_extensions_count_where_verification_is_as_usual() {
    let mut params = ca("top");
    params.serial_number = Some(vec![7].into());
    let top = CertifiedIssuer::self_signed(params, key()).unwrap();
    let anchor = read(top.der());
    let judged = |oid: &[u64], value: Vec<u8>, rigour, purpose| {
        let mut params = named("device-1");
        params.use_authority_key_identifier_extension = oid != [2, 5, 29, 35];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.custom_extensions = vec![CustomExtension::from_oid_content(oid, value)];
        let leaf = read(params.signed_by(&key(), &top).unwrap().der());
        let trust = Trust { purpose, ..trust(&anchor, []) };
        let budget = Budget::default();
        let found = trust.verify_by(&leaf, &Signatures::new(&budget), rigour).map(|path| path.len());
        found.err().map(|failure| failure.problem)
    };
    let usual = Rigour::Usual { is_timed: true };
    for (name, serial, problem) in [
        (b"top", 7, None),
        (b"top", 8, Some(Problem::IssuerHasOtherIdentifiers)),
        (b"pot", 7, Some(Problem::IssuerHasOtherIdentifiers)),
    ] {
        let cn = [&b"\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03"[..], name].concat();
        let value = [&b"\x30\x17\xa1\x12\xa4\x10"[..], &cn, &[0x82, 1, serial]].concat();
        assert_eq!(judged(&[2, 5, 29, 35], value.clone(), usual, None), problem, "{name:?} {serial}");
        assert_ne!(
            judged(&[2, 5, 29, 35], value, Rigour::Strict, None),
            Some(Problem::IssuerHasOtherIdentifiers)
        );
    }
    let server = b"\x03\x02\x06\x40".to_vec();
    for (rigour, purpose, problem) in [
        (usual, Some(oid::CLIENT_AUTH), Some(Problem::PurposeNotAllowedByNetscape)),
        (usual, None, None),
        (Rigour::Strict, Some(oid::CLIENT_AUTH), None),
    ] {
        let found = judged(&[2, 16, 840, 1, 113_730, 1, 1], server.clone(), rigour, purpose);
        assert_eq!(found, problem, "{rigour:?}");
    }
    let client = b"\x03\x02\x07\x80".to_vec();
    assert_eq!(judged(&[2, 16, 840, 1, 113_730, 1, 1], client, usual, Some(oid::CLIENT_AUTH)), None);
}

/// The problem of a leaf below the last of these, by what is usual and strictly.
fn problems(leaf: &Certificate, anchor: &Certificate, between: &[Certificate]) -> [Option<Problem>; 2] {
    [Rigour::Usual { is_timed: true }, Rigour::Strict].map(|rigour| {
        let budget = Budget::default();
        let found = trust(anchor, between).verify_by(leaf, &Signatures::new(&budget), rigour);
        found.err().map(|failure| failure.problem)
    })
}

/// Others may know an algorithm that is not known here.
#[test]
fn what_is_not_checked_holds_where_verification_is_as_usual() {
    let top = root("top");
    let mut params = named("device-1");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let mut der = params.signed_by(&key(), &top).unwrap().der().to_vec();
    // ecdsa-with-SHA256, inside and outside of what is signed, becomes another of its arc.
    let known = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    let places: Vec<_> = (0..der.len()).filter(|&at| der[at..].starts_with(&known)).collect();
    assert_eq!(places.len(), 2);
    places.into_iter().for_each(|at| der[at + 7] = 99);
    let strict = Some(Problem::Signature(SignatureError::NotChecked));
    assert_eq!(problems(&read(&der), &read(top.der()), &[]), [None, strict]);
}

/// Of what the service has, OpenSSL asks no more than that it may sign certificates.
#[test]
fn an_old_authority_is_one_where_it_is_trusted() {
    let mut params = ca("old");
    params.is_ca = IsCa::NoCa;
    let old = CertifiedIssuer::self_signed(params.clone(), key()).unwrap();
    let [usual, strict] = problems(&leaf(&old), &read(old.der()), &[]);
    assert!(usual.is_none() && matches!(strict, Some(Problem::Violation(_))), "{usual:?}, {strict:?}");
    let top = root("top");
    let between = CertifiedIssuer::signed_by(params, key(), &top).unwrap();
    let found = problems(&leaf(&between), &read(top.der()), &[read(between.der())]);
    assert!(found.iter().all(|it| matches!(it, Some(Problem::Violation(_)))), "{found:?}");
}

#[test]
fn a_server_is_called_by_a_name_that_it_has() {
    let top = root("top");
    let mut params = named("server");
    params.subject_alt_names = vec![SanType::DnsName("dps.example".try_into().unwrap())];
    let (server, anchor) = (read(params.signed_by(&key(), &top).unwrap().der()), read(top.der()));
    for (name, problem) in [("dps.example", None), ("hub.example", Some(Problem::OtherServer))] {
        let server_name = Some(ServerName::Dns(name.to_owned()));
        let found = Trust { server_name, ..trust(&anchor, []) }.verify(&server).map(|path| path.len());
        assert_eq!(found.err().map(|failure| failure.problem), problem, "{name}");
    }
}

/// Of two paths that come as far as each other the first is told.
#[test]
fn among_equals_the_first_is_the_reason() {
    let (expired, other) = (key(), root("ca"));
    let mut params = ca("ca");
    (params.not_before, params.not_after) =
        (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
    let first = read(params.self_signed(&expired).unwrap().der());
    let mut second = read(other.der());
    second.subject_key_id = None;
    let mut params = named("device-1");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let leaf = read(params.signed_by(&key(), &Issuer::from_params(&ca("ca"), &expired)).unwrap().der());
    let anchor = read(root("elsewhere").der());
    let failure = trust(&anchor, [&first, &second]).verify(&leaf).unwrap_err();
    assert_eq!((failure.problem, failure.rejections.len()), (Problem::Expired, 2));
    assert_eq!(failure.rejections[1].problem, Problem::IssuerHasOtherKey);
}

/// The first second and the last one are within (section 4.1.2.5), of the leaf and of whoever stands above it.
#[test]
fn validity_begins_and_ends_with_a_second() {
    let (start, end) = (1_767_225_600, 1_893_456_000);
    let top = root("top");
    let issuing = below("ca", &top);
    let (leaf, between, anchor) = (leaf(&issuing), read(issuing.der()), read(top.der()));
    for rigour in [Rigour::Strict, Rigour::Usual { is_timed: true }] {
        for (at, expected) in [
            (start - 1, Some(Problem::NotYetValid)),
            (start, None),
            (end, None),
            (end + 1, Some(Problem::Expired)),
        ] {
            let trust = Trust { at: UnixTime::from_seconds(at), ..trust(&anchor, [&between]) };
            let budget = Budget::default();
            let found = trust.verify_by(&leaf, &Signatures::new(&budget), rigour);
            assert_eq!(found.err().map(|failure| failure.problem), expected, "{at}, {rigour:?}");
        }
    }
    let trust = Trust { at: UnixTime::from_seconds(start - 1), ..trust(&anchor, [&between]) };
    let untimed = Rigour::Usual { is_timed: false };
    assert!(trust.verify_by(&leaf, &Signatures::new(&Budget::default()), untimed).is_ok());
}
