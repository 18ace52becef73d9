//! The whole check, of several files and for every purpose; what it says is shown.

use dps_x509_core::{
    cert::{self, Enrollment, Inputs, Purpose, Read, UnixTime},
    explain,
    finding::{Naming, Place, sarif},
    name::{Cloud, RegistrationId},
    text,
};

/// Between the files of one input.
const BETWEEN: &[u8] = b"\x1c\x1c";

const PURPOSES: [Purpose; 5] =
    [Purpose::Any, Purpose::DeviceChain, Purpose::DeviceKey, Purpose::GroupCa, Purpose::ServerTrust];

pub(super) fn run(bytes: &[u8]) {
    let last = usize::from(bytes.last().copied().unwrap_or_default());
    let mut files = Vec::new();
    let mut rest = bytes;
    while files.len() < 8 {
        let end = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        let (file, behind) = end.map_or((rest, None), |end| (&rest[..end], rest.get(end + BETWEEN.len()..)));
        let purpose = PURPOSES[(last / 3 + files.len()) % PURPOSES.len()];
        let place = Place::default().path(format!("{}.pem", files.len()));
        files.push(Read::new(purpose, place, file.to_vec()));
        match behind {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    let report = cert::check(&Inputs {
        files,
        registration_id: RegistrationId::new("device-1").ok(),
        at: Some(UnixTime::from_seconds(1_780_000_000)),
        cloud: Some(Cloud::Public),
        enrollment: [Enrollment::Unknown, Enrollment::Individual, Enrollment::Group][last % 3],
        ..Inputs::default()
    });
    for finding in &report.findings {
        let block = finding.to_text(Naming::CommandLine);
        assert!(!block.chars().any(|it| it != '\n' && text::is_invisible(it)), "{block:?}");
        let starts = ["error ", "warning ", "note ", "  "];
        assert!(block.lines().all(|line| starts.iter().any(|start| line.starts_with(start))), "{block}");
    }
    let _ = cert::json::report(&report, Naming::JavaScript);
    let tool = sarif::Tool { name: "fuzz", version: "0.1.0" };
    let _ = sarif::log(tool, &report.findings, Naming::CommandLine, explain::page);
}
