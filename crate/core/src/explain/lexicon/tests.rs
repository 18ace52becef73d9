//! Every row in every frame that logs have means what it means alone; other programs' texts mean nothing.

use std::collections::BTreeSet;

use super::{
    table::{CODES, PACKED},
    *,
};
use crate::{
    cert::Inputs,
    explain::{Explanation, work},
    finding::Place,
};

#[test]
fn every_row_means_something() {
    let (lexicon, mistakes) = Lexicon::read(TEXT);
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    assert!(lexicon.rows.len() > 2_500, "{} rows", lexicon.rows.len());
}

/// One message has one meaning: of two rows with the same words and no condition both would be told.
#[test]
fn the_same_words_mean_one_thing() {
    let (lexicon, _) = Lexicon::read(TEXT);
    let of_words = |row: &&Row| row.is_words() && row.near.is_empty() && row.unless.is_empty();
    let is_trouble = |meaning: &Meaning| {
        matches!(meaning, Meaning::Symptom(_) | Meaning::Connack(_) | Meaning::Alert(..) | Meaning::Status(_))
    };
    let mut meanings = std::collections::BTreeMap::<&[u8], Vec<(&str, Meaning)>>::new();
    for row in lexicon.rows.iter().filter(of_words) {
        if let row::Says::Means(meaning) = row.says
            && is_trouble(&meaning)
        {
            meanings.entry(row.anchor()).or_default().push((row.text, meaning));
        }
    }
    assert!(meanings.len() > 4_000, "{} were looked at", meanings.len());
    meanings
        .retain(|_, meant| meant.iter().any(|(_, other)| meant.first().is_some_and(|(_, one)| one != other)));
    assert!(meanings.is_empty(), "{meanings:#?}");
}

/// A sentence with one word of each concept of a rule means what the rule says: none stands in the way of another for good.
#[test]
fn every_rule_of_sentences_is_reached() {
    let (lexicon, _) = Lexicon::read(TEXT);
    let sentences = lexicon.sentences();
    let unreached = sentences.unreached();
    assert!(sentences.signs().count() > 100, "{} signs", sentences.signs().count());
    assert!(unreached.is_empty(), "{unreached:#?}");
}

/// What an explanation says, without places.
fn told(text: &str) -> BTreeSet<String> {
    let explanation = Explanation::of_text(text.as_bytes(), &Place::default(), &Inputs::default());
    let happenings =
        explanation.happenings.iter().map(|it| format!("{} {}", it.finding.code(), it.finding.message));
    happenings.collect()
}

/// A row as a client would print it: something in its gaps, a number that is trouble, a word that it asks for.
fn printed(row: &Row, lexicon: &Lexicon) -> Option<String> {
    let mut parts = row.text.split(" | ");
    let mut out = String::new();
    let mut rest = parts.next()?;
    while let Some((word, more)) = rest.split_once('{') {
        let (name, behind) = more.split_once('}')?;
        out.push_str(word);
        out.push_str(&match name.split(' ').next()? {
            "" => "x".to_owned(),
            "alert" => "48".to_owned(),
            CODES => "401002".to_owned(),
            PACKED => "0A000418".to_owned(),
            table => lexicon.tables.example(table)?,
        });
        rest = behind;
    }
    out.push_str(rest);
    if let Some(near) = row.near.first() {
        out = format!("{near} {out}");
    }
    Some(out)
}

static FRAMES: [fn(&str) -> String; 9] = [
    |text| format!("2026-02-03T10:15:42.123Z [ERROR] {text}"),
    |text| format!("\u{1b}[0;31mE (12034) app: {text}\u{1b}[0m"),
    |text| format!("Feb  3 10:15:42 device app[812]: {text}\r\nnext line"),
    |text| {
        format!(
            "{{\"log\":\"{}\\n\",\"stream\":\"stderr\"}}",
            text.replace('\\', "\\\\").replace('"', "\\\"")
        )
    },
    |text| format!("web_1  | {text}"),
    |text| format!("> {text}\n\n> thanks"),
    |text| format!("<pre>{}</pre>", text.replace('"', "&quot;").replace('\'', "&#39;")),
    |text| format!("**Error:** `{text}`"),
    |text| format!("first line\n    {text}\nlast line"),
];

/// Words of a terminal of few columns: broken at every third blank.
fn broken(text: &str) -> String {
    let words: Vec<_> = text.split(' ').collect();
    words.chunks(3).map(|chunk| chunk.join(" ")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_row_means_the_same_in_every_frame() {
    let lexicon = Lexicon::get();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for row in &lexicon.rows {
        let Some(alone) = printed(row, lexicon) else { continue };
        let expected = told(&alone);
        for frame in FRAMES {
            let framed = frame(&alone);
            tried += 1;
            if told(&framed) != expected {
                wrong.push(format!("{alone}\n    {expected:?}\n    {framed:?}\n    {:?}", told(&framed)));
            }
        }
    }
    assert!(tried > 9 * 3_000, "{tried} were tried");
    assert!(
        wrong.is_empty(),
        "{} of {tried}, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
}

#[test]
fn long_words_survive_a_narrow_terminal() {
    let lexicon = Lexicon::get();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for row in lexicon
        .rows
        .iter()
        .filter(|row| row.pieces.len() == 1 && row.anchor().len() >= 20 && row.near.is_empty())
    {
        let (expected, text) =
            (told(row.text.split(" | ").next().unwrap()), broken(row.text.split(" | ").next().unwrap()));
        tried += 1;
        if told(&text) != expected {
            wrong.push(format!("{text:?}: {expected:?}, {:?}", told(&text)));
        }
    }
    assert!(tried > 500, "{tried} were tried");
    assert!(
        wrong.is_empty(),
        "{} of {tried}, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(30)].join("\n")
    );
}

/// What other programs write, made here: nothing of it is DPS's.
#[test]
fn texts_of_other_programs_mean_nothing() {
    let lines = [
        "npm ERR! code ECONNREFUSED",
        "npm ERR! network request to https://registry.npmjs.org/left-pad failed, reason: connect ETIMEDOUT 104.16.0.1:443",
        "npm ERR! request to https://registry.npmjs.org/x failed, reason: unable to get local issuer certificate",
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'ConnectTimeoutError': /simple/flask/",
        "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='pypi.org', port=443): certificate verify failed",
        "E: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/jammy/InRelease  Could not resolve 'archive.ubuntu.com'",
        "W: Failed to fetch https://deb.debian.org/debian Connection timed out",
        "fatal: unable to access 'https://github.com/a/b.git/': Could not resolve host: github.com",
        "error: failed to download from `https://static.crates.io/crates/x` [28] Timeout was reached",
        "warning: spurious network error (3 tries remaining): [6] Couldn't resolve host name",
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": x509: certificate signed by unknown authority",
        "2026/02/03 10:15:42 [error] 31#31: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1",
        "2026/02/03 10:15:42 [info] nginx: SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca)",
        "psql: error: connection to server at \"localhost\" (127.0.0.1), port 5432 failed: Connection refused",
        "\tIs the server running on host \"localhost\" and accepting TCP/IP connections on port 5432?",
        "2026-02-03 10:15:42 UTC [77] FATAL:  password authentication failed for user \"postgres\"",
        "Could not connect to Redis at 127.0.0.1:6379: Connection refused",
        "Feb  3 10:15:42 mx postfix/smtp[99]: connect to mx1.example.com[1.2.3.4]:25: Connection timed out",
        "Feb  3 10:15:42 mx dovecot: imap-login: Disconnected: SSL_accept() failed: certificate unknown",
        "Feb  3 10:15:42 host sshd[12]: error: kex_exchange_identification: Connection closed by remote host",
        "Feb  3 10:15:42 host kernel: [ 12.3] nvme nvme0: I/O 12 QID 3 timeout, aborting",
        "Feb  3 10:15:42 host kernel: eth0: link is not ready, error -110",
        "src/main.rs:401002: warning: unused variable: `errorCode`",
        "error[E0425]: cannot find value `rc` in this scope, 5 errors",
        "main.c:42:5: error: implicit declaration of function 'mbedtls_ssl_handshake'",
        "make[1]: *** [Makefile:111: all] Error 2",
        "test connection_refused_is_retried ... ok",
        "--- PASS: TestConnectionRefused (0.01s)",
        "  \u{2713} says unknown ca when the CA is unknown",
        "    return ConnectionRefusedError(errno.ECONNREFUSED)",
        "if (rc == MQTT_CONNECT_UNAUTHORIZED) {",
        "GET /api/v1/status HTTP/1.1 200 401002 bytes in 5 ms",
        "10.0.0.1 - - [03/Feb/2026:10:15:42 +0000] \"GET /login HTTP/1.1\" 401 429 \"-\" \"curl/8.0\"",
        "telemetry: 400 messages, 401 acks, 5 retries, code=0, rc=0",
        "battery 48%, temperature -188.2, pressure 1013.25, errors 0",
        "Build 20260203.5 succeeded with exit code 0 in 401002 ms",
        "frame 60 of 111, status 110, error count 0",
        "job 404201 finished, 429001 rows, state assigned to worker 5",
    ];
    let wrong: Vec<_> =
        lines.iter().map(|line| (line, told(line))).filter(|(_, told)| !told.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// However often a word stands there, each is looked at so often and no more.
#[test]
fn what_is_repeated_takes_no_longer() {
    const SIZE: usize = 1 << 15;
    for word in [
        "errorCode ",
        "errorCode:401002 ",
        "{\"errorCode\":401002,",
        "{",
        "{\n",
        "\"",
        "\\",
        "&amp;",
        "\u{1b}[",
        "5",
        "401002 ",
        "deadBEEF",
        "c2VjcmV0",
        "rc=5 ",
        "rc=5\n",
        "registrationState:{",
        "password=",
        "password \"",
        "://a:",
        "BEGIN PRIVATE KEY",
        "error 5 ",
        "connect refused: ",
        "a b c d e f g\n",
        "web_1 | x\n",
        "2026-11-27T22:00:00Z x\n",
        "$dps/registrations/res/401/ ",
        "SSL routines certificate verify failed ",
    ] {
        let of = |size: usize| {
            let text = word.repeat(size / word.len());
            work::of(|| drop(told(&text)))
        };
        // What is looked at more closely is so often at most, whatever the size; the rest is linear.
        let (once, four_times) = (of(SIZE), of(4 * SIZE));
        let most = 5 * once + 16 * u64::try_from(SIZE).unwrap();
        assert!(four_times <= most, "{word:?}: {once}, and {four_times} of four times as much");
    }
}
