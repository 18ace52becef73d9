//! The search for a path at the edges of its limits: what is just allowed, and one more.

use dps_x509_core::cert::{
    Budget, Certificate, UnixTime,
    path::{Failure, MAX_LENGTH, MAX_REJECTIONS, MAX_STEPS, Problem, Rigour, Trust, signatures::Signatures},
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
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
