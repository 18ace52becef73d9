//! What of a device is cryptography, and so cannot be saved: the operations of its handshake, by openssl and by ring.
//!
//! A device signs once, verifies the server's certificate and its handshake, and makes and agrees on a key of X25519. Ciphers
//! and digests are left out: they take a few microseconds of a device's two kilobytes.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use ring::{
    agreement::{EphemeralPrivateKey, UnparsedPublicKey as Point, X25519, agree_ephemeral},
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
    },
};

/// For each operation of ring.
const MEASURED: Duration = Duration::from_millis(500);

/// Microseconds of the operations of one device.
pub(crate) fn by_openssl() -> f64 {
    let ecdsa = openssl_speed("ecdsap256", "+F4:");
    let [sign, verify] = ecdsa[..] else { panic!("openssl speed: {ecdsa:?}") };
    let ecdh = openssl_speed("ecdhx25519", "+F5:");
    // Making a key is the same multiplication.
    1e6 / sign + 2e6 / verify + 2e6 / ecdh[0]
}

/// How many of its operations a second come to, as `openssl speed -mr` tells: `+F4:NUMBER:BITS:RATE:RATE`.
fn openssl_speed(algorithm: &str, mark: &str) -> Vec<f64> {
    let output = Command::new("openssl").args(["speed", "-mr", "-seconds", "1", algorithm]).output();
    let output = output.expect("openssl measures what the cryptography takes");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix(mark)).unwrap_or_else(|| panic!("{text}"));
    let rates: Vec<f64> = line.split(':').skip(2).map(|number| number.parse().unwrap()).collect();
    rates.into_iter().filter(|rate| *rate >= 1.0).collect()
}

/// The same by what rustls calls here.
pub(crate) fn by_ring() -> f64 {
    let random = SystemRandom::new();
    let text = [7; 130];
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random).unwrap();
    let signature = key.sign(&random, &text).unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key().as_ref());
    let peer = EphemeralPrivateKey::generate(&X25519, &random).unwrap().compute_public_key().unwrap();
    let peer = Point::new(&X25519, peer.as_ref());
    let sign = microseconds(|| key.sign(&random, &text).map(|_| ()).unwrap());
    let verify = microseconds(|| public.verify(&text, signature.as_ref()).unwrap());
    let agree = microseconds(|| {
        let own = EphemeralPrivateKey::generate(&X25519, &random).unwrap();
        own.compute_public_key().unwrap();
        agree_ephemeral(own, &peer, |_| ()).unwrap();
    });
    sign + 2.0 * verify + agree
}

fn microseconds(mut operation: impl FnMut()) -> f64 {
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < MEASURED {
        operation();
        count += 1;
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(count)
}
