//! In lists of devices, in journals, and in what is read of both.

use std::{ffi::OsString, fs, path::Path};

use dps_x509_tests::cli::{self, Run};

use super::{HOSTILE, assert_plain, files, name, run, tells};

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// A list in quotes, as a spreadsheet would have it.
fn csv(columns: &[&str], cells: &[&str]) -> String {
    let line = |cells: &[&str]| {
        let cells: Vec<_> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        cells.join(",") + "\n"
    };
    line(columns) + &line(cells)
}

#[test]
fn lists_of_devices() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, root) = files(folder.path());
    let [chain, key] = [&chain, &key].map(|path| path.to_str().unwrap().to_owned());
    let json = serde_json::Value::from(HOSTILE);
    let lists = [
        ("a.csv", csv(&["id", "cert", "key"], &[HOSTILE, &chain, &key])),
        ("b.csv", csv(&["id", "cert", "key"], &["device-1", HOSTILE, HOSTILE])),
        ("c.csv", csv(&[HOSTILE, "cert", "key"], &["device-1", &chain, &key])),
        ("d.csv", csv(&["id", "idScope", "payload", "cert", "key"], &["a", HOSTILE, HOSTILE, &chain, &key])),
        ("e.csv", format!("id,cert\n\"{HOSTILE}\n")),
        ("f.csv", HOSTILE.to_owned()),
        ("g.jsonl", format!("{{\"id\":{json},{json}:1,\"cert\":{json},\"key\":{json}}}\n")),
        (
            "h.jsonl",
            format!("{{\"id\":\"a\",\"endpoint\":{json},\"cert\":\"x\",\"key\":\"y\"}}\n{{{HOSTILE}\n"),
        ),
        ("i.jsonl", format!("{{\"id\":{{\"a\":[{json}]}}}}\n")),
    ];
    let mut paths = vec![folder.path().to_owned(), folder.path().join(format!("missing-{}", name()))];
    for (end, text) in lists {
        let path = folder.path().join(format!("{}-{end}", name()));
        fs::write(&path, text).unwrap();
        paths.push(path);
    }
    let journal = folder.path().join(format!("{}.journal", name()));
    let mut told = 0;
    for path in &paths {
        for more in [&["--json"][..], &[]] {
            let what = |what: &str, more: &[&str]| {
                let given =
                    [words(&["fleet", what]), vec![path.into(), "--id-scope".into(), "0ne00111111".into()]];
                given.concat().into_iter().chain(words(more))
            };
            let looked = run(what("check", more));
            told += usize::from(looked.out.contains("MARK") || looked.err.contains("MARK"));
            let dialled =
                ["--rate", "none", "--check", "off", "--timeout", "1s", "--endpoint", "localhost:1"];
            let to =
                [OsString::from("--journal"), journal.clone().into(), "--trust".into(), root.clone().into()];
            run(what("run", more).chain(words(&dialled)).chain(to));
        }
    }
    assert!(told > 2 * paths.len() - 6, "{told} of them were told");
    for flag in ["--cert", "--key", "--registration-id", "--id-scope", "--payload", "--identity", "--shard"] {
        for more in [&["--json"][..], &[]] {
            let given = [
                words(&["fleet", "run"]),
                vec![paths[2].clone().into(), flag.into(), HOSTILE.replace('\0', "").into()],
            ];
            run(given.concat().into_iter().chain(words(more)));
        }
    }
}

/// A journal is a file like any other: whoever can write there may have written anything.
#[test]
fn journals() {
    let folder = tempfile::tempdir().unwrap();
    let of = |member: &str| {
        let mut result = serde_json::json!({
            "row": 1, "device": "device-1", "idScope": "0ne00111111", "outcome": "refused", "attempts": 1,
            "assignedHub": "h", "deviceId": "d", "at": "2026-11-28T00:00:00Z",
            "findings": [{ "code": "DX401", "name": "a", "severity": "error", "message": "b", "nextStep": "c" }],
        });
        match member.split_once('.') {
            None => result[member] = HOSTILE.into(),
            Some((_, member)) => result["findings"][0][member] = HOSTILE.into(),
        }
        result.to_string()
    };
    let members = ["device", "idScope", "outcome", "assignedHub", "deviceId", "at"];
    let of_findings =
        ["findings.code", "findings.name", "findings.severity", "findings.message", "findings.nextStep"];
    let mut shown = 0;
    for (index, member) in members.into_iter().chain(of_findings).enumerate() {
        let path = folder.path().join(format!("{}-{index}", name()));
        write(&path, &of(member));
        for what in ["results", "summary"] {
            for format in ["text", "csv", "json", "jsonl", "html"] {
                let args = [words(&["fleet", what]), vec![path.clone().into()], words(&["--format", format])];
                // What is for other programs is made fit for a terminal where it comes to one.
                let told = match format {
                    "csv" => on_terminal(args.concat()),
                    _ => run(args.concat()),
                };
                shown += usize::from(
                    told.code == 0 && (told.out.contains("MARK") || told.out.contains("\\u{1b}")),
                );
            }
        }
    }
    assert!(shown > 10, "{shown} of them were shown");
    let [path, foreign] = ["torn", "foreign"].map(|end| folder.path().join(format!("{}-{end}", name())));
    fs::write(&foreign, HOSTILE).unwrap();
    // What is torn is left out without a word; what is no journal is named.
    let torn = format!("{HEADER}00000000 {HOSTILE}\n");
    fs::write(&path, torn).unwrap();
    for what in ["results", "summary", "run"] {
        run([words(&["fleet", what]), vec![path.clone().into()]].concat());
        tells(&run([words(&["fleet", what]), vec![foreign.clone().into()]].concat()));
    }
}

fn on_terminal(args: Vec<OsString>) -> Run {
    let run = cli::run_on_terminal(args);
    // A terminal has a return in front of each line break.
    assert_plain(&run.out.replace("\r\n", "\n"), "csv");
    run
}

const HEADER: &str = "9a4098d4 {\"journal\":\"dps-x509 fleet\",\"version\":1}\n";

fn write(path: &Path, result: &str) {
    // CRC-32 (ISO 3309), bit by bit.
    let sum = !result.bytes().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    });
    fs::write(path, format!("{HEADER}{sum:08x} {result}\n")).unwrap();
}
