//! Proof of possession: DPS, here the emulator, takes the verification certificate and the CA is verified.

use std::fs;

use dps_x509_emulator::control::{Client, Token};

use super::{Room, assert_assigned};

#[tokio::test(flavor = "multi_thread")]
async fn a_ca_is_verified() {
    for (ca, key) in [("root.pem", "root-key.pem"), ("intermediate.pem", "intermediate-key.pem")] {
        let room = Room::new();
        room.generate("chain --registration-id device-1");
        let enrollments = format!(
            "id-scope = \"0ne00111111\"\n[[ca]]\nname = \"ca\"\ncertificate = \"{ca}\"\n[[group]]\nname = \"g\"\nca = \"ca\"\n"
        );
        fs::write(room.path("enrollments.toml"), enrollments).unwrap();
        let stand = room.emulate(&["--control", "127.0.0.1:0"]);
        let provision = || room.provision(&stand, "device-full-chain.pem", "device-key.pem");
        assert_eq!(provision().code, 1);
        let client = Client::new(
            stand.text("/control").parse().unwrap(),
            Some(Token::read(stand.text("/controlToken").as_ref()).unwrap()),
        );
        let code = client.new_verification_code("ca").await.unwrap();
        // Signed by another CA it proves nothing.
        let other = Room::new();
        other.generate("chain --registration-id device-1");
        other.generate(&format!("verification --ca {ca} --ca-key {key} --code {code}"));
        assert!(client.verify("ca", &fs::read(other.path("verification.pem")).unwrap()).await.is_err());
        room.generate(&format!("verification --ca {ca} --ca-key {key} --code {code}"));
        let verification = fs::read(room.path("verification.pem")).unwrap();
        client.verify("ca", &verification).await.unwrap_or_else(|error| panic!("{error}"));
        assert_assigned(&provision(), "device-1");
        // As a device it would be wrong, and `check` says just that.
        room.assert_ready("verification.pem --allow DX486 --allow DX431");
    }
}
