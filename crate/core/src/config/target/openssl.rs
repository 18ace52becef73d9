//! `openssl s_client`: reachability, the server's chain, and the handshake with the device's certificate.
//!
//! `-cert` sends the first certificate of its file alone; intermediates go by `-cert_chain` (openssl-s_client(1)).

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::config::command::{Line, Word};

pub(super) static TARGET: Target = Target {
    name: "openssl",
    title: "openssl s_client: TLS to the endpoint with the device's certificate",
    family: Family::Tool,
    needs: &[Piece::Leaf, Piece::Intermediates, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, ..Limits::NONE },
    home: None,
    proof: Proof::Run("the script completes the handshake with the local DPS; shellcheck reads it"),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let mut words: Vec<Word> =
        ["openssl", "s_client", "-connect", job.text("endpoint"), "-servername", job.text("host"), "-tls1_2"]
            .map(Word::from)
            .into();
    words.extend(["-CAfile", job.text("roots_path"), "-verify_return_error"].map(Word::from));
    words.extend(["-cert", job.text("leaf_path"), "-key", job.text("key_path")].map(Word::from));
    if !job.device.intermediates().is_empty() {
        words.extend(["-cert_chain", job.text("intermediates_path")].map(Word::from));
    }
    let what = "Opens TLS to the provisioning endpoint with the device's certificate.";
    job.scripts(Files::new(), "handshake", what, &[Line::run(words)]).guide(
        "Anywhere; the certificate files and the key stay where the script says.",
        "./handshake.sh, or handshake.ps1 or handshake.cmd on Windows; OpenSSL 1.1.1 or later",
        "`Verify return code: 0 (ok)`. That proves reachability and the server's root. It says little of the device's \
         certificate: DPS judges that after the handshake, when the device registers.",
    )
}
