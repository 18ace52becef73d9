//! What shows that a certificate with CA:TRUE is a CA's, each thing alone.

use dps_x509_core::cert::{
    Certificate,
    path::authority::{Evidence, evidence},
};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

const SIGNS: &[KeyUsagePurpose] = &[KeyUsagePurpose::KeyCertSign];
const NO_CA: IsCa = IsCa::ExplicitNoCa;
const CA: IsCa = IsCa::Ca(BasicConstraints::Unconstrained);
const LOWEST_CA: IsCa = IsCa::Ca(BasicConstraints::Constrained(0));

fn certificate(name: Option<&str>, is_ca: IsCa, usages: &[KeyUsagePurpose], is_issued: bool) -> Certificate {
    let named = |name: Option<&str>| {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "plant");
        name.into_iter().for_each(|name| params.distinguished_name.push(DnType::CommonName, name));
        params
    };
    let (key, above) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let mut params = named(name);
    (params.is_ca, params.key_usages) = (is_ca, usages.to_vec());
    let made = if is_issued {
        params.signed_by(&key, &Issuer::from_params(&named(Some("above")), &above))
    } else {
        params.self_signed(&key)
    };
    Certificate::read(made.unwrap().der()).unwrap()
}

#[test]
fn each_of_them_is_enough() {
    for (name, is_ca, usages, is_issued, expected) in [
        (Some("device-1"), CA, SIGNS, false, Some(Evidence::KeyCertSign)),
        (Some("device-1"), LOWEST_CA, SIGNS, true, Some(Evidence::KeyCertSign)),
        (Some("device-1"), LOWEST_CA, &[], false, Some(Evidence::PathLength)),
        (Some("device-1"), LOWEST_CA, &[KeyUsagePurpose::DigitalSignature], true, Some(Evidence::PathLength)),
        (Some("device-1"), CA, &[], true, Some(Evidence::IssuedAsCa)),
        (Some("My Root"), CA, &[], true, Some(Evidence::IssuedAsCa)),
        (Some("My Root"), CA, &[], false, Some(Evidence::NoDevicesName)),
        (None, CA, &[], false, Some(Evidence::NoDevicesName)),
        (Some("device-1"), CA, &[], false, None),
        (Some("root"), CA, &[KeyUsagePurpose::DigitalSignature], false, None),
        (Some("My Root"), NO_CA, SIGNS, true, None),
    ] {
        let found = evidence(&certificate(name, is_ca, usages, is_issued));
        assert_eq!(found, expected, "{name:?}, {is_ca:?}, {usages:?}, issued: {is_issued}");
    }
}

/// The CAs of IoT Edge have a rule of their own, each by its name, if it may sign.
#[test]
fn a_ca_of_iot_edge_is_left_out() {
    for (name, is_issued, is_edge) in [
        ("gateway.ca", true, true),
        ("Gateway.CA", true, true),
        ("gateway.ca", false, false),
        ("gateway.cab", true, false),
        ("IoTEdged Workload CA gateway", false, true),
        ("Workload CA", true, true),
        ("iotedged", false, true),
        ("aziot-edged CA", false, true),
        ("gateway", true, false),
    ] {
        let signs = evidence(&certificate(Some(name), CA, SIGNS, is_issued));
        assert_eq!(signs, (!is_edge).then_some(Evidence::KeyCertSign), "{name}, issued: {is_issued}");
    }
    let no_signer = certificate(Some("gateway.ca"), CA, &[], true);
    assert_eq!(evidence(&no_signer), Some(Evidence::IssuedAsCa));
}
