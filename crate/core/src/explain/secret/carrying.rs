//! Lines on which a number may be a secret: a PIN, a code for pairing, a password of digits.

/// What such a line has, as a part of any of its words.
const WITHIN: [&str; 20] = [
    "passw",
    "passphrase",
    "passcode",
    "passkey",
    "secret",
    "token",
    "credential",
    "login",
    "logon",
    "signin",
    "unlock",
    "unseal",
    "community",
    "kennwort",
    "creds",
    "pairing",
    "bearer",
    "pincode",
    "install code",
    "@",
];
/// The same as the end of a run of letters: `authkey`, `masterauth`, `db_pwd`.
const ENDS: [&str; 10] = ["key", "keys", "pass", "pwd", "auth", "cred", "psk", "user", "users", "admin"];
/// The same as a whole run of letters, which are parts of other words as well.
const WHOLE: [&str; 18] = [
    "pin", "puk", "pw", "otp", "sas", "sak", "sig", "jwt", "wifi", "wlan", "ssid", "join", "joiner", "oath",
    "admins", "psks", "identify", "setup",
];
/// What a modem is told.
const MODEM: [&str; 4] = ["at+", "at%", "at#", "at^"];

/// Whether a number on a line may be a secret.
pub(super) fn carries(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let is_run = |run: &str| WHOLE.contains(&run) || ENDS.iter().any(|end| run.ends_with(end));
    let is_blank = |character: char| character.is_ascii_whitespace() || "\"'([,".contains(character);
    WITHIN.iter().chain(&MODEM).any(|word| line.contains(word))
        || line.split(is_blank).any(is_flag)
        || line.split(|character: char| !character.is_ascii_alphabetic()).any(is_run)
}

/// Whether a run of letters is a word for a secret, and none itself.
pub(super) fn names(run: &str) -> bool {
    WHOLE.contains(&run) || ENDS.contains(&run) || WITHIN.contains(&run)
}

/// `-x`, `--long`, and not a dash, a number or a ruler.
fn is_flag(word: &str) -> bool {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
    name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()))
}
