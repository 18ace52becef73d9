//! Secrets in a pasted text are overwritten before anything of it is shown, byte by byte, so that places stay true.
//!
//! Deny by default: behind a word that carries secrets goes whatever follows, in whatever syntax, and when in doubt the
//! rest of the line. What a code or an address needs is read before, from the text as it is.

mod blob;
mod call;
mod carrying;
mod doubtful;
mod flag;
mod program;
mod shape;
mod token;
mod value;

use std::{ops::Range, sync::LazyLock};

use super::{lexicon::Lexicon, words::Words, work};

/// Words behind which a secret stands: its value, or the rest of the line.
const NAMES: [&str; 84] = [
    "pragma key",
    "sharedaccesskey",
    "shared_access_key",
    "shared access key",
    "sharedaccesssignature",
    "accountkey",
    "account_key",
    "primarykey",
    "primary_key",
    "primary key",
    "secondarykey",
    "secondary_key",
    "secondary key",
    "symmetrickey",
    "symmetric_key",
    "symmetric key",
    "devicekey",
    "device_key",
    "masterkey",
    "master_key",
    "password",
    "passwort",
    "passwd",
    "passphrase",
    "pass_phrase",
    "pass phrase",
    "pass-phrase",
    "passwrd",
    "pwd",
    "psk",
    "secret",
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "accesstoken",
    "refresh_token",
    "sastoken",
    "sas_token",
    "sas-token",
    "authorization",
    "cookie",
    "credential=",
    "credentials",
    "key s",
    "userpin",
    "pin-value",
    "primary-key",
    "secondary-key",
    "symmetric-key",
    "device-key",
    "shared-access-key",
    "subscription-key",
    "functions-key",
    "authtoken",
    "auth-token",
    "_auth",
    "requirepass",
    "securestring",
    "keymaterial",
    "owner-auth",
    "owner_auth",
    "ownerauth",
    "endorsement_auth",
    "device_id_pk",
    "auth_code",
    "passcode",
    "one-time code",
    "verification code",
    "from-literal",
    // The prompts of other languages. typos: off
    "kennwort",
    "mot de passe",
    "contraseña",
    "senha",
    "wachtwoord",
    "parola d'ordine",
    "hasło",
    "ароль",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "암호",
    "비밀번호",
    // typos: on
];
/// Short ones, which are parts of other words as well: they count with what joins name and value.
const SHORT: [&str; 9] = ["sig", "key", "pin", "pass", "token", "pw", "code", "jwt", "sas"];
/// Flags of clients whose next word is a secret, or holds one.
const FLAGS: [&str; 26] = [
    "-p",
    "-u",
    "-pw",
    "--pass",
    "--pw",
    "-passin",
    "-passout",
    "--user",
    "--proxy-user",
    "-k",
    "--key-password",
    "--keypass",
    "-storepass",
    "-keypass",
    "-srcstorepass",
    "-deststorepass",
    "-password",
    "--cert",
    "-e",
    "--value",
    "/p",
    "-string",
    "--pk",
    "--sk",
    "--so-pin",
    "-new",
];
/// The same where the value stands right behind, blank or not.
const HOLDERS: [&str; 7] =
    [" /user:", "sqlplus ", " <<< ", "<(echo ", "<(printf ", "send \"", "identified by "];
/// Calls that take a secret as one of their quoted words without being named after it, and from which on.
const CALLS: [(&str, usize); 15] = [
    ("credential]::new(", 2),
    ("wifi.begin(", 2),
    ("username_pw_set(", 2),
    ("pscredential(", 2),
    (".connect(", 3),
    ("withcredentials(", 2),
    ("networkcredential(", 2),
    ("x509certificate2(", 2),
    ("load_cert_chain(", 2),
    ("auth=(", 2),
    ("loadpkcs12fromfile(", 2),
    ("loadpkcs12(", 2),
    ("createfromencryptedpemfile(", 2),
    ("mbedtls_pk_parse_keyfile(", 2),
    ("credentials: some((", 2),
];
/// What a program makes of a password that stands in quotes right before.
const MADE_OF: &str = ".tochararray(";
/// Commands of modems.
const COMMANDS: [&str; 3] = ["at+", "at#", "at%"];
/// The end of the line before a private key, and of the one behind it.
const KEY: &str = "private key";
/// What a URL may have its user and password behind.
const URL: &str = "://";
/// What is said to another program through a pipe may be for it alone.
const ECHOES: [&str; 2] = ["echo ", "printf "];
/// What makes a secret of the text that is piped into it.
const PIPED: &str = "| convertto-securestring";
/// What `user:password` stands before, without a scheme as well.
const HOST: &str = "@";
/// How tokens begin that name themselves.
const TOKENS: [&str; 7] = ["bearer ", "basic ", "eyj", "ghp_", "github_pat_", "xoxb-", "akia"];

/// What an anchor is.
#[derive(Clone, Copy)]
enum Kind {
    Name,
    Short,
    Flag,
    Holder,
    Program(usize),
    Key,
    Url,
    Token,
    Call(usize),
    Command,
    Piped,
    Echo,
    Host,
    MadeOf,
}

static ANCHORS: LazyLock<Option<Words>> = LazyLock::new(|| Words::new(anchors().map(|(word, _)| word)));

fn anchors() -> impl Iterator<Item = (&'static str, Kind)> {
    let of = |words: &'static [&'static str], kind: Kind| words.iter().map(move |word| (*word, kind));
    of(&NAMES, Kind::Name)
        .chain(of(&SHORT, Kind::Short))
        .chain(of(&FLAGS, Kind::Flag))
        .chain(of(&HOLDERS, Kind::Holder))
        .chain(of(&ECHOES, Kind::Echo))
        .chain(program::names().enumerate().map(|(number, name)| (name, Kind::Program(number))))
        .chain(of(&COMMANDS, Kind::Command))
        .chain(CALLS.iter().map(|(word, place)| (*word, Kind::Call(*place))))
        .chain([
            (KEY, Kind::Key),
            (URL, Kind::Url),
            (HOST, Kind::Host),
            (PIPED, Kind::Piped),
            (MADE_OF, Kind::MadeOf),
        ])
        .chain(of(&TOKENS, Kind::Token))
}

/// What a secret is overwritten with.
const MASK: u8 = b'*';
/// Overwrites what [`spans`] found.
pub(super) fn mask(text: &mut [u8], spans: Vec<Range<usize>>) {
    for span in spans {
        let secret = text.get_mut(span).unwrap_or_default();
        secret.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = MASK);
    }
}

/// Where passwords, tokens, shared access keys and signatures, and private keys stand.
pub(super) fn spans(text: &[u8]) -> Vec<Range<usize>> {
    let Some(anchors) = &*ANCHORS else {
        // Cannot happen: the words are constants. Showing nothing is better than showing a secret.
        return std::iter::once(0..text.len()).collect();
    };
    let kinds: Vec<Kind> = self::anchors().map(|(_, kind)| kind).collect();
    let mut spans = blob::keys(text);
    let mut masked = 0..0;
    for found in anchors.find(text) {
        work::step();
        let (start, end) = (found.start(), found.end());
        let kind = kinds.get(found.pattern().as_usize());
        let is_program = matches!(kind, Some(Kind::Program(_)));
        if masked.start <= start && end <= masked.end && !is_program {
            continue;
        }
        let span = match kind {
            Some(Kind::Name) => value::behind(text, start, end, false),
            Some(Kind::Short) => value::behind(text, start, end, true),
            Some(Kind::Flag) => flag::value(text, start, end),
            Some(Kind::Holder) => flag::held(text, start, end),
            Some(Kind::Program(number)) => {
                spans.extend(program::secrets(text, start, end, *number));
                None
            }
            Some(Kind::Key) => token::private_key(text, start, end),
            Some(Kind::Url) => token::user_info(text, end),
            Some(Kind::Token) => token::token(text, start, end),
            Some(Kind::Call(place)) => call::quoted(text, end, *place),
            Some(Kind::Command) => call::command(text, start, end),
            Some(Kind::Piped) => call::quoted_before(text, start),
            Some(Kind::Echo) => call::piped(text, start, end),
            Some(Kind::Host) => token::user_before(text, start),
            Some(Kind::MadeOf) => call::before(text, start),
            None => None,
        };
        if let Some(span) = span.filter(|span| span.start < span.end) {
            // Of two that overlap the one that reaches further.
            if span.end > masked.end {
                masked = span.clone();
            }
            spans.push(span);
        }
    }
    spans
}

/// A quotation without what may be a secret that nothing names; `line` is all of the line that it is of.
pub(super) fn quotable(text: &str, line: &str) -> String {
    doubtful::without(&without_long_runs(text), line, |word| Lexicon::get().knows(word))
}

/// A quotation with its long runs of base64 taken out: half a private key, a token that nothing names.
fn without_long_runs(text: &str) -> String {
    const LONGEST: usize = 32;
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain(['\n']) {
        if character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=') {
            run.push(character);
            continue;
        }
        let has = |kind: fn(&char) -> bool| run.chars().any(|it| kind(&it));
        let is_secret = run.len() >= LONGEST
            && has(char::is_ascii_uppercase)
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_digit)
            && !run.starts_with('/');
        out.push_str(if is_secret { "***" } else { &run });
        run.clear();
        if character != '\n' {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests;
