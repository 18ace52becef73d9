//! Which wrong dates one wrong clock explains, and is told once.
#![allow(clippy::unwrap_used, reason = "a broken fixture is a failed test")]

use dps_x509_core::{
    cert::{Inputs, Purpose, Read, UnixTime, check},
    finding::{Family, Place},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

/// First and last year of root, intermediate and leaf.
type Years = [(i32, i32); 3];

/// Code and message of what is wrong with the dates on the first day of a year.
fn told(years: Years, at: i64) -> Vec<(&'static str, String)> {
    let [root, intermediate, leaf] =
        [("root", true), ("intermediate", true), ("device-1", false)].map(|(name, is_ca)| {
            let mut params = CertificateParams::default();
            params.distinguished_name = rcgen::DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = if is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::ExplicitNoCa };
            params
        });
    let in_years = |mut params: CertificateParams, (from, to): (i32, i32)| {
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        params
    };
    let keys: [KeyPair; 3] = [(); 3].map(|()| KeyPair::generate().unwrap());
    let [root_key, intermediate_key, leaf_key] = &keys;
    let root = in_years(root, years[0]);
    let intermediate = in_years(intermediate, years[1]);
    let leaf = in_years(leaf, years[2]);
    let by_root = Issuer::from_params(&root, root_key);
    let by_intermediate = Issuer::from_params(&intermediate, intermediate_key);
    let text = leaf.signed_by(leaf_key, &by_intermediate).unwrap().pem()
        + &intermediate.signed_by(intermediate_key, &by_root).unwrap().pem()
        + &root.self_signed(root_key).unwrap().pem();
    let report = check(&Inputs {
        files: vec![Read::new(Purpose::DeviceChain, Place::default(), text.into_bytes())],
        at: UnixTime::from_civil(at, 1, 1, 0, 0, 0),
        ..Inputs::default()
    });
    let dates = report.findings.into_iter().filter(|finding| finding.family() == Family::Validity);
    dates.map(|finding| (finding.code(), finding.to_string())).collect()
}

#[test]
fn one_clock_is_told_once_and_several_causes_are_not() {
    let whole = told([(2020, 2040), (2020, 2040), (2025, 2030)], 1970);
    assert!(
        matches!(whole.as_slice(), [("DX412", all)] if all.starts_with("None of the chain's 3")),
        "{whole:?}"
    );
    let some = told([(2000, 2040), (2020, 2040), (2025, 2030)], 2010);
    assert!(
        matches!(some.as_slice(), [("DX412", two)] if two.starts_with("2 of the chain's 3 certificates are not")),
        "{some:?}"
    );
    let ahead = told([(2000, 2040), (2020, 2040), (2025, 2030)], 2100);
    assert!(matches!(ahead.as_slice(), [("DX411", all)] if all.starts_with("None of")), "{ahead:?}");
    // A clock explains that as well, but two certificates that end on their own days more likely.
    let over = told([(2000, 2060), (2020, 2040), (2025, 2030)], 2050);
    assert_eq!(over.iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["DX411", "DX411"], "{over:?}");
    // There is no time at which all of them are valid.
    let apart = told([(2000, 2060), (2020, 2040), (2041, 2045)], 1970);
    assert_eq!(apart.len(), 3, "{apart:?}");
    let leaf = told([(2000, 2060), (2020, 2040), (2025, 2030)], 2035);
    assert!(matches!(leaf.as_slice(), [("DX411", one)] if one.starts_with("The device's")), "{leaf:?}");
    assert_eq!(told([(2000, 2060), (2020, 2040), (2025, 2030)], 2027), []);
}
