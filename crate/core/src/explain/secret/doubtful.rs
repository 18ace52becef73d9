//! Words of a quotation that may be secrets though nothing names them.
//!
//! Which word of a line is the secret only the program that takes it knows, and no list of programs is complete. A quotation
//! is there for the words of the failure, and those the lexicon knows. So it keeps them, and hosts, files, identifiers,
//! addresses, times and numbers, and leaves out every other word: a name of a device less is shown, and no password more.

use super::carrying;

/// What stands around words.
const SEPARATORS: &str = " \t\r\n\"'`<>()[]{},;:=|&?@/\\";
/// Words that stay and that no client's message has alone: of the trade, and of what logs are made of.
const OTHERS: &str = "aes api apr arm array at aug cbc chacha debug dec devices dps ecdhe ecdsa errors exception feb file fri func \
    gcm get hmac hub id info iot iothub ipv jan json jul jun line main mar may mon mqttv ms nov object oct pkcs \
    poly put registrations res rid rsa sat seconds secp sep sha sslv strings sun thread thu time timestamp tlsv \
    trace tracking transport tue twin utc utf warn wed";
/// What ends in digits and is of the trade; any other word with digits behind it may be a password of a line that has one.
const NUMBERED: &str = "aes128 aes192 aes256 base64 ed25519 http2 ipv4 ipv6 p256 p384 p521 pkcs11 pkcs12 pkcs5 pkcs7 pkcs8 \
    rsa1024 rsa2048 rsa3072 rsa4096 sha1 sha224 sha256 sha384 sha512 utf16 utf8 win32 x25519 x509";
/// Ends of names of files and hosts.
const NAMES: [&str; 47] = [
    "arpa", "c", "cc", "cer", "cert", "cfg", "class", "cloud", "cn", "com", "conf", "cpp", "crt", "cs",
    "csr", "de", "der", "dll", "erl", "eu", "exe", "go", "h", "home", "internal", "io", "jar", "java", "js",
    "json", "key", "lan", "local", "log", "net", "org", "p12", "pem", "pfx", "php", "py", "rs", "so", "toml",
    "ts", "yaml", "yml",
];
/// Ports that are no PIN.
const PORTS: [&str; 8] = ["1883", "8883", "8443", "8084", "8083", "5671", "5672", "8080"];
/// Words before a number that is not a PIN, by their ends.
const BEFORE: [&str; 7] = ["alert", "errno", "error", "errorcode", "exception", "line", "status"];
/// A run of digits that is shorter is no PIN.
const SHORTEST_PIN: usize = 4;

/// The quotation with three asterisks in place of each such word; `knows` is asked for runs of letters in lower case, and
/// `line` is all of the line.
pub(super) fn without(text: &str, line: &str, knows: impl Fn(&str) -> bool) -> String {
    let line = Line { carries: carrying::carries(line), knows };
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    for word in text.split_inclusive(is_separator) {
        let bare = word.strip_suffix(is_separator).unwrap_or(word);
        out.push_str(if line.keeps(bare, before) { bare } else { "***" });
        out.push_str(word.get(bare.len()..).unwrap_or_default());
        if !bare.is_empty() {
            before = bare;
        }
    }
    out
}

fn is_separator(character: char) -> bool {
    SEPARATORS.contains(character)
}

/// The line that is quoted.
struct Line<Knows> {
    /// Whether a number of it may be a secret as well.
    carries: bool,
    knows: Knows,
}

impl<Knows: Fn(&str) -> bool> Line<Knows> {
    fn keeps(&self, word: &str, before: &str) -> bool {
        let count = |kind: fn(char) -> bool| word.chars().filter(|character| kind(*character)).count();
        let (letters, digits) = (count(char::is_alphabetic), count(|it| it.is_ascii_digit()));
        if letters == 0 {
            let is_told = !self.carries && (before.is_empty() || self.keeps(before, ""));
            return digits < SHORTEST_PIN || is_told || is_figure(word, before);
        }
        let is_alone = letters == 1 && (digits < SHORTEST_PIN || !self.carries);
        is_alone || is_number(word, before) || is_id(word) || is_name(word) || self.is_known(word)
    }

    /// Whether its letters are words of clients: `ssl3_read_bytes`, `SocketException10061`, `2026-02-03T10`.
    fn is_known(&self, word: &str) -> bool {
        let runs = word.split(|character: char| !character.is_ascii_alphabetic());
        let runs: Vec<&str> = runs.filter(|run| !run.is_empty()).collect();
        let longest = runs.iter().map(|run| run.len()).max().unwrap_or_default();
        let singles = runs.iter().filter(|run| run.len() == 1).count();
        // `[ERR!]`, `$dps`
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        let word = if has_digit { word } else { word.trim_end_matches('!').trim_start_matches('$') };
        let is_signed = word
            .chars()
            .any(|character| !character.is_ascii_alphanumeric() && !"._-+*#^…".contains(character));
        let is_of_words = |run: &&str| run.len() == 1 || self.is_word(run) || self.is_camel(run);
        if self.carries && is_numbered(word) && !runs.last().is_some_and(|last| is_failure(last)) {
            return false;
        }
        // `java.security.cert.CertPathBuilderException`, whatever the package.
        if !is_signed && !has_digit && runs.last().is_some_and(|last| is_failure(last)) {
            return true;
        }
        !is_signed && singles <= 2 && (longest > 1 || is_date(word)) && runs.iter().all(is_of_words)
    }

    fn is_word(&self, run: &str) -> bool {
        let lower = run.to_ascii_lowercase();
        OTHERS.split(' ').any(|word| word == lower) || carrying::names(&lower) || (self.knows)(&lower)
    }

    /// `MqttIotHubAdapter`
    fn is_camel(&self, run: &str) -> bool {
        let mut start = 0;
        let capitals = run.char_indices().skip(1).filter(|(_, letter)| letter.is_ascii_uppercase());
        let ends: Vec<usize> = capitals.map(|(at, _)| at).chain([run.len()]).collect();
        ends.into_iter().all(|end| {
            let part = run.get(start..end).unwrap_or_default();
            start = end;
            part.len() > 1 && self.is_word(part)
        })
    }
}

/// `mqtt1234`: letters, and some digits behind them.
fn is_numbered(word: &str) -> bool {
    const FEWEST: usize = 2;
    let letters = word.trim_end_matches(|character: char| character.is_ascii_digit());
    let is_of_trade = || NUMBERED.split(' ').any(|known| known.eq_ignore_ascii_case(word));
    word.len() - letters.len() >= FEWEST
        && !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !is_of_trade()
}

/// `SSLHandshakeException`: what ends so is the name of a failure, whose ever it is.
fn is_failure(run: &str) -> bool {
    run.starts_with(|first: char| first.is_ascii_uppercase())
        && ["Error", "Exception"].iter().any(|end| run.len() > end.len() && run.ends_with(end))
}

/// A time, a date, an address, a negative number, a port, the number of an error or a line: digits, and no PIN.
fn is_figure(word: &str, before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    word.starts_with('-')
        || word.trim_end_matches('.').contains('.')
        || is_date(word)
        || PORTS.contains(&word)
        || BEFORE.iter().any(|end| before.ends_with(end))
}

/// `2026-02-03`, and what goes on.
fn is_date(word: &str) -> bool {
    let mut parts = word.split('-').map(|part| part.bytes().take_while(u8::is_ascii_digit).count());
    parts.next() == Some(4) && parts.next() == Some(2) && parts.next() == Some(2)
}

/// `0x7f8c0d2f08`, `error:0A000418`.
fn is_number(word: &str, before: &str) -> bool {
    let is_hexadecimal = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("-0x"));
    digits.is_some_and(is_hexadecimal)
        || word.len() <= 8 && is_hexadecimal(word) && before.eq_ignore_ascii_case("error")
}

/// A GUID, which the service tells its answers by, or an ID scope.
fn is_id(word: &str) -> bool {
    let groups: Vec<usize> = word.split('-').map(str::len).collect();
    let is_guid =
        groups == [8, 4, 4, 4, 12] && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let scope = ["0ne", "0cn"].iter().find_map(|start| word.strip_prefix(start));
    is_guid || scope.is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A host or a file: labels with dots between them, of which the last is one of theirs.
fn is_name(word: &str) -> bool {
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || "._-*".contains(character);
    word.trim_end_matches('.').rsplit_once('.').is_some_and(|(first, last)| {
        !first.is_empty() && first.chars().all(is_of_name) && NAMES.contains(&&*last.to_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "error connection refused not authorised tls alert unknown ca the client could be opened ssl \
                         read bytes socket routines by of with rc host private port";

    fn shown(text: &str) -> String {
        without(text, text, |word| KNOWN.split(' ').any(|known| known == word))
    }

    #[test]
    fn what_no_client_writes_is_left_out() {
        for line in [
            "frobnicate me {} error: connection refused",
            "db.auth('me','{}') error: connection refused",
            "https://{}@host/x error: connection refused",
            "at+whatever=\"{}\" error: connection refused",
            "(me, {}) error: connection refused",
        ] {
            let secrets = [
                "sunflower42x",
                "Herbst2025",
                "9c1d77e0b2a64f",
                "Wq8!tZk3mV",
                "A1B2C3D4E",
                "error2024x!",
                "correct-horse-battery",
                "letmeinplease",
                "summer.rain",
                "Ärger",
                "x!y",
            ];
            for secret in secrets {
                let shown = shown(&line.replace("{}", secret));
                assert!(!shown.contains(secret) && shown.ends_with("error: connection refused"), "{shown}");
            }
        }
    }

    #[test]
    fn a_number_is_left_out_where_one_can_be_a_secret() {
        for line in
            ["frob --anything 84629173 rc=5", "frob login me 8462 rc=5", "wifi join home x84629173 rc=5"]
        {
            let shown = shown(line);
            assert!(!shown.contains("8462") && shown.ends_with("rc=5"), "{shown}");
        }
        assert_eq!(shown("error 84629173, rc=5"), "error 84629173, rc=5");
    }

    #[test]
    fn words_of_clients_with_digits_behind_them_may_be_a_password() {
        for secret in ["refused42", "TlsRead2024", "unknown007"] {
            let shown = shown(&format!("frob login me {secret} error: connection refused"));
            assert!(!shown.contains(secret) && shown.ends_with("error: connection refused"), "{shown}");
        }
        assert_eq!(shown("frob --client x509 tls read SHA256"), "*** --client x509 tls read SHA256");
        assert_eq!(shown("error42, connection refused"), "error42, connection refused");
    }

    #[test]
    fn what_a_failure_says_stays() {
        for text in [
            "2026-02-03T10:15:42.123Z error:0A000418:SSL routines: ssl3_read_bytes (-0x2700)",
            "SocketException10061 at gw1.acme.com:8883, tlsio_openssl.c line 4460, 0x7f8c0d2f08",
            "b3990321-f238-414d-96ad-dd52300db848 of 0ne00000E59, TLSv1.2 with AES128-SHA256",
            "the private key could not be opened by 10.0.0.4 port 8883: device.key, -9984, error 401002",
        ] {
            let text = text.replace("tlsio_openssl.c", "socket.c");
            assert_eq!(shown(&text), text);
        }
    }
}
