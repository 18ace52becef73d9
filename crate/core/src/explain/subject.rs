//! What a text is about, by what stands in it and not by the names of programs: a device's connection, or something else.
//!
//! A refused connection, an expired certificate, a time that was over: every program has them, in the same words. Who pastes
//! one line means his device. A log of several things, none of which is of a device, MQTT or a device's TLS library, is
//! the log of something else, and so is a trace through a library that is for something else.

mod words;

use std::collections::BTreeSet;

use words::{
    FRAMES, FRAMES_OF_CLIENTS, LIBRARIES, NAMESPACES, OF_CONNECTIONS, OF_DEVICES, OF_MACHINES, OF_OTHERS,
    PLACES_OF_LIBRARIES, WORDS_OF_DEVICES,
};

use super::reading::prose;

/// So many different things beside the connection make a log of something else.
const LEAST_BESIDE: usize = 2;
/// So many things of any kind, where the words or the ports are those of another trade.
const LEAST_TOLD: usize = 3;
/// So many different words of other trades make it theirs, however little else is told.
const LEAST_TRADES: usize = 2;
/// Longest part of a line that is looked at, in bytes.
const LONGEST: usize = 1024;

/// What some lines are about.
#[derive(Debug, Default)]
pub(super) struct Subject {
    /// Whether they speak of a device, MQTT, or a device's TLS library.
    is_of_device: bool,
    /// Whether they have words that devices have, and others as well.
    is_of_machine: bool,
    /// Whether they have the words, the requests or the libraries of another trade.
    is_of_others: bool,
    /// The different words of other trades that they have, as many as are counted.
    trades: BTreeSet<&'static str>,
    /// Whether a trace goes through a library of another trade, or a kernel speaks.
    is_traced: bool,
    /// The different things that they tell, as many as are counted, and those beside the connection.
    told: BTreeSet<Vec<u8>>,
    beside: BTreeSet<Vec<u8>>,
}

impl Subject {
    /// Reads lines of a log, with or without whatever stands around them.
    pub(super) fn of<'t>(lines: impl Iterator<Item = &'t [u8]>) -> Self {
        let mut subject = Self::default();
        for line in lines {
            let line = line.get(..line.len().min(LONGEST)).unwrap_or_default();
            let lower = line.to_ascii_lowercase();
            if is_of_device(line, &lower) {
                subject.is_of_device = true;
                return subject;
            }
            subject.is_traced |= is_traced(&lower) || is_of_kernel(line);
            let words: Vec<&[u8]> = words(&lower).collect();
            subject.is_of_machine |= OF_MACHINES.has_one_of(&words);
            let trades = OF_OTHERS.iter().filter(|known| words.contains(&known.as_bytes()));
            subject.trades.extend(trades.take(LEAST_TRADES));
            subject.is_of_others |= is_request(line) || has_other_port(&lower) || !subject.trades.is_empty();
            if let Some((record, is_beside)) = record(line, &words) {
                if is_beside && subject.beside.len() < LEAST_BESIDE {
                    subject.beside.insert(record.clone());
                }
                if subject.told.len() < LEAST_TOLD {
                    subject.told.insert(record);
                }
            }
        }
        subject
    }

    /// Whether anything in them may be of a device.
    pub(super) const fn may_be_of_device(&self) -> bool {
        self.is_of_device || self.is_of_machine
    }

    /// Whether this is the log of something else than a device's connection.
    pub(super) fn is_of_something_else(&self) -> bool {
        !self.is_of_device
            && (self.is_traced
                || self.trades.len() >= LEAST_TRADES && !self.is_of_machine
                || self.beside.len() >= LEAST_BESIDE && !self.is_of_machine
                || self.is_of_others
                    && !self.is_of_machine
                    && (self.told.len() >= LEAST_TOLD || self.told.len() > 1 && !self.beside.is_empty()))
    }
}

fn has(line: &[u8], part: &str) -> bool {
    line.windows(part.len()).any(|window| window == part.as_bytes())
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a line is of a device, its client or its board.
fn is_of_device(line: &[u8], lower: &[u8]) -> bool {
    let begins = |part: &str| {
        let starts = lower.windows(part.len()).enumerate().filter(|(_, window)| *window == part.as_bytes());
        starts
            .map(|(at, _)| at.checked_sub(1).and_then(|before| lower.get(before)))
            .any(|before| before.is_none_or(|before| !before.is_ascii_alphanumeric()))
    };
    has(lower, "mqtt")
        || OF_DEVICES.iter().any(begins)
        || WORDS_OF_DEVICES.has_one_of(&words(lower).collect::<Vec<_>>())
        || is_of_board(line)
}

/// How ESP-IDF and Zephyr begin their lines: `E (4221) esp-tls: `, `[00:00:03.123,000] <err> net: `.
fn is_of_board(line: &[u8]) -> bool {
    const FIRST: usize = 80;
    let line = line.get(..line.len().min(FIRST)).unwrap_or_default();
    let is_esp = line.windows(4).enumerate().any(|(at, part)| {
        let is_start = at == 0 || line.get(at - 1).is_some_and(|before| !before.is_ascii_alphanumeric());
        is_start
            && matches!(part, [b'E' | b'W' | b'I' | b'D' | b'V', b' ', b'(', digit] if digit.is_ascii_digit())
            && line.get(at + 4..).unwrap_or_default().iter().find(|byte| !byte.is_ascii_digit())
                == Some(&b')')
    });
    is_esp
        || line.windows(3).any(|part| part == b"] <") && line.contains(&b',') && line.first() == Some(&b'[')
}

/// Whether a line is of Linux's kernel, which speaks of no TLS: `[   14.345678] usb 1-1: `.
fn is_of_kernel(line: &[u8]) -> bool {
    let Some(end) = line.iter().position(|byte| *byte == b']') else { return false };
    let time = line.get(1..end).unwrap_or_default().trim_ascii_start();
    let Some(dot) = time.iter().position(|byte| *byte == b'.') else { return false };
    let (seconds, fraction) = time.split_at(dot);
    line.first() == Some(&b'[')
        && !seconds.is_empty()
        && seconds.iter().all(u8::is_ascii_digit)
        && fraction.len() == 7
        && fraction.iter().skip(1).all(u8::is_ascii_digit)
}

/// Whether a line of a trace is of a library that no device's client stands on.
fn is_traced(lower: &[u8]) -> bool {
    let named = PLACES_OF_LIBRARIES.iter().any(|place| {
        let Some(at) = lower.windows(place.len()).rposition(|window| window == place.as_bytes()) else {
            return false;
        };
        let name = lower.get(at + place.len()..).unwrap_or_default();
        let name =
            name.split(|byte| b"/\\ \"'@:".contains(byte)).find(|part| !part.is_empty()).unwrap_or_default();
        !name.is_empty() && !LIBRARIES.iter().any(|known| has(name, known))
    });
    let frame = frame(lower);
    let begins = |known: &str| frame.starts_with(known.as_bytes());
    named
        || NAMESPACES.iter().any(|name| has(lower, name))
        || FRAMES.iter().any(begins) && !FRAMES_OF_CLIENTS.iter().any(begins)
        || OF_OTHERS.has_one_of(&words(frame).collect::<Vec<_>>())
}

/// Whether a line is of a server's list of requests: `"GET /a HTTP/1.1" 200`.
fn is_request(line: &[u8]) -> bool {
    const METHODS: [&str; 6] = ["GET /", "POST /", "PUT /", "HEAD /", "DELETE /", "OPTIONS /"];
    METHODS.iter().any(|method| has(line, method))
        && (has(line, "HTTP/1.1\" ") || has(line, "HTTP/2.0\" ") || has(line, "HTTP/1.0\" "))
}

/// Whether a line has an address with a port that is none of a device's: another service's, or that of whoever came to a
/// server.
fn has_other_port(lower: &[u8]) -> bool {
    const PORTS: [&[u8]; 11] =
        [b"80", b"443", b"1883", b"3128", b"5671", b"5672", b"8080", b"8443", b"8883", b"8884", b"8888"];
    let mut words = lower.split(|byte| !(byte.is_ascii_digit() || b".:".contains(byte)));
    words.any(|word| {
        let is_end = |byte: &u8| b".:".contains(byte);
        let start = word.iter().position(|byte| !is_end(byte)).unwrap_or_default();
        let end = word.iter().rposition(|byte| !is_end(byte)).map_or(0, |last| last + 1);
        let mut parts = word.get(start..end).unwrap_or_default().split(|byte| *byte == b':');
        let (Some(address), Some(port), None) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        let labels: Vec<&[u8]> = address.split(|byte| *byte == b'.').collect();
        labels.len() == 4
            && labels.iter().all(|label| (1..=3).contains(&label.len()))
            && (2..=5).contains(&port.len())
            && port.iter().all(u8::is_ascii_digit)
            && !PORTS.contains(&port)
    })
}

/// What stands in a line of a trace of Java's or .NET's, behind whatever a system's log begins it with:
/// `W/System.err( 2114):     at com.example.Client.connect(Client.java:9)`; nothing if the line is none.
fn frame(line: &[u8]) -> &[u8] {
    let is_start = |part: &[u8]| {
        matches!(part, [before, b'a', b't', b' ', first]
            if before.is_ascii_whitespace() && !first.is_ascii_whitespace())
    };
    let begun = line.trim_ascii_start().strip_prefix(b"at ");
    let behind = || line.windows(5).position(is_start).and_then(|at| line.get(at + 4..));
    let frame = begun.or_else(behind).unwrap_or_default();
    let name = frame.split(|byte| *byte == b'(').next().unwrap_or_default();
    if name.contains(&b'.') && !name.contains(&b' ') { frame } else { &[] }
}

/// What a line tells, without its numbers, if it begins a message, and whether it speaks of no connection; sentences of whoever
/// pasted the log, what belongs to the line above, and what a crash has around its reason tell nothing.
fn record(line: &[u8], words: &[&[u8]]) -> Option<(Vec<u8>, bool)> {
    const AROUND: [&str; 28] = [
        "at ",
        "caused by",
        "traceback",
        "during handling",
        "the above exception",
        "---",
        "...",
        "goroutine ",
        "exit status",
        "main.",
        "node:",
        "node.js v",
        "emitted 'error'",
        "more details here",
        "curl failed to",
        "establish a secure",
        "how to fix it",
        "file \"",
        "log name:",
        "source:",
        "date:",
        "event id:",
        "task category:",
        "level:",
        "keywords:",
        "user:",
        "computer:",
        "description:",
    ];
    const MOST: usize = 8;
    if line.first().is_none_or(u8::is_ascii_whitespace) || prose::is_prose(line) {
        return None;
    }
    // The line of a program that crashed: `events.js:141`.
    if words.len() == 3 && words.get(1) == Some(&&b"js"[..]) {
        return None;
    }
    let start = line.get(..line.len().min(24)).unwrap_or_default().to_ascii_lowercase();
    let is_of_trace = !frame(line).is_empty() || has(line, "Caused by: ");
    if is_of_trace || AROUND.iter().any(|around| start.starts_with(around.as_bytes())) {
        return None;
    }
    let is_connection = |word: &&[u8]| {
        word.starts_with(b"tls")
            || word.starts_with(b"ssl")
            || OF_CONNECTIONS.iter().any(|known| {
                word.starts_with(known.as_bytes()) && (known.len() > 3 || word.len() <= known.len() + 1)
            })
    };
    let is_beside = !words.iter().any(is_connection);
    let named = words.iter().filter(|word| word.len() > 1 && !word.iter().any(u8::is_ascii_digit));
    let told: Vec<&[u8]> = named.take(MOST).copied().collect();
    // Of two words a greeting is, too.
    let is_timed = line.windows(3).any(|part| matches!(part, [b'0'..=b'9', b':', b'0'..=b'9']));
    let is_beside = is_beside && (told.len() > 2 || is_timed);
    (told.len() > 1).then(|| (told.join(&b' '), is_beside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_of_something_else(text: &str) -> bool {
        Subject::of(text.lines().map(str::as_bytes)).is_of_something_else()
    }

    #[test]
    fn logs_of_something_else_are_told_by_what_they_tell() {
        for text in [
            // Two things beside the connection.
            "10:00:01 batch 4711 opened, 212 documents\n10:00:05 document 17 posted\n10:00:06 upload failed: connection reset by peer",
            "G-Code line 1021: G1 X10 Y20\nSpindle at 12000 rpm\nLicense server: connection timed out",
            // Words of another trade, and another thing.
            "svn: Unable to connect to a repository\nsvn: Server SSL certificate verification failed\nsvn: ra_serf: truncated response",
            // Two words of another trade, and nothing else.
            "Cloning another repository fails (with `unable to get local issuer certificate`)",
            // A list of requests.
            "[02/May/2024 10:00:01] \"GET /accounts/ HTTP/1.1\" 200 4512\nInternal Server Error: /a/\nConnectionRefusedError: refused",
            // Somebody else's port, and whoever came to a server.
            "1 Loading ssl certificate\n2 Connecting to 192.0.2.4:5043 (logs)\n3 Failed to tls handshake with 192.0.2.4:5043:",
            "New connection: 192.0.2.12:58640\nConnection closed: Error during SSL handshake\nEnding thread of this one",
            // A kernel.
            "[   12.345678] EXT4-fs (sda1): mounted\n[   13.345678] nfs: server nas not responding, timed out",
            // A library of another trade.
            "Error: connect ETIMEDOUT\n    at Socket.<anonymous> (/usr/src/app/node_modules/ioredis/built/Redis.js:170:41)",
            "java.net.ConnectException: timed out\n\tat org.apache.spark.scheduler.ResultTask.runTask(ResultTask.scala:90)",
            "java.net.ConnectException: timed out\n\tat com.example.jdbc.Connection.connect(Connection.java:9)",
            "OpenTimeout: expired\n  File \"/var/lib/gems/2.5.0/gems/rollbar-2.19.4/lib/notifier.rb\", line 555, in do_post",
        ] {
            assert!(is_of_something_else(text), "{text}");
        }
    }

    #[test]
    fn a_line_a_connection_and_whatever_is_of_a_device_is_not_something_else() {
        for text in [
            "",
            "Connection refused",
            "ERROR database: connection refused",
            "Connecting to server\nConnection refused\nRetrying in 5 s\nConnecting to server\nConnection refused",
            "upload failed: certificate has expired\nupload failed: certificate has expired\nupload failed: timed out",
            "I (2345) wifi:connected\nI (3350) app: order 7\nI (3360) app: batch 8\nE (5360) x: handshake failed",
            "[00:00:03.123,000] <inf> app: order 7\n[00:00:04.321,000] <err> app: batch 8 failed\n[00:00:04.330,000] <err> x: -113",
            "10:00:01 gateway 1.4 starts\n10:00:02 12 orders waiting\n10:00:03 PKIX path building failed",
            "job 7 queued\njob 7 printed\npublish telemetry: remote error: tls: bad certificate",
            "Traceback (most recent call last):\n  File \"/opt/agent/main.py\", line 51, in connect\n    sock = ctx.wrap_socket(raw)\n\
             ssl.SSLError: [SSL] failed",
            "Error: read ECONNRESET\n    at TLSWrap.onStreamRead (node:internal/stream_base_commons:217:20)\n    \
             at x (/app/node_modules/mqtt/lib/client.js:12:1)",
            "java.net.SocketException: reset\n\tat sun.nio.ch.Net.pollConnect(Native Method)\n\tat \
             org.eclipse.paho.client.mqttv3.X.run(X.java:1)",
            "[System.err] javax.net.ssl.SSLException: failed\n[System.err] \tat com.android.org.conscrypt.A.unwrap(A.java:8)\n\
             [System.err] \tat com.example.B.read(B.java:9)\n[System.err] Caused by: java.lang.Exception: no anchor",
            "I changed the port after the update and now it says this\nWe did nothing else to it and it is as it was\ntimed out",
        ] {
            assert!(!is_of_something_else(text), "{text}");
        }
    }
}
