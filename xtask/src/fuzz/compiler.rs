//! The compiler as Cargo calls it for the targets: arithmetic is left out of what libFuzzer watches.
//!
//! Which branch a multiplication takes says nothing about an input, and watching it took most of the time of every target that
//! checks a signature or derives a key.

use std::{
    env,
    ffi::OsString,
    process::{Command, ExitCode},
};

use super::COVERAGE;

/// Set where this program stands in for the compiler (`RUSTC_WRAPPER`).
pub(super) const VARIABLE: &str = "DPS_X509_FUZZ_COMPILER";

/// Crates of arithmetic, ciphers and hashes.
const ARITHMETIC: [&str; 38] = [
    "aes",
    "block_buffer",
    "block_padding",
    "cbc",
    "chacha20",
    "cipher",
    "crypto_bigint",
    "crypto_primes",
    "ctutils",
    "curve25519_dalek",
    "des",
    "digest",
    "ecdsa",
    "ed25519",
    "ed25519_dalek",
    "elliptic_curve",
    "fiat_crypto",
    "hmac",
    "hybrid_array",
    "md5",
    "num_bigint",
    "p256",
    "p384",
    "p521",
    "pbkdf2",
    "pkcs5",
    "primefield",
    "primeorder",
    "rand_chacha",
    "rand_core",
    "rc2",
    "ring",
    "rsa",
    "salsa20",
    "scrypt",
    "sha1",
    "sha2",
    "subtle",
];

/// Runs the compiler that Cargo asked for, if this program stands in for it.
pub(crate) fn stand_in() -> Option<ExitCode> {
    env::var_os(VARIABLE)?;
    let mut arguments = env::args_os().skip(1);
    let compiler = arguments.next()?;
    let arguments: Vec<OsString> = arguments.collect();
    let name = arguments.iter().skip_while(|argument| *argument != "--crate-name").nth(1);
    let is_arithmetic = name.is_some_and(|name| ARITHMETIC.iter().any(|known| name == known));
    let is_coverage = |argument: &OsString| COVERAGE.split_whitespace().any(|flag| argument == flag);
    let kept = arguments.iter().filter(|argument| !(is_arithmetic && is_coverage(argument)));
    match Command::new(&compiler).args(kept).status() {
        Ok(status) if status.success() => Some(ExitCode::SUCCESS),
        Ok(_) => Some(ExitCode::FAILURE),
        Err(error) => {
            eprintln!("{} could not be run: {error}", compiler.display());
            Some(ExitCode::FAILURE)
        }
    }
}
